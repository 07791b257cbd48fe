"""Derived parameters equal their naive definitions, however the samples are cut into chunks."""

import math
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.derived import FORMULAS, Difference, Known, SamplesSinceChange, formula
from fdir_service.mission.schema import DerivedSection

NO_TIMES = np.arange(100)
VALUES = st.lists(st.sampled_from([0.0, 1.0, -2.5, math.nan]), min_size=1, max_size=30)


def in_chunks(made, values, cuts):
    """Run a formula over the chunks between the cuts and join what it returns."""
    parts = [part for part in np.split(np.array(values), sorted(cuts)) if len(part)]
    return np.concatenate([made(NO_TIMES[: len(part)], part) for part in parts])


def naive_difference(values):
    return [math.nan, *(b - a for a, b in pairwise(values))]


def naive_samples_since_change(values):
    counts, last, count = [], math.nan, 0
    for value in values:
        count = count + 1 if value == last else 0
        last = value
        counts.append(math.nan if math.isnan(value) else count)
    return counts


def naive_known(values):
    return [float(not math.isnan(value)) for value in values]


@pytest.mark.parametrize(
    ("make", "naive"),
    [
        (Difference, naive_difference),
        (SamplesSinceChange, naive_samples_since_change),
        (Known, naive_known),
    ],
)
@given(values=VALUES, data=st.data())
def test_any_chunking_gives_what_the_definition_gives(make, naive, values, data):
    cuts = data.draw(st.lists(st.integers(0, len(values)), max_size=6))
    np.testing.assert_array_equal(in_chunks(make(), values, cuts), naive(values))


def test_a_difference_is_not_known_for_the_first_sample_and_beside_one_that_is_not_known():
    result = Difference()(NO_TIMES[:5], np.array([1.0, 3.0, math.nan, 5.0, 5.5]))
    np.testing.assert_array_equal(result, [math.nan, 2.0, math.nan, math.nan, 0.5])


def test_a_count_starts_anew_after_a_sample_that_is_not_known():
    made = SamplesSinceChange()
    counts = made(NO_TIMES[:5], np.array([7.0, 7.0, math.nan, 7.0, 7.0]))
    np.testing.assert_array_equal(counts, [0, 1, math.nan, 0, 1])
    assert made(NO_TIMES[:1], np.array([7.0])).tolist() == [2]


NEEDED = {
    "smoothed": {"seconds": 10.0},
    "delayed": {"seconds": 30.0},
    "switched_on": {"seconds": 60.0},
    "at_least": {"limit": 3.0},
    "seconds_since": {"gap_s": 30.0, "least_s": 120.0},
}


def section(kind, **keys):
    return DerivedSection(id=1, name="a", kind=kind, input="b", **keys)


@pytest.mark.parametrize("kind", FORMULAS)
def test_every_formula_names_all_it_keeps(kind):
    made = formula(section(kind, **NEEDED.get(kind, {})))
    constants = {name: value for name, value in vars(made).items() if name not in made.STATE}
    made(NO_TIMES[:3], np.array([0.0, 1.0, 1.0]))
    assert set(made.STATE) <= set(vars(made))
    assert {name: value for name, value in vars(made).items() if name not in made.STATE} == constants


@pytest.mark.parametrize("kind", sorted(FORMULAS.keys() - {"digest"}))
@given(values=VALUES, data=st.data())
def test_single_samples_are_derived_as_chunks_are(kind, values, data):
    steps = data.draw(st.lists(st.integers(1, 50), min_size=len(values), max_size=len(values)))
    times = np.cumsum(steps) * 1_000_000_000
    at_once, one_by_one = (formula(section(kind, **NEEDED.get(kind, {}))) for _ in range(2))
    expected = at_once(times, np.array(values))
    found = [one_by_one.next(time, x) for time, x in zip(times.tolist(), values, strict=True)]
    np.testing.assert_array_equal(found, expected)
    for name in at_once.STATE:
        np.testing.assert_array_equal(getattr(one_by_one, name), getattr(at_once, name))


def test_a_mission_file_may_name_every_formula():
    assert set(get_args(DerivedSection.model_fields["kind"].annotation)) == set(FORMULAS)


@pytest.mark.parametrize("kind", ["smoothed", "delayed", "switched_on", "at_least"])
def test_a_formula_without_what_it_needs_is_refused(kind):
    with pytest.raises(ValueError, match=f"{kind} needs (seconds|limit)"):
        section(kind)


@pytest.mark.parametrize("kind", FORMULAS)
def test_a_formula_with_what_it_has_not_is_refused(kind):
    foreign = {"seconds", "limit", "gap_s", "least_s"} - NEEDED.get(kind, {}).keys()
    for key in foreign:
        with pytest.raises(ValueError, match=f"{kind} has no {key}"):
            section(kind, **NEEDED.get(kind, {}), **{key: 1.0})
