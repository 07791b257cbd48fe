"""Features on board equal the definitions of whole segments, in any chunks, with gaps and unknown values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.segments import Segmenter
from fdir_service.segments.features import FEATURES
from models.segments.features import segment_features

NS = 1_000_000_000
GAP_S = 30.0
SIZES = [(20, 20), (24, 4), (32, 8), (64, 16)]
LEVELS = [0.0, 0.0, 0.125, 0.25, 0.5, 1.375]


def record(seed, n, kind):
    """Return (n,) values: smooth, noisy, in few steps, or constant for long stretches."""
    rng = np.random.default_rng(seed)
    k = np.arange(n)
    if kind == "smooth":
        return np.maximum(np.sin(k / 9 + rng.random()), -0.3) + 5
    if kind == "noisy":
        return 3.0 + np.cumsum(rng.standard_normal(n)) * 0.1
    if kind == "steps":
        return rng.choice(LEVELS, n)
    return np.repeat(rng.choice(LEVELS, n // 30 + 1), 30)[:n]


def expected(times, values, samples, hop):
    """Return what the definitions say after each sample (features, n)."""
    found = np.full((len(FEATURES), len(values)), math.nan)
    first, held = 0, found[:, 0]
    for k, x in enumerate(values):
        if math.isnan(x):
            first, held = k + 1, np.full(len(FEATURES), math.nan)
        elif k and times[k] - times[k - 1] > GAP_S * NS and k > first:
            first, held = k, np.full(len(FEATURES), math.nan)
        length = k + 1 - first
        if length >= samples and (length - samples) % hop == 0:
            held = segment_features(values[k + 1 - samples : k + 1])
        found[:, k] = held
    return found


def in_chunks(made, times, values, cuts):
    parts = zip(np.split(times, cuts), np.split(values, cuts), strict=True)
    return np.concatenate([made(t, x) for t, x in parts if len(t)], axis=1)


@pytest.mark.parametrize(("samples", "hop"), SIZES)
@pytest.mark.parametrize("kind", ["smooth", "noisy", "steps", "stretches"])
@settings(max_examples=15)
@given(data=st.data())
def test_any_chunking_gives_what_the_definitions_give(samples, hop, kind, data):
    n = data.draw(st.integers(1, 3 * samples))
    values = record(data.draw(st.integers(0, 99)), n, kind)
    for k in data.draw(st.lists(st.integers(0, n - 1), max_size=2)):
        values[k] = math.nan
    steps = np.full(n, 5)
    for k in data.draw(st.lists(st.integers(0, n - 1), max_size=1)):
        steps[k] = 31
    times = np.cumsum(steps) * NS
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=5)))
    whole = Segmenter(FEATURES, samples, hop, GAP_S)(times, values)
    np.testing.assert_allclose(whole, expected(times, values, samples, hop), rtol=1e-9, atol=1e-9)
    cut = in_chunks(Segmenter(FEATURES, samples, hop, GAP_S), times, values, cuts)
    np.testing.assert_array_equal(cut, whole)
    singly = in_chunks(Segmenter(FEATURES, samples, hop, GAP_S), times, values, range(1, n))
    np.testing.assert_array_equal(singly, whole)


def test_nothing_is_known_before_the_first_segment_and_features_hold_until_the_next():
    made = Segmenter(("mean", "var"), 20, 10, None)
    found = made(np.arange(45) * NS, np.arange(45.0))
    assert np.isnan(found[:, :19]).all()
    np.testing.assert_allclose(found[0, 19:], [9.5] * 10 + [19.5] * 10 + [29.5] * 6)
    np.testing.assert_allclose(found[1, 19:], (20**2 - 1) / 12)


def test_a_constant_segment_has_no_spread_no_peaks_and_the_kurtosis_of_none():
    made = Segmenter(FEATURES, 20, 20, None)
    found = dict(zip(FEATURES, made(np.arange(20) * NS, np.full(20, 0.3))[:, -1].tolist(), strict=True))
    assert found.pop("mean") == pytest.approx(0.3)
    assert found.pop("kurtosis") == -3
    # Beyond the borders a moving mean falls to nothing, so it has a top here; it is a plateau, that is one.
    assert found.pop("smooth10_peak_rate") == found.pop("smooth20_peak_rate") == 0.05
    assert set(found.values()) == {0.0}


def test_any_gap_will_do_where_none_is_too_long():
    times = np.cumsum([5] * 10 + [5000] + [5] * 9) * NS
    assert Segmenter(("mean",), 20, 20, None)(times, np.ones(20))[0, -1] == 1
    assert np.isnan(Segmenter(("mean",), 20, 20, GAP_S)(times, np.ones(20))[0, -1])


def test_a_gap_between_two_chunks_begins_anew():
    made = Segmenter(("mean",), 20, 20, GAP_S)
    made(np.arange(19) * NS, np.ones(19))
    assert np.isnan(made(np.array([100]) * NS, np.ones(1))[0, 0])


def test_a_small_spread_upon_a_large_value_is_told_as_well_as_from_whole_segments():
    x = 1e6 + np.random.default_rng(3).standard_normal(64) * 1e-3
    found = Segmenter(("var", "skew", "kurtosis"), 64, 16, None)(np.arange(64) * NS, x)[:, -1]
    np.testing.assert_allclose(found, segment_features(x)[[1, 3, 4]], rtol=1e-5)


def test_features_beyond_all_numbers_are_not_known():
    x = np.where(np.arange(20) % 2, 1e150, -1e150)
    found = Segmenter(("mean", "kurtosis"), 20, 20, None)(np.arange(20) * NS, x)[:, -1]
    assert found[0] == 0
    assert math.isnan(found[1])


def test_no_longer_a_history_is_kept_than_the_next_segment_needs():
    made = Segmenter(("mean",), 32, 8, None)
    made(np.arange(1000) * NS, np.arange(1000.0))
    assert len(made.tail) == 24
    assert made.sums.shape == (2, 3, 4, 3)
