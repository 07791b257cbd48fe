"""The fast path of limit checks: many monitors, of which few can change status in a chunk.

Values outside their limits are found in blocks that stay in the cache. A monitor that is nominal stays
so unless enough of its deviations stand side by side; those that cannot change only get a new count,
the others are followed run by run.
"""

from typing import NamedTuple

import numpy as np

from pus.st12.runs import Deviations
from pus.st12.tables import HIGH, INVALID, LOW, NOMINAL, CheckState, Codes, Flags, Floats, Ints, Limits

BLOCK = 1 << 16
"""Checks in a block: 512 KiB of values stay in the second-level cache between two comparisons."""
_UNBUFFERED = 16
"""NumPy's smallest buffer: with a larger one it copies a column of limits to the width of the rows."""


class Screened(NamedTuple):
    """Runs and counts (p,) of all limit checks, and the deviations of those that may change status."""

    run: Codes
    counted: Ints
    lively: Deviations


def screen(limits: Limits, state: CheckState, values: Floats) -> Screened:
    """Check a chunk of `values` (rows, K); `runs.follow` has the last word on the lively ones."""
    k = values.shape[1]
    flat, unknown = _find_outside(limits, values)
    monitor = flat // k
    sample = flat - monitor * k
    last = np.full(len(limits), -1)
    last[monitor] = sample  # the last write of a repeated index wins
    carried, counted = state.run[limits.place], state.count[limits.place]
    since = k - 1 - last
    if k < limits.longest:
        since += np.where((last < 0) & (carried == NOMINAL), counted, 0)
    run, count = np.full(len(limits), NOMINAL), np.minimum(since, limits.repetition)
    # A deviation at the end begins a run; if it goes on with one, the monitor is lively.
    tail = np.flatnonzero(last == k - 1)
    run[tail], count[tail] = _codes(limits, tail, k - 1, values), 1
    lively = np.concatenate(
        [
            np.flatnonzero(state.status[limits.place] != NOMINAL),
            monitor[unknown],
            _going_on(flat, carried, tail, k),
            _crowded(limits, flat, monitor),
        ]
    )
    enabled = state.enabled[limits.place]
    if not enabled.all():
        run, count = np.where(enabled, run, carried), np.where(enabled, count, counted)
        lively = lively[enabled[lively]]
    if not len(lively):
        return Screened(run, count, Deviations.none())
    lively = np.unique(lively)
    chosen = np.flatnonzero(np.isin(monitor, lively))
    monitor, sample = monitor[chosen], sample[chosen]
    codes, owner = _codes(limits, monitor, sample, values), np.searchsorted(lively, monitor)
    return Screened(run, count, Deviations(limits.at[lively], np.full(len(lively), k), owner, sample, codes))


def _find_outside(limits: Limits, values: Floats) -> tuple[Ints, Ints]:
    """Return where values (p, K) are outside their limits or not known, and which of these are not known."""
    k = values.shape[1]
    x = values[limits.rows]
    height = max(1, BLOCK // k)
    not_low, high = np.empty((height, k), np.bool_), np.empty((height, k), np.bool_)
    found, checked = [], []
    with np.errstate():  # leaving it restores the buffer size
        np.setbufsize(_UNBUFFERED)
        for start in range(0, len(limits), height):
            block = x[start : start + height]
            n = len(block)
            np.greater_equal(block, limits.low[start : start + n], out=not_low[:n])
            np.greater(block, limits.high[start : start + n], out=high[:n])
            # Within limits is not low and not high; what is not known is not even not low.
            np.less_equal(not_low[:n], high[:n], out=high[:n])
            flat = high[:n].reshape(-1).nonzero()[0]
            checked.append(block.take(flat))
            flat += start * k
            found.append(flat)
    return np.concatenate(found), np.flatnonzero(np.isnan(np.concatenate(checked)))


def _crowded(limits: Limits, flat: Ints, monitor: Ints) -> Ints:
    """Return monitors with enough deviations side by side to establish a status (and maybe some others)."""
    near = limits.shortest - 1
    # Neighbours may belong to two monitors; to follow one too many does no harm.
    crowded = monitor[:-near][flat[near:] - flat[:-near] == near]
    if not limits.any_single:
        return crowded
    return np.concatenate([crowded, monitor[limits.single[monitor]]])


def _going_on(flat: Ints, carried: Codes, tail: Ints, k: int) -> Ints:
    """Return monitors with a run of deviations from the chunk before, or one of several at the end."""
    head = np.flatnonzero(carried > NOMINAL)
    head = head[_holds(flat, head * k)]
    return np.concatenate([head, tail[_holds(flat, tail * k + k - 2)]])


def _holds(flat: Ints, wanted: Ints) -> Flags:
    if not len(flat):
        return np.zeros(len(wanted), np.bool_)
    return flat.take(np.searchsorted(flat, wanted), mode="clip") == wanted


def _codes(limits: Limits, monitor: Ints, sample: Ints | int, values: Floats) -> Codes:
    x = values[limits.row[monitor], sample]
    codes = np.full(len(x), INVALID)
    codes[x > limits.high[monitor, 0]] = HIGH
    codes[x < limits.low[monitor, 0]] = LOW
    return codes
