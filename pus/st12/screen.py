"""The fast path of limit checks: many monitors, of which few can change status in a chunk.

Values outside their limits are found in blocks that stay in the cache. A monitor that is nominal stays
so unless enough of its deviations stand side by side; those that cannot change only get a new count,
the others are followed run by run.
"""

from typing import NamedTuple

import numpy as np

from pus.st12.runs import Deviations
from pus.st12.tables import HIGH, INVALID, LOW, NOMINAL, CheckState, Codes, Flags, Floats, Ints, Limits

BLOCK = 1 << 17
"""Checks in a block: what is read and written for it stays in the second-level cache."""
_UNBUFFERED = 16
"""NumPy's smallest buffer: with a larger one it copies a column of limits to the width of the rows."""


class Screened(NamedTuple):
    """Runs and counts (p,) of all limit checks, and the deviations of those that may change status."""

    run: Codes
    counted: Ints
    lively: Deviations


class _Outside(NamedTuple):
    """Values (p, K) outside their limits or not known, in order; `flat` is monitor * K + sample."""

    flat: Ints
    monitor: Ints
    sample: Ints
    unknown: Flags


def screen(limits: Limits, state: CheckState, values: Floats) -> Screened:
    """Check a chunk of `values` (rows, K); `runs.follow` has the last word on the lively ones."""
    k = values.shape[1]
    found = _find_outside(limits, values)
    monitor, sample = found.monitor, found.sample
    enabled, carried = state.enabled[limits.place], state.run[limits.place]
    counted = state.count[limits.place]
    last = np.full(len(limits), -1)
    last[monitor] = sample  # the last write of a repeated index wins
    since = k - 1 - last + np.where((last < 0) & (carried == NOMINAL), counted, 0)
    run = np.where(enabled, NOMINAL, carried)
    counted = np.where(enabled, np.minimum(since, limits.repetition), counted)
    # A deviation at the end begins a run; where it goes on with one, the monitor is lively.
    tail = np.flatnonzero(sample == k - 1)
    tail = tail[enabled[monitor[tail]]]
    run[monitor[tail]], counted[monitor[tail]] = _codes(limits, monitor[tail], sample[tail], values), 1
    lively = state.status[limits.place] != NOMINAL
    lively[_suspects(limits, found, carried, k)] = True
    lively &= enabled
    if not lively.any():
        return Screened(run, counted, Deviations.none())
    chosen, kept = np.flatnonzero(lively), np.flatnonzero(lively[monitor])
    monitor, sample = monitor[kept], sample[kept]
    codes = _codes(limits, monitor, sample, values)
    owner = np.searchsorted(chosen, monitor)
    return Screened(
        run, counted, Deviations(limits.at[chosen], np.full(len(chosen), k), owner, sample, codes)
    )


def _find_outside(limits: Limits, values: Floats) -> _Outside:
    k = values.shape[1]
    x = values[limits.rows]
    height = max(1, BLOCK // k)
    clipped, differs = np.empty((height, k)), np.empty((height, k), np.bool_)
    found, unknown = [], []
    with np.errstate():  # leaving it restores the buffer size
        np.setbufsize(_UNBUFFERED)
        for start in range(0, len(limits), height):
            block = x[start : start + height]
            n = len(block)
            block.clip(limits.low[start : start + n], limits.high[start : start + n], out=clipped[:n])
            # What clipping changes is outside; what is not known differs from itself.
            np.not_equal(block, clipped[:n], out=differs[:n])
            flat = differs[:n].reshape(-1).nonzero()[0]
            unknown.append(np.isnan(clipped.reshape(-1).take(flat)))
            flat += start * k
            found.append(flat)
    flat = np.concatenate(found)
    monitor = flat // k
    return _Outside(flat, monitor, flat - monitor * k, np.concatenate(unknown))


def _suspects(limits: Limits, found: _Outside, carried: Codes, k: int) -> Ints:
    """Return monitors whose deviations may establish a status, or go on from or into another chunk."""
    flat, monitor, sample, unknown = found
    # Neighbours in `flat` may belong to two monitors; to follow one too many does no harm.
    near = limits.shortest - 1
    crowded = monitor[:-near][flat[near:] - flat[:-near] == near]
    begins = monitor[sample == 0]
    ends = monitor[1:][(sample[1:] == k - 1) & (flat[1:] - flat[:-1] == 1)]
    suspects = [crowded, begins[carried[begins] > NOMINAL], ends]
    if unknown.any():
        suspects.append(monitor[unknown])
    if limits.any_single:
        suspects.append(monitor[limits.single[monitor]])
    return np.concatenate(suspects)


def _codes(limits: Limits, monitor: Ints, sample: Ints, values: Floats) -> Codes:
    x = values[limits.row[monitor], sample]
    codes = np.full(len(x), INVALID)
    codes[x > limits.high[monitor, 0]] = HIGH
    codes[x < limits.low[monitor, 0]] = LOW
    return codes
