"""From samples to the values of all parameters: foreign values and freshly selected units are not trusted."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.pool import Pool
from pus.samples import Samples
from tests.fdir_service.builders import cut, flight, load_text, samples

CHUNK = 64
TYPES = """
[mission]
name = "types"
apid = 66
[[source]]
name = "s"
parameters = [
    { id = 1, name = "flag", type = "bool" }, { id = 2, name = "small", type = "u8" },
    { id = 3, name = "signed", type = "i16" }, { id = 4, name = "single", type = "f32" },
    { id = 5, name = "double", type = "f64" },
]
"""


@pytest.fixture
def row(bench):
    return {name: bench.parameters.row[p.id] for name, p in bench.parameters.by_name.items()}


@pytest.fixture
def types(tmp_path):
    return Pool(load_text(tmp_path, TYPES), "s", CHUNK)


def step(pool, values, first=0, settings=None):
    return pool.step(samples(first, values, source=pool.source), settings or {6: 1.0}).values


# --- values that a type cannot hold ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "good", "foreign"),
    [
        (0, [0, 1], [2, -1, 0.5]),
        (1, [0, 255], [256, -1, 1.5]),
        (2, [-32768, 32767], [-32769, 32768, 0.1]),
        (3, [3e38, -3e38, 0.1], [3.5e38, -3.5e38]),
        (4, [1e308, -1e308], []),
    ],
)
def test_values_that_their_type_cannot_hold_are_counted_and_not_known(types, column, good, foreign):
    foreign = [*foreign, math.nan, math.inf, -math.inf]
    rows = np.zeros((len(good) + len(foreign), 5))
    rows[:, column] = [*good, *foreign]
    values = step(types, rows)
    assert values[column, : len(good)].tolist() == good
    assert np.isnan(values[column, len(good) :]).all()
    assert types.invalid_values == len(foreign)


def test_samples_of_integers_and_booleans_are_values_too(types):
    for kind in ("<u4", "|b1", "<f4"):
        block = types.step(Samples.regular("s", 1, 0, 0, 1, np.ones((2, 5), kind)), {})
        assert (block.values == 1).all()
    assert types.invalid_values == 0


# --- derived parameters, settings, detectors ---------------------------------------------------------


@given(st.lists(st.integers(1, 29), max_size=5))
def test_all_parameters_are_the_same_for_any_chunking(bench, cuts):
    rows = flight(30, slice(8, 16), unit_b_from=20)
    rows[3, 0] = math.inf
    whole = samples(0, rows)
    at_once = Pool(bench, "s", CHUNK).step(whole, {6: 1.0}).values
    pool = Pool(bench, "s", CHUNK)
    parts = [pool.step(part, {6: 1.0}).values for part in cut(whole, cuts)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), at_once)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1.0, math.nan, math.inf]), st.sampled_from([0.0, 1.0, 0.5, -1.0])),
        min_size=1,
        max_size=20,
    )
)
def test_single_samples_are_put_through_as_chunks_are(bench, drawn):
    rows = flight(len(drawn))
    rows[:, 0], rows[:, 2] = np.array(drawn).T
    whole = samples(0, rows)
    chunk, single = Pool(bench, "s", CHUNK), Pool(bench, "s", CHUNK)
    chunk.takes_singles = False
    parts = [single.step(part, {6: 1.0}).values for part in cut(whole, range(1, len(rows)))]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), chunk.step(whole, {6: 1.0}).values)
    assert single.invalid_values == chunk.invalid_values


def test_a_derived_parameter_is_on_the_source_of_its_input(bench, row):
    values = step(Pool(bench, "slow", CHUNK), [1.0, 4.0, 2.0])
    np.testing.assert_array_equal(values[row["z.step"]], [math.nan, 3.0, -2.0])


def test_a_setting_is_part_of_every_sample(bench, row):
    values = step(Pool(bench, "s", CHUNK), flight(3), settings={6: 7.0})
    assert values[row["guard"]].tolist() == [7.0, 7.0, 7.0]


def test_a_detector_appends_score_and_index(bench, row):
    values = step(Pool(bench, "s", CHUNK), flight(12, slice(6, 12)))
    index = values[row["x.frozen"]]
    assert np.isnan(index[:3]).all()
    assert index[3:].tolist() == [0.0] * 6 + [1.0] * 3
    np.testing.assert_array_equal(values[row["x.frozen.score"]], index)


# --- redundant units ---------------------------------------------------------------------------------


def test_the_sample_at_which_another_unit_is_selected_is_not_trusted(bench, row):
    values = step(Pool(bench, "s", CHUNK), flight(12, unit_b_from=5))
    for name in ("x", "y"):
        assert np.flatnonzero(np.isnan(values[row[name]])).tolist() == [5]
    assert values[row["unit"]].tolist() == [0.0] * 5 + [1.0] * 7
    assert np.flatnonzero(np.isfinite(values[row["x.frozen"]])).tolist() == [3, 4, 9, 10, 11]


def test_a_switch_between_two_chunks_shows_as_well(bench, row):
    pool, rows = Pool(bench, "s", CHUNK), flight(12, unit_b_from=5)
    step(pool, rows[:5])
    assert np.flatnonzero(np.isnan(step(pool, rows[5:], first=5)[row["x"]])).tolist() == [0]


def test_what_is_selected_first_is_no_switch(bench, row):
    assert not np.isnan(step(Pool(bench, "s", CHUNK), flight(3, unit_b_from=0))[row["x"]]).any()


def test_after_a_flush_nothing_is_compared_with_what_was_before(bench, row):
    pool = Pool(bench, "s", CHUNK)
    step(pool, flight(6))
    pool.flush()
    values = step(pool, flight(6, unit_b_from=0), first=100)
    assert not np.isnan(values[row["x"]]).any()
    assert np.isnan(values[row["x.frozen"]][:3]).all()
    slow = Pool(bench, "slow", CHUNK)
    step(slow, [1.0])
    slow.flush()
    assert np.isnan(step(slow, [2.0], first=9)[row["z.step"]]).all()
