"""The plain path of limit checks: small tables, a few samples at a time.

A call into NumPy costs as much as ten checks in plain Python. Most samples change nothing: all values
are within limits, and every run of nominal checks is a full one.
"""

from collections.abc import Sequence

import numpy as np

from pus.st12.tables import HIGH, INVALID, LOW, NOMINAL, SKIPPED, Changes, CheckState, Floats, Limits

_NOMINAL, _INVALID, _LOW, _HIGH, _SKIPPED = (int(code) for code in (NOMINAL, INVALID, LOW, HIGH, SKIPPED))

_Change = tuple[int, int, int, int]
"""Sample, monitor, previous and current status."""


def step(limits: Limits, state: CheckState, values: Floats) -> tuple[Changes, CheckState]:
    """Check a chunk of `values` (rows, K) against a table that has no other checks than `limits`."""
    changes: list[_Change] = []
    for sample, column in enumerate(values[limits.rows].T.tolist()):
        visits: Sequence[int] = _unsettled(limits, state) if state.unsettled is None else state.unsettled
        for low, x, high in zip(limits.lows, column, limits.highs):  # noqa: B905 - strict takes as long as two checks
            if not low <= x <= high:
                visits = sorted({*visits, *_outside(limits, column)})
                break
        if visits:
            state = _visit(limits, state, visits, sample, column, changes)
    return (_as_changes(changes) if changes else Changes.none()), state


def _outside(limits: Limits, column: list[float]) -> list[int]:
    bounds = zip(limits.lows, column, limits.highs, strict=True)
    return [k for k, (low, x, high) in enumerate(bounds) if not low <= x <= high]


def _as_changes(changes: list[_Change]) -> Changes:
    sample, monitor, previous, current = np.array(changes).T
    return Changes(sample, monitor, previous.astype(np.int8), current.astype(np.int8))


def _unsettled(limits: Limits, state: CheckState) -> tuple[int, ...]:
    """Find the unsettled monitors of a state that another path has made, and note them there."""
    full = (state.run == NOMINAL) & (state.status == NOMINAL) & (state.count == limits.repetition)
    found = tuple(np.flatnonzero(state.enabled & ~full).tolist())
    state.note(found)
    return found


def _visit(
    limits: Limits,
    state: CheckState,
    visits: Sequence[int],
    sample: int,
    column: list[float],
    changes: list[_Change],
) -> CheckState:
    """Count one check of each monitor in `visits`; add to `changes`, return the new state."""
    enabled, status, run, count = state.enabled, state.status, state.run, state.count.copy()
    unsettled = []
    for k in visits:
        if not enabled[k]:
            continue
        x, needed, carried = column[k], limits.repetitions[k], count.item(k)
        outcome = _NOMINAL if limits.lows[k] <= x <= limits.highs[k] else _violation(limits, k, x)
        if outcome != run.item(k):
            run, carried = run.copy(), 0
            run[k] = outcome
        if carried < needed:
            count[k] = carried = carried + 1
        if outcome == _INVALID:
            run[k], count[k], carried = _SKIPPED, 0, needed
        if carried < needed or outcome != _NOMINAL:
            unsettled.append(k)
        if carried == needed and status.item(k) != outcome:
            changes.append((sample, k, status.item(k), outcome))
            status = status.copy()
            status[k] = outcome
    return state.succeeded(status, run, count, tuple(unsettled))


def _violation(limits: Limits, k: int, x: float) -> int:
    if x > limits.highs[k]:
        return _HIGH
    return _LOW if x < limits.lows[k] else _INVALID
