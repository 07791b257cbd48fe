"""The plain path of limit checks: small tables, a few samples at a time.

A call into NumPy costs as much as ten checks in plain Python. Most samples change nothing: all values
are within limits, and every run of nominal checks is a full one.
"""

from collections.abc import Iterable

import numpy as np

from pus.st12.tables import (
    HIGH,
    INVALID,
    LOW,
    NOMINAL,
    SKIPPED,
    Changes,
    CheckState,
    Flags,
    Floats,
    Limits,
    Open,
    Steps,
)

_NOMINAL, _INVALID, _LOW, _HIGH, _SKIPPED = (int(code) for code in (NOMINAL, INVALID, LOW, HIGH, SKIPPED))

_Change = tuple[int, int, int, int]
"""Sample, monitor, previous and current status."""


def step(limits: Limits, state: CheckState, values: Floats) -> tuple[Changes, CheckState]:
    """Check a chunk of `values` (rows, K) against a table that has no other checks than `limits`."""
    steps = state.steps
    if steps is None or steps[0] is not limits:
        steps, state = _begin(limits, state)
    _, began, now = steps
    changes: list[_Change] = []
    for sample, column in enumerate((values if limits.is_whole else values[limits.rows]).T.tolist()):
        for low, x, high in zip(limits.lows, column, limits.highs):  # noqa: B905 - strict costs two checks
            if not low <= x <= high:
                visits = sorted(now.keys() | _outside(limits, column, began.enabled))
                now = _count(limits, now, visits, sample, column, changes)
                break
        else:
            if now:
                now = _count(limits, now, now, sample, column, changes)
    if now is not steps[2]:
        state = CheckState.stepped(Steps(limits, began, now))
    return (_as_changes(changes) if changes else Changes.none()), state


def _begin(limits: Limits, state: CheckState) -> tuple[Steps, CheckState]:
    """Prepare a state that has been made otherwise."""
    full = (state.run == NOMINAL) & (state.status == NOMINAL) & (state.count == limits.repetition)
    found = np.flatnonzero(state.enabled & ~full)
    columns = (state.status[found].tolist(), state.run[found].tolist(), state.count[found].tolist())
    steps = Steps(limits, state, dict(zip(found.tolist(), zip(*columns, strict=True), strict=True)))
    return steps, CheckState.stepped(steps)


def _outside(limits: Limits, column: list[float], enabled: Flags) -> set[int]:
    bounds = zip(limits.order, limits.lows, column, limits.highs, strict=True)
    return {k for k, low, x, high in bounds if not low <= x <= high and enabled[k]}


def _count(
    limits: Limits,
    before: Open,
    visits: Iterable[int],
    sample: int,
    column: list[float],
    changes: list[_Change],
) -> Open:
    """Count one check of each monitor in `visits`; add to `changes`, return those that are open now."""
    after: Open = {}
    for k in visits:
        x, needed = column[k], limits.repetitions[k]
        status, run, count = before.get(k) or (_NOMINAL, _NOMINAL, needed)
        if limits.lows[k] <= x <= limits.highs[k]:
            outcome = _NOMINAL
        elif x != x:  # noqa: PLR0124 - not known
            outcome, run, count = _INVALID, _INVALID, needed
        else:
            outcome = _HIGH if x > limits.highs[k] else _LOW
        count = min(count + 1, needed) if outcome == run else 1
        if count == needed and outcome != status:
            changes.append((sample, k, status, outcome))
            status = outcome
        if outcome == _INVALID:
            after[k] = (status, _SKIPPED, 0)
        elif outcome != _NOMINAL or count < needed:
            after[k] = (status, outcome, count)
    return after


def _as_changes(changes: list[_Change]) -> Changes:
    sample, monitor, previous, current = np.array(changes).T
    return Changes(sample, monitor, previous.astype(np.int8), current.astype(np.int8))
