"""Thresholds that need no labels."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def otsu(scores: Floats) -> float:
    """Return the threshold that parts scores (n,) into two groups of the largest variance between them.

    Otsu, "A threshold selection method from gray-level histograms", 1979, without a histogram.
    """
    ordered = np.sort(scores)
    n, below = len(ordered), np.cumsum(ordered)[:-1]
    low = np.arange(1, n)
    between = low * (n - low) * (below / low - (ordered.sum() - below) / (n - low)) ** 2
    split = int(np.argmax(between))
    return float(ordered[split : split + 2].mean())
