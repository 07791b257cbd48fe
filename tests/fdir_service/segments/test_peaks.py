"""Prominent peaks, counted in one pass, are those that a search for each one's lows finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.segments.peaks import count_peaks
from models.segments.features import peaks_of

ROWS = st.lists(st.sampled_from([0.0, 0.25, 0.5, 3.0, 4.75, 5.0]), min_size=3, max_size=40)


@given(row=ROWS)
def test_one_pass_counts_what_a_search_for_the_lows_of_each_peak_finds(row):
    assert count_peaks(np.array([row])).tolist() == [peaks_of(np.array(row))]


@given(seed=st.integers(0, 999))
def test_rows_of_noise_are_counted_apart(seed):
    rows = np.cumsum(np.random.default_rng(seed).standard_normal((3, 60)), axis=1)
    assert count_peaks(rows).tolist() == [peaks_of(row) for row in rows]


@pytest.mark.parametrize(
    ("row", "peaks"),
    [
        ([0, 5, 4.9, 5, 0], 2),
        ([0, 5, 5, 5, 0], 1),
        ([5, 0, 5], 0),
        ([0, 5, 4.8, 4.9, 0], 1),
        ([3, 3, 3], 0),
        ([0, 1, 0.6, 9, 8.5, 8.6, 0, 2, 0], 2),
        ([0, 4, 4], 0),
    ],
    ids=["twins", "plateau", "borders", "shoulder", "constant", "small ones", "plateau at the border"],
)
def test_what_counts_as_a_peak(row, peaks):
    assert count_peaks(np.array([row], np.float64)).tolist() == [peaks]
