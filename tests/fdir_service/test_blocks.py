"""Samples of any sources are cut into steps in order of time, at most one chunk a source."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.blocks import follows, join, steps
from pus.samples import Samples
from tests.fdir_service.builders import cut, describe_message, samples


def of(source, times):
    """Samples of a source at the given times, each with its time as value."""
    stamps = np.array(times, np.int64)
    return Samples(source, 1, 0, stamps, stamps[:, None].astype(np.float64))


TIMES = st.lists(st.integers(0, 300), min_size=1, max_size=40, unique=True).map(sorted)
SOURCES = st.dictionaries(st.sampled_from(["a", "b", "c"]), TIMES, min_size=1)


@given(SOURCES, st.integers(1, 9))
def test_steps_hold_everything_once_in_order_and_never_more_than_a_chunk(sources, chunk):
    reached, taken = -1, {name: [] for name in sources}
    for step in steps([of(name, times) for name, times in sources.items()], chunk):
        assert step
        assert len({part.source for part in step}) == len(step)
        for part in step:
            assert 0 < len(part) <= chunk
            assert part.times[0] > reached
            taken[part.source] += part.times.tolist()
        reached = max(int(part.times[-1]) for part in step)
    assert taken == sources


@given(TIMES, st.lists(st.integers(1, 39), max_size=5), st.integers(1, 9))
def test_steps_do_not_depend_on_how_the_samples_came(times, cuts, chunk):
    whole = of("a", times)
    first, second = steps([whole], chunk), steps(cut(whole, cuts), chunk)
    assert [[describe_message(p) for p in step] for step in first] == [
        [describe_message(p) for p in step] for step in second
    ]


@given(st.integers(1, 20), st.lists(st.integers(1, 19), max_size=5))
def test_what_was_cut_can_be_joined(n, cuts):
    whole = samples(5, np.arange(n))
    joined = join(cut(whole, cuts))
    assert describe_message(joined) == describe_message(whole)
    assert joined.period == whole.period


def test_samples_of_different_periods_are_joined_with_explicit_times():
    assert join([samples(0, [1.0, 2.0]), samples(2, [3.0], period=10**9)]).period == 0


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (samples(2, [1.0]), True),
        (samples(3, [1.0]), False),
        (samples(1, [1.0]), False),
        (samples(2, [1.0], session=2), False),
        (samples(2, [1.0], source="other"), False),
        (samples(2, [[1.0, 2.0]]), False),
        (Samples.regular("s", 1, 2, 0, 1, np.ones((1, 1), np.float32)), False),
    ],
)
def test_only_the_continuation_of_the_same_samples_follows(second, expected):
    assert follows(samples(0, [1.0, 2.0]), second) is expected
