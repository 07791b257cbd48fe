"""The definitions equal the functions that the authors of OPS-SAT-AD call."""

import numpy as np
import pytest
from scipy import signal, stats

from models.segments.features import FEATURES, moving_mean, peaks_of, segment_features


def walk(seed):
    return np.cumsum(np.random.default_rng(seed).standard_normal(64)) + 3


@pytest.mark.parametrize("seed", range(20))
def test_the_features_are_those_of_scipy(seed):
    x = walk(seed)

    def peaks(values):
        return len(signal.find_peaks(values, prominence=0.1 * np.ptp(values))[0]) / len(x)

    smooth = [np.convolve(x, np.ones(k) / k, mode="same") for k in (10, 20)]
    expected = {
        "mean": x.mean(),
        "var": x.var(),
        "std": x.std(),
        "skew": stats.skew(x),
        "kurtosis": stats.kurtosis(x),
        "diff_var": np.diff(x).var(),
        "diff2_var": np.diff(x, n=2).var(),
        "peak_rate": peaks(x),
        "smooth10_peak_rate": peaks(smooth[0]),
        "smooth20_peak_rate": peaks(smooth[1]),
        "diff_peak_rate": peaks(np.diff(x)),
        "diff2_peak_rate": peaks(np.diff(x, n=2)),
    }
    assert tuple(expected) == FEATURES
    np.testing.assert_allclose(segment_features(x), list(expected.values()), rtol=1e-12)
    np.testing.assert_allclose(moving_mean(x, 20), smooth[1])


def test_plateaus_and_ties_are_counted_as_scipy_does():
    rng = np.random.default_rng(1)
    for x in rng.choice([0.0, 1.0, 1.5, 8.0], (200, 30)):
        assert peaks_of(x) == len(signal.find_peaks(x, prominence=0.1 * np.ptp(x))[0])


def test_a_constant_segment_has_no_peaks():
    assert peaks_of(np.ones(30)) == 0
    assert segment_features(np.ones(30))[3:5].tolist() == [0, -3]
