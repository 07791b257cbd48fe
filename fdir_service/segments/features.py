"""The features of a segment that do not depend on its length, as OPS-SAT-AD defines them.

B. Ruszczak et al., "The OPS-SAT benchmark for detecting anomalies in satellite telemetry", Scientific Data
2025, and the authors' ``dataset_generator.ipynb`` (kplabs-pl/OPS-SAT-AD): population variance, biased
skewness and excess kurtosis, variance of first and second differences, peaks of the values, of moving means
padded with zeros, and of the differences. Peaks are given per sample; their counts would tell the length.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.segments.moments import Moments
from fdir_service.segments.peaks import count_peaks

Floats = NDArray[np.float64]

_MOMENTS: Final = ("mean", "var", "std", "skew", "kurtosis", "diff_var", "diff2_var")
_PEAKS: Final = ("peak_rate", "smooth10_peak_rate", "smooth20_peak_rate", "diff_peak_rate", "diff2_peak_rate")
FEATURES: Final = (*_MOMENTS, *_PEAKS)
SMOOTHED: Final = (10, 20)
"""Samples in the moving means."""


def moment_features(orders: Sequence[Moments], constant: NDArray[np.bool_]) -> Floats:
    """Return the features (7, n) that the moments of values, first and second differences tell.

    A constant segment has variance 0, skewness 0 and kurtosis -3: sums of no spread over one that is not 0.
    """
    x, diff, diff2 = orders
    var = np.where(constant, 0.0, x.var)
    spread = np.where(var > 0, var, 1.0)
    third = np.where(var > 0, x.third, 0.0)
    fourth = np.where(var > 0, x.fourth, 0.0)
    skew = third / (spread * np.sqrt(spread))
    kurtosis = fourth / (spread * spread) - 3.0
    return np.stack([x.mean, var, np.sqrt(var), skew, kurtosis, diff.var, diff2.var])


def peak_features(segments: Floats) -> Floats:
    """Return the peak rates (5, n), peaks a sample, of `segments` (n, W)."""
    diff = np.diff(segments, axis=1)
    series = [segments, *(moving_mean(segments, k) for k in SMOOTHED), diff, np.diff(diff, axis=1)]
    width = segments.shape[1]
    # Another sample like the last one is no peak and ends none.
    rows = [np.pad(rows, ((0, 0), (0, width - rows.shape[1])), mode="edge") for rows in series]
    return np.asarray(count_peaks(np.concatenate(rows)).reshape(len(series), -1) / width)


def moving_mean(segments: Floats, k: int) -> Floats:
    """Return the mean (n, W) of k samples, k // 2 of them before; zeros lie beyond the borders."""
    width = segments.shape[1]
    padded = np.pad(segments, ((0, 0), (k // 2, (k - 1) // 2)))
    total = padded[:, :width].copy()
    for shift in range(1, k):
        total += padded[:, shift : shift + width]
    return np.asarray(total / k)
