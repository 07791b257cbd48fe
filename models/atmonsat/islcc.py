"""ISLCC, the interpolated iterations since last change: how many samples ago each temperature changed.

Everything counts in samples: reboots and gaps are not looked at, nothing is resampled.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def samples_since_change(values: Floats) -> Floats:
    """Return how many samples ago each column of `values` (T, n) changed: 0 at a change and at the first.

    The causal part of the authors' ISLCC: their counter is bent back to zero once the next change is known,
    which an on-board detector cannot wait for.
    """
    last = np.maximum.accumulate(np.where(_changed(values), _positions(values), 0), axis=0)
    return np.asarray(_positions(values) - last, np.float64)


def interpolated(values: Floats) -> Floats:
    """Return the offline ISLCC (T, n) of `values` (T, n), as in the authors' notebooks.

    Where a column changes at t, and p is the sample before t at which any column changed last (or 0), its
    counter falls linearly from its value at p to zero at t. So it looks ahead, to `known_from`.
    """
    counters = samples_since_change(values)
    changed = _changed(values)
    changes = np.flatnonzero(changed[1:].any(axis=1)) + 1
    for p, t in pairwise([0, *changes.tolist()]):
        falling = 1.0 - np.arange(t - p)[:, None] / (t - p)
        counters[p:t, changed[t]] = counters[p, changed[t]] * falling
    return counters


def known_from(values: Floats) -> NDArray[np.int64]:
    """Return the sample (T,) at which the offline counters of each sample are known.

    That is the sample itself where any column changes, otherwise the next at which one does; behind the last
    change it is the last sample, where the recording ends.
    """
    n = len(values)
    there = np.where(_changed(values).any(axis=1), np.arange(n), n - 1)
    return np.asarray(np.minimum.accumulate(there[::-1])[::-1], np.int64)


def rows(temperatures: Floats) -> NDArray[np.float32]:
    """Return the causal samples (T, 18): nine counters, then nine temperatures (T, 9)."""
    return np.concatenate([samples_since_change(temperatures), temperatures], axis=1).astype(np.float32)


def offline_rows(temperatures: Floats) -> NDArray[np.float32]:
    """Return the samples (T, 18) of the notebooks: nine offline counters, then nine temperatures (T, 9)."""
    return np.concatenate([interpolated(temperatures), temperatures], axis=1).astype(np.float32)


def _changed(values: Floats) -> NDArray[np.bool_]:
    """Return where each column differs from the sample before; the first counts as a change."""
    changed = np.ones(values.shape, np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed


def _positions(values: Floats) -> NDArray[np.int64]:
    return np.arange(len(values))[:, None]
