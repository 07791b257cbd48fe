"""The plain path of checks: small tables, a few samples at a time.

A call into NumPy costs as much as ten checks in plain Python. Most samples change nothing: all values
are within limits, and every run of nominal checks is a full one.
"""

import math
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
    Floats,
    Limits,
    Open,
)

_NOMINAL, _INVALID, _LOW, _HIGH, _SKIPPED = (int(code) for code in (NOMINAL, INVALID, LOW, HIGH, SKIPPED))

_NONE = Changes.none()
_WIDE = float(1 << 62)

_Change = tuple[int, int, int, int]
"""Sample, monitor, previous and current status."""


def step(limits: Limits, state: CheckState, values: Floats) -> tuple[Changes, CheckState]:
    """Check a chunk of `values` (rows, K) against a table all of whose checks are `limits`."""
    table, began, before = state.steps
    if table is not limits:
        began, before = state, _open(limits, state)
        state = CheckState.stepped((limits, began, before))
    now = before
    changes: list[_Change] = []
    sample = 0
    for column in values.T.tolist() if limits.is_whole else _columns(limits, values):
        for x, (low, high) in zip(column, limits.bounds):  # noqa: B905 - strict costs two checks
            if not low <= x <= high:
                now = _count(limits, now, _visits(limits, began, now, column), sample, column, changes)
                break
        else:
            if now:
                now = _settle(limits, now, sample, changes)
        sample += 1  # noqa: SIM113 - enumerate costs two checks
    if now is not before:
        state = CheckState.stepped((limits, began, now))
    return (_as_changes(changes) if changes else _NONE), state


def _columns(limits: Limits, values: Floats) -> list[list[float]]:
    """Return what is checked at each sample: values, or what the substitutes come to."""
    # A list of all values of one sample is made faster than arrays of some.
    whole = values[:, 0].tolist() if values.shape[1] == 1 else None
    columns: list[list[float]] = (
        values[limits.rows].T.tolist() if whole is None else [[whole[row] for row in limits.places]]
    )
    for k, expected, row, validity in limits.substitutes:
        if expected:
            mask, wanted = expected.mask, expected.expected
            for column in columns:
                x = column[k]
                if x == x:  # noqa: PLR0124 - known
                    column[k] = 0.0 if _whole(x) & mask == wanted else -1.0
        if row is not None and validity:
            mask, wanted = validity.mask, validity.expected
            conditions = values[row].tolist() if whole is None else (whole[row],)
            for column, x in zip(columns, conditions):  # noqa: B905 - as many
                if x != x or _whole(x) & mask != wanted:  # noqa: PLR0124
                    column[k] = math.nan
    return columns


def _whole(x: float) -> int:
    """Return a value as the matrices have it: 64 bits."""
    return int(x) if -_WIDE < x < _WIDE else int(np.nan_to_num(np.array([x])).astype(np.int64)[0])


def _open(limits: Limits, state: CheckState) -> Open:
    """Find the open monitors of a state that is made of arrays."""
    full = (state.run == NOMINAL) & (state.status == NOMINAL) & (state.count == limits.repetition)
    found = np.flatnonzero(state.enabled & ~full)
    columns = (state.status[found].tolist(), state.run[found].tolist(), state.count[found].tolist())
    return dict(zip(found.tolist(), zip(*columns, strict=True), strict=True))


def _visits(limits: Limits, began: CheckState, now: Open, column: list[float]) -> list[int]:
    """Return the open monitors and the enabled ones outside their limits."""
    pairs = zip(limits.order, column, limits.bounds)  # noqa: B905 - as above
    return [k for k, x, (low, high) in pairs if (not low <= x <= high and began.enabled[k]) or k in now]


def _settle(limits: Limits, before: Open, sample: int, changes: list[_Change]) -> Open:
    """Count one nominal check of each open monitor; add to `changes`, return those that are still open."""
    after: Open = {}
    for k, (status, run, count) in before.items():
        counted = count + 1 if run == _NOMINAL else 1
        if counted < limits.repetitions[k]:
            after[k] = (status, _NOMINAL, counted)
        elif status != _NOMINAL:
            changes.append((sample, k, status, _NOMINAL))
    return after


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
        low, high = limits.bounds[k]
        if low <= x <= high:
            outcome = _NOMINAL
        elif x != x:  # noqa: PLR0124 - not known
            outcome, run, count = _INVALID, _INVALID, needed
        else:
            outcome = _HIGH if x > high else _LOW
        if outcome != run:
            count = 1
        elif count < needed:
            count += 1
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
