"""PMON checks, vectorised over monitors x samples.

`Checks` is the compiled table of the definitions on one source; `CheckState` is what happened so far;
`check` is a pure function from (table, state, values) to (changes of status, new state). The outcome of
a check becomes the *established* status when the last *repetition number* checks agree
(ECSS-E-ST-70-41C 6.12.3.9); a missing value or a false validity condition makes the status *invalid*
at once.
"""

import numpy as np

from pus.st12.outcomes import limit_codes, outcomes
from pus.st12.runs import follow
from pus.st12.screen import screen
from pus.st12.stepping import step
from pus.st12.tables import (
    HIGH,
    INVALID,
    LOW,
    NOMINAL,
    SKIPPED,
    UNCHECKED,
    Changes,
    Checks,
    CheckState,
    Codes,
    Flags,
    Floats,
    Ints,
)

__all__ = [
    "HIGH",
    "INVALID",
    "LOW",
    "NOMINAL",
    "SKIPPED",
    "UNCHECKED",
    "Changes",
    "CheckState",
    "Checks",
    "Codes",
    "Flags",
    "Floats",
    "Ints",
    "check",
]


def check(checks: Checks, state: CheckState, values: Floats) -> tuple[Changes, CheckState]:
    """Check a chunk.

    Parameters
    ----------
    checks, state : m monitors and their state.
    values : (rows, K) values of all parameters of the source; NaN = not known.

    Returns
    -------
    changes, state
        The changes of checking status (into *invalid* included) and the state after the chunk.

    """
    k = values.shape[1]
    if 0 < k <= checks.steps:
        return step(checks.plain, state, values)
    if not k or not state.enabled.any():
        return Changes.none(), state
    return _check(checks, state, values)


def _check(checks: Checks, state: CheckState, values: Floats) -> tuple[Changes, CheckState]:
    limits, others = checks.limits, checks.others
    run, count, phase, history = state.run.copy(), state.count.copy(), state.phase, state.history
    monitors, parts = [], []
    if len(limits):
        run[limits.place], count[limits.place], lively = screen(limits, state, values)
        if len(lively):
            monitors.append(limits.at[lively])
            parts.append(limit_codes(values[limits.row[lively]], limits.low[lively], limits.high[lively]))
    if len(others):
        codes, phase, history = outcomes(others, state, values)
        monitors.append(others.at)
        parts.append(codes)
    if not monitors:
        return Changes.none(), CheckState(state.enabled, state.status, run, count, phase, history)
    at = np.concatenate(monitors)
    runs = follow(state.run[at], state.count[at], checks.repetition[at], np.concatenate(parts))
    run[at], count[at] = runs.run, runs.counted
    changes, status = _changes(state, at[runs.owner], runs.sample, runs.code)
    return changes, CheckState(state.enabled, status, run, count, phase, history)


def _changes(state: CheckState, monitor: Ints, sample: Ints, current: Codes) -> tuple[Changes, Codes]:
    """Keep the established statuses that differ from the one before; return them and the last status."""
    first = np.append(True, monitor[1:] != monitor[:-1])[: len(monitor)]
    previous = np.where(first, state.status[monitor], np.append(INVALID, current[:-1])[: len(current)])
    status = state.status.copy()
    status[monitor] = current  # the last write of a repeated index wins: they are in order of time
    differs = np.flatnonzero(previous != current)
    order = differs[np.lexsort((monitor[differs], sample[differs]))]
    return Changes(sample[order], monitor[order], previous[order], current[order]), status
