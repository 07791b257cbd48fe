"""Derived parameters equal their naive definitions, however the samples are cut into chunks."""

import math
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.derived import FORMULAS, Difference, Known, SamplesSinceChange
from fdir_service.mission.schema import DerivedSection

VALUES = st.lists(st.sampled_from([0.0, 1.0, -2.5, math.nan]), min_size=1, max_size=30)


def in_chunks(formula, values, cuts):
    """Run a formula over the chunks between the cuts and join what it returns."""
    parts = [part for part in np.split(np.array(values), sorted(cuts)) if len(part)]
    return np.concatenate([formula(part) for part in parts])


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
    ("formula", "naive"),
    [
        (Difference, naive_difference),
        (SamplesSinceChange, naive_samples_since_change),
        (Known, naive_known),
    ],
)
@given(values=VALUES, data=st.data())
def test_any_chunking_gives_what_the_definition_gives(formula, naive, values, data):
    cuts = data.draw(st.lists(st.integers(0, len(values)), max_size=6))
    np.testing.assert_array_equal(in_chunks(formula(), values, cuts), naive(values))


def test_a_difference_is_not_known_for_the_first_sample_and_beside_one_that_is_not_known():
    result = Difference()(np.array([1.0, 3.0, math.nan, 5.0, 5.5]))
    np.testing.assert_array_equal(result, [math.nan, 2.0, math.nan, math.nan, 0.5])


def test_a_count_starts_anew_after_a_sample_that_is_not_known():
    formula = SamplesSinceChange()
    np.testing.assert_array_equal(formula(np.array([7.0, 7.0, math.nan, 7.0, 7.0])), [0, 1, math.nan, 0, 1])
    assert formula(np.array([7.0])).tolist() == [2]


def test_every_formula_names_all_it_keeps():
    for make in FORMULAS.values():
        formula = make()
        formula(np.array([1.0, 1.0]))
        assert set(vars(formula)) == set(formula.STATE)


def test_a_mission_file_may_name_every_formula():
    assert set(get_args(DerivedSection.model_fields["kind"].annotation)) == set(FORMULAS)
