"""Peaks by prominence, counted in one pass.

A peak is a sample, or a plateau, that is higher than both neighbours and not at the border. Its prominence is
its height above the higher one of two lows: the lowest sample on each side before a higher sample or the
border. The OPS-SAT-AD features count the peaks of a prominence of at least a tenth of the range.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHARE = 0.1
"""Prominence that counts, of the range of the row."""


def count_peaks(rows: Floats) -> NDArray[np.int64]:
    """Return the number of prominent peaks (n,) of `rows` (n, length).

    A row is climbed and descended in steps of at least the prominence asked for. The peaks are the highest
    samples of each climb that a descent follows, and all plateaus of that very height: what is lower has no
    low that is deep enough before something higher.
    """
    least = SHARE * (rows.max(axis=1) - rows.min(axis=1))
    # A constant row has neither climbs nor descents.
    least[least == 0] = np.inf
    low = rows[:, 0].copy()
    high = low.copy()
    climbing = np.zeros(len(rows), np.bool_)
    level = np.zeros(len(rows), np.int64)
    found = np.zeros(len(rows), np.int64)
    for before, value in zip(rows.T[:-1], rows.T[1:], strict=True):
        higher = climbing & (value > high)
        level = np.where(higher, 1, level + (climbing & (value == high) & (before != high)))
        high = np.where(higher, value, high)
        low = np.minimum(low, value)
        starts = ~climbing & (value - low >= least)
        ends = climbing & (high - value >= least)
        found += np.where(ends, level, 0)
        climbing ^= starts | ends
        low[ends] = value[ends]
        high[starts] = value[starts]
        level[starts] = 1
    return found
