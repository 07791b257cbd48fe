"""The fast path of limit checks: many monitors, of which few can change status in a chunk.

Values outside their limits are found in blocks that stay in the cache. A monitor that is nominal stays
so unless enough of its deviations stand side by side; those that cannot change only get a new count,
the others are followed run by run.
"""

from typing import NamedTuple

import numpy as np

from pus.st12.compiled import WORTHWHILE, compiled
from pus.st12.tables import HIGH, LOW, NOMINAL, CheckState, Codes, Flags, Floats, Ints, Limits

BLOCK = 1 << 16
"""Checks in a block: 512 KiB of values stay in the second-level cache between two comparisons."""
MANY = 8
"""Where more than one check in so many is not nominal, runs are followed for all monitors."""
_UNBUFFERED = 16
"""NumPy's smallest buffer: with a larger one it copies a column of limits to the width of the rows."""


class Screened(NamedTuple):
    """Runs and counts (p,) of all limit checks, right but for the `lively` ones, which may change status."""

    run: Codes
    counted: Ints
    lively: Ints


def screen(limits: Limits, state: CheckState, values: Floats) -> Screened:
    """Check a chunk of `values` (rows, K); what becomes of the lively ones is for `runs.follow` to say."""
    k = values.shape[1]
    enabled = state.enabled[limits.place]
    carried, counted = state.run[limits.place], state.count[limits.place]
    x = values[limits.rows]
    flat = _find_outside(limits, x)
    if len(flat) * MANY > len(limits) * k:
        return Screened(carried, counted, enabled.nonzero()[0])
    monitor = flat // k
    last = np.full(len(limits), -1)
    last[monitor] = flat - monitor * k  # the last write of a repeated index wins
    since = k - 1 - last
    if k < limits.longest:
        since += np.where((last < 0) & (carried == NOMINAL), counted, 0)
    run, count = np.full(len(limits), NOMINAL), np.minimum(since, limits.repetition)
    # A deviation at the end begins a run; if it goes on with one, the monitor is lively.
    tail = (last == k - 1).nonzero()[0]
    run[tail], count[tail] = np.where(x[tail, -1] > limits.high[tail, 0], HIGH, LOW), 1
    lively = state.status[limits.place] != NOMINAL
    lively[tail[_holds(flat, tail * k + k - 2)]] = True
    lively[monitor[np.isnan(x.take(flat))]] = True
    lively[_going_on(limits, flat, carried, counted, k)] = True
    lively[_crowded(limits, flat, monitor)] = True
    if not enabled.all():
        run, count = np.where(enabled, run, carried), np.where(enabled, count, counted)
        lively &= enabled
    return Screened(run, count, lively.nonzero()[0])


def _find_outside(limits: Limits, x: Floats) -> Ints:
    """Return the flat indices of values `x` (p, K) that are outside their limits or not known."""
    fast = compiled() if x.size >= WORTHWHILE else None
    if fast is None:
        return search(x, limits.low, limits.high)
    room = np.empty(x.size, np.int64)
    return room[: fast(x, limits.low, limits.high, room)]


def search(values: Floats, low: Floats, high: Floats) -> Ints:
    """Return what `compiled.search` finds, with NumPy."""
    k = values.shape[1]
    height = max(1, BLOCK // k)
    not_low, outside = np.empty((height, k), np.bool_), np.empty((height, k), np.bool_)
    found = []
    with np.errstate():  # leaving it restores the buffer size
        np.setbufsize(_UNBUFFERED)
        for start in range(0, len(values), height):
            rows = slice(start, start + height)
            n = len(values[rows])
            np.greater_equal(values[rows], low[rows], out=not_low[:n])
            np.greater(values[rows], high[rows], out=outside[:n])
            # Within limits is not low and not high; what is not known is not even *not low*.
            np.less_equal(not_low[:n], outside[:n], out=outside[:n])
            flat = outside[:n].reshape(-1).nonzero()[0]
            flat += start * k
            found.append(flat)
    return np.concatenate(found)


def _crowded(limits: Limits, flat: Ints, monitor: Ints) -> Ints:
    """Return monitors with enough deviations side by side to establish a status (and maybe some others)."""
    near = limits.shortest - 1
    # Neighbours may belong to two monitors; to follow one too many does no harm.
    crowded: Ints = monitor[:-near][flat[near:] - flat[:-near] == near]
    if not limits.any_single:
        return crowded
    return np.concatenate([crowded, monitor[limits.single[monitor]]])


def _going_on(limits: Limits, flat: Ints, carried: Codes, counted: Ints, k: int) -> Ints:
    """Return monitors whose run of deviations from the chunk before may go on to its number."""
    runs = (carried > NOMINAL).nonzero()[0]
    enough = np.minimum(np.maximum(limits.repetition[runs] - counted[runs], 1), k) - 1
    return runs[_holds(flat, runs * k) & _holds(flat, runs * k + enough)]


def _holds(flat: Ints, wanted: Ints) -> Flags:
    if not len(flat):
        return np.zeros(len(wanted), np.bool_)
    held: Flags = flat.take(flat.searchsorted(wanted), mode="clip") == wanted
    return held
