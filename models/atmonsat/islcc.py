"""ISLCC, the interpolated iterations since last change: how many samples ago each temperature changed."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def samples_since_change(values: Floats) -> Floats:
    """Return how many samples ago each column of `values` (T, n) changed: 0 at a change and at the first.

    The causal part of the authors' ISLCC (interpolated iterations since last change): their counter is bent
    back to zero once the next change is known, which an on-board detector cannot wait for.
    """
    changed = np.ones(values.shape, np.bool_)
    changed[1:] = values[1:] != values[:-1]
    position = np.arange(len(values))[:, None]
    last = np.maximum.accumulate(np.where(changed, position, 0), axis=0)
    return np.asarray(position - last, np.float64)


def rows(temperatures: Floats) -> NDArray[np.float32]:
    """Return the detector's samples (T, 18): nine counters, then nine temperatures (T, 9)."""
    return np.concatenate([samples_since_change(temperatures), temperatures], axis=1).astype(np.float32)
