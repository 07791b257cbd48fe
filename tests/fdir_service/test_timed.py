"""Formulas that go by time equal their naive definitions, in any chunks, with gaps and unknown values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.timed import Delayed, NotBelow, SecondsSince, Smoothed, SwitchedOn

STEPS = st.lists(
    st.tuples(st.sampled_from([1, 5, 10, 31, 200]), st.sampled_from([0.0, 0.0, 1.0, 3.5, math.nan])),
    min_size=1,
    max_size=40,
)


def record(steps):
    """Return times (ns) and values of (seconds since the sample before, value)."""
    seconds, values = zip(*steps, strict=True)
    return np.cumsum(seconds) * 1_000_000_000, np.array(values)


def in_chunks(made, times, values, cuts):
    return np.concatenate(
        [made(t, x) for t, x in zip(np.split(times, cuts), np.split(values, cuts), strict=True) if len(t)]
    )


def since_unknown(values, k):
    """Return the first of the known values that end at k."""
    unknown = np.flatnonzero(np.isnan(values[: k + 1]))
    return int(unknown[-1]) + 1 if len(unknown) else 0


def naive_smoothed(times, values):
    found = []
    for k, x in enumerate(values):
        if math.isnan(x) or since_unknown(values, k) == k:
            found.append(x)
        else:
            share = 1 - math.exp(-(times[k] - times[k - 1]) / 10e9)
            found.append(found[-1] + share * (x - found[-1]))
    return found


def naive_delayed(times, values):
    found = []
    for k, x in enumerate(values):
        young = [j for j in range(since_unknown(values, k), k + 1) if times[k] - times[j] <= 30e9]
        found.append(x if math.isnan(x) else values[young[0]])
    return found


def naive_switched_on(times, values):
    found = []
    for k, x in enumerate(values):
        zeros = []
        for j in range(k - 1, since_unknown(values, k) - 1, -1):
            if values[j] != 0:
                break
            zeros.append(times[j])
        long = bool(zeros) and times[k] - zeros[-1] >= 60e9
        found.append(x if math.isnan(x) else float(x != 0 and long))
    return found


def naive_seconds_since(times, values):
    found = []
    for k, x in enumerate(values):
        first = since_unknown(values, k)
        begins = [
            j for j in range(first, k + 1) if j == first or values[j] != 0 or times[j] - times[j - 1] > 30e9
        ]
        seconds = math.nan if math.isnan(x) else (times[k] - times[begins[-1]]) / 1e9
        found.append(seconds if seconds >= 12 else math.nan)
    return found


def naive_at_least(times, values):
    return [math.nan if math.isnan(x) else float(x >= 1.0) for _, x in zip(times, values, strict=True)]


CASES = [
    (lambda: Smoothed(10.0), naive_smoothed),
    (lambda: Delayed(30.0), naive_delayed),
    (lambda: SwitchedOn(60.0), naive_switched_on),
    (lambda: SecondsSince(30.0, 12.0), naive_seconds_since),
    (lambda: NotBelow(1.0), naive_at_least),
]


@pytest.mark.parametrize(("make", "naive"), CASES)
@given(steps=STEPS, data=st.data())
def test_any_chunking_gives_what_the_definition_gives(make, naive, steps, data):
    times, values = record(steps)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(values)), max_size=6)))
    found = in_chunks(make(), times, values, cuts)
    np.testing.assert_allclose(found, naive(times, values), rtol=1e-12, atol=1e-15)


def test_smoothing_goes_by_time_and_not_by_samples():
    slow, fast = Smoothed(10.0), Smoothed(10.0)
    seconds = np.array([0, 20]) * 1_000_000_000
    once = slow(seconds, np.array([0.0, 1.0]))[-1]
    often = fast(np.arange(0, 21) * 1_000_000_000, np.array([0.0] + 20 * [1.0]))[-1]
    assert once == pytest.approx(often) == pytest.approx(1 - math.exp(-2))


def test_a_delayed_value_keeps_no_longer_a_history_than_it_needs():
    delayed = Delayed(30.0)
    delayed(np.arange(1000) * 10_000_000_000, np.arange(1000.0))
    assert delayed.values.tolist() == [996.0, 997.0, 998.0, 999.0]


def test_seconds_without_a_gap_that_is_too_long_go_on():
    since = SecondsSince(None, 0.0)
    assert since(np.array([0, 3600]) * 1_000_000_000, np.zeros(2)).tolist() == [0.0, 3600.0]
