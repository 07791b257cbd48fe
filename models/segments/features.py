"""The features of whole segments, written down as they are defined; the reference of what runs on board.

Definitions: B. Ruszczak et al., "The OPS-SAT benchmark for detecting anomalies in satellite telemetry",
Scientific Data 2025, and the authors' ``dataset_generator.ipynb`` (kplabs-pl/OPS-SAT-AD). Peaks are given per
sample.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEATURES: Final = (
    "mean",
    "var",
    "std",
    "skew",
    "kurtosis",
    "diff_var",
    "diff2_var",
    "peak_rate",
    "smooth10_peak_rate",
    "smooth20_peak_rate",
    "diff_peak_rate",
    "diff2_peak_rate",
)
PROMINENCE: Final = 0.1
"""Of the range of the segment."""


def segment_features(segment: Floats) -> Floats:
    """Return the features (12,) of one segment (W,), W >= 20; a constant one has skewness 0, kurtosis -3."""
    x = np.asarray(segment, np.float64)
    diff = np.diff(x)
    peaks = [peaks_of(s) for s in (x, moving_mean(x, 10), moving_mean(x, 20), diff, np.diff(diff))]
    return np.array([*_shape(x), diff.var(), np.diff(diff).var(), *(n / len(x) for n in peaks)])


def _shape(x: Floats) -> tuple[float, ...]:
    """Return mean, variance, standard deviation, skewness and excess kurtosis of the population."""
    mean = float(x.mean())
    if x.min() == x.max():
        return mean, 0.0, 0.0, 0.0, -3.0
    away = x - mean
    var = float((away**2).mean())
    third, fourth = float((away**3).mean()), float((away**4).mean())
    return mean, var, var**0.5, third / var**1.5, fourth / var**2 - 3.0


def moving_mean(x: Floats, k: int) -> Floats:
    """Return the mean (W,) of k samples, k // 2 of them before; zeros lie beyond the borders."""
    padded = np.pad(x, (k // 2, (k - 1) // 2))
    return np.asarray(sliding_window_view(padded, k).sum(axis=1) / k)


def peaks_of(x: Floats) -> int:
    """Return how many peaks of `x` have a prominence of at least `PROMINENCE` of its range."""
    least = PROMINENCE * (x.max() - x.min())
    tops = (i for i in range(1, len(x) - 1) if x[i - 1] < x[i] and _falls_behind(x, i))
    return sum(least > 0 and _prominence(x, i) >= least for i in tops)


def _falls_behind(x: Floats, i: int) -> bool:
    """Whether the plateau that begins at i ends lower, and not at the border."""
    behind = x[i + 1 :][x[i + 1 :] != x[i]]
    return len(behind) > 0 and bool(behind[0] < x[i])


def _prominence(x: Floats, i: int) -> float:
    """Return how far the peak at i is above the higher one of the lows on its two sides."""
    higher = np.flatnonzero(x > x[i])
    left = higher[higher < i].max(initial=-1) + 1
    right = higher[higher > i].min(initial=len(x))
    return float(x[i] - max(x[left : i + 1].min(), x[i:right].min()))
