"""The mirrored ring returns the newest samples as one view, whatever has been pushed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.history import History


@st.composite
def pushes(draw):
    """A capacity, and the sizes of some pushes that fit into it."""
    capacity = draw(st.integers(1, 12))
    return capacity, draw(st.lists(st.integers(0, capacity), max_size=20))


@given(pushes(), st.booleans())
def test_the_newest_samples_are_the_tail_of_everything_pushed(pushed, one_by_one):
    capacity, sizes = pushed
    history, everything = History(2, capacity), np.zeros((capacity, 2), np.float32)
    for size in sizes:
        start = len(everything)
        samples = np.arange(2 * start, 2 * (start + size), dtype=np.float32).reshape(size, 2)
        if size == 1 and one_by_one:
            history.push_one(samples[0].tolist())
        else:
            history.push(samples)
        everything = np.concatenate([everything, samples])
        for n in range(capacity + 1):
            np.testing.assert_array_equal(history.newest(n), everything[len(everything) - n :])


@given(pushes())
def test_the_newest_samples_are_a_contiguous_view_and_no_copy(pushed):
    capacity, sizes = pushed
    history = History(3, capacity)
    for size in sizes:
        history.push(np.ones((size, 3), np.float32))
        newest = history.newest(capacity)
        assert newest.flags.c_contiguous
        assert np.shares_memory(newest, history.ring)


def test_nothing_but_the_capacity_is_kept():
    history = History(1, 3)
    history.push(np.array([[1], [2], [3]], np.float32))
    history.push(np.array([[4]], np.float32))
    assert history.newest(3).ravel().tolist() == [2, 3, 4]


def test_more_than_the_capacity_cannot_be_pushed_at_once():
    with pytest.raises(ValueError, match="broadcast"):
        History(1, 2).push(np.zeros((5, 1), np.float32))
