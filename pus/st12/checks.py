"""PMON checks, vectorised over monitors x samples.

`Checks` is the compiled table of the definitions on one source; `CheckState` is what happened so far;
`check` is a pure function from (table, state, values) to (changes of status, new state). The outcome of
a check becomes the *established* status when the last *repetition number* checks agree
(ECSS-E-ST-70-41C 6.12.3.9); a missing value or a false validity condition makes the status *invalid*
at once.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pus.parameters import ParameterTable
from pus.st12.definitions import CheckType, Delta, ExpectedValue, Limit, Pmon, PmonChecking

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

NOMINAL, UNCHECKED, INVALID, LOW, HIGH = (np.int8(status) for status in PmonChecking)
SKIPPED = np.int8(-1)
"""No check at this sample: between monitoring intervals, or a delta without enough history."""


class Checks:
    """Compiled definitions of the PMONs on one source, by ascending PMON id (m of them)."""

    def __init__(self, pmons: tuple[Pmon, ...], parameters: ParameterTable) -> None:
        self.pmons = tuple(sorted(pmons, key=lambda pmon: pmon.id))
        self.ids: Ints = np.array([pmon.id for pmon in self.pmons], np.int64)
        self.rows: Ints = np.array([parameters.row[pmon.parameter] for pmon in self.pmons], np.int64)
        self.repetition: Ints = np.array([pmon.repetition for pmon in self.pmons], np.int64)
        self.interval: Ints = np.array([pmon.interval for pmon in self.pmons], np.int64)
        self.limit = self._of_type(CheckType.LIMIT)
        self.delta = self._of_type(CheckType.DELTA)
        self.expected = self._of_type(CheckType.EXPECTED_VALUE)
        limits = [pmon.check for pmon in self.pmons if isinstance(pmon.check, Limit)]
        bounded = np.array([isinstance(pmon.check, Limit) for pmon in self.pmons], np.bool_)
        self.low = self._column(bounded, [check.low for check in limits])
        self.high = self._column(bounded, [check.high for check in limits])
        values = [pmon.check for pmon in self.pmons if isinstance(pmon.check, ExpectedValue)]
        self.mask: Ints = np.array([check.mask for check in values], np.int64)[:, None]
        self.value: Ints = np.array([check.expected for check in values], np.int64)[:, None]
        conditional = [k for k, pmon in enumerate(self.pmons) if pmon.validity]
        validity = [pmon.validity for pmon in self.pmons if pmon.validity]
        self.conditional: Ints = np.array(conditional, np.int64)
        self.condition_rows: Ints = np.array([parameters.row[v.parameter] for v in validity], np.int64)
        self.condition_mask: Ints = np.array([v.mask for v in validity], np.int64)[:, None]
        self.condition_value: Ints = np.array([v.expected for v in validity], np.int64)[:, None]
        self.paced: Ints = np.flatnonzero(self.interval > 1)

    def __len__(self) -> int:
        return len(self.pmons)

    def _of_type(self, kind: CheckType) -> Ints:
        return np.flatnonzero(np.array([pmon.check.type is kind for pmon in self.pmons], np.bool_))

    def _column(self, where: Flags, numbers: list[float]) -> Floats:
        column = np.zeros((len(self.pmons), 1))
        column[where, 0] = numbers
        return column


@dataclass(frozen=True, slots=True, eq=False)
class CheckState:
    """Results of the PMONs of one source; arrays of m, never changed in place.

    Attributes
    ----------
    enabled : PMON status.
    status : PMON checking status.
    run : outcome of the checks that agree so far, or SKIPPED when counting starts anew.
    count : how many agree, at most the repetition number.
    phase : valid samples since counting started (for the monitoring interval).
    history : last `consecutive` checked values of each delta check, by position in `Checks.delta`.

    """

    enabled: Flags
    status: Codes
    run: Codes
    count: Ints
    phase: Ints
    history: tuple[Floats, ...]

    @staticmethod
    def fresh(checks: Checks) -> "CheckState":
        """Return the state of new definitions: disabled and unchecked."""
        m = len(checks)
        return CheckState(
            np.zeros(m, np.bool_),
            np.full(m, UNCHECKED),
            np.full(m, SKIPPED),
            np.zeros(m, np.int64),
            np.zeros(m, np.int64),
            tuple(np.empty(0) for _ in checks.delta),
        )


class Changes(NamedTuple):
    """Changes of checking status, ordered by (sample, PMON id); arrays of equal length."""

    sample: Ints
    monitor: Ints
    previous: Codes
    current: Codes

    @staticmethod
    def none() -> "Changes":
        """No change."""
        empty = np.empty(0, np.int64)
        return Changes(empty, empty, np.empty(0, np.int8), np.empty(0, np.int8))


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
    if not len(checks) or not values.shape[1] or not state.enabled.any():
        return Changes.none(), state
    outcome, phase, history = _outcomes(checks, state, values)
    changes, status, run, count = _establish(checks, state, outcome)
    return changes, CheckState(state.enabled, status, run, count, phase, history)


def _outcomes(checks: Checks, state: CheckState, values: Floats) -> tuple[Codes, Ints, tuple[Floats, ...]]:
    """Return the outcome (m, K) of each check, and the new phases and delta histories."""
    x = values[checks.rows]
    bad = np.isnan(x)
    outcome = (x > checks.high) * HIGH
    outcome += (x < checks.low) * LOW
    if checks.expected.size:
        outcome[checks.expected] = _unexpected(checks, x[checks.expected])
    if checks.conditional.size:
        bad[checks.conditional] |= ~_conditions(checks, values)
    due = np.ones((0, x.shape[1]), np.bool_)
    phase = state.phase
    if checks.paced.size:
        due, phase = _pace(checks, state, bad)
        outcome[checks.paced] = np.where(due, outcome[checks.paced], SKIPPED)
    history = state.history
    if checks.delta.size:
        history = _deltas(checks, state, x, bad, outcome)
    outcome[bad] = INVALID
    outcome[~state.enabled] = SKIPPED
    return outcome, phase, history


def _unexpected(checks: Checks, x: Floats) -> Codes:
    known = np.nan_to_num(x).astype(np.int64)
    codes: Codes = ((known & checks.mask) != checks.value) * LOW
    return codes


def _conditions(checks: Checks, values: Floats) -> Flags:
    x = values[checks.condition_rows]
    met = (np.nan_to_num(x).astype(np.int64) & checks.condition_mask) == checks.condition_value
    flags: Flags = met & ~np.isnan(x)
    return flags


def _since_bad(start: Ints, bad: Flags) -> Ints:
    """Count good samples before each sample since the last bad one; `start` (m,) came before the chunk."""
    good = np.cumsum(~bad, axis=1)
    floor = np.maximum.accumulate(np.where(bad, good, -start[:, None]), axis=1)
    return good - ~bad - floor


def _pace(checks: Checks, state: CheckState, bad: Flags) -> tuple[Flags, Ints]:
    """Return at which samples a check with a monitoring interval is due, and the new phases."""
    paced, interval = checks.paced, checks.interval[checks.paced]
    before = _since_bad(state.phase[paced], bad[paced])
    after = np.where(bad[paced][:, -1], 0, before[:, -1] + 1)
    phase = state.phase.copy()
    phase[paced] = np.where(state.enabled[paced], after % interval, 0)
    return before % interval[:, None] == 0, phase


def _deltas(checks: Checks, state: CheckState, x: Floats, bad: Flags, outcome: Codes) -> tuple[Floats, ...]:
    """Fill in the outcome of delta checks; the mean of N signed differences is (x[t] - x[t-N]) / N."""
    histories = []
    for history, k in zip(state.history, checks.delta, strict=True):
        definition = checks.pmons[k].check
        assert isinstance(definition, Delta)  # noqa: S101
        n = definition.consecutive
        taken = np.flatnonzero(~bad[k] & (outcome[k] != SKIPPED))
        breaks = np.concatenate([np.zeros(len(history), np.int64), np.cumsum(bad[k])[taken]])
        series = np.concatenate([history, x[k, taken]])
        outcome[k] = SKIPPED
        if len(series) > n:
            mean = (series[n:] - series[:-n]) / n
            code = (mean > definition.high) * HIGH + (mean < definition.low) * LOW
            code[breaks[n:] != breaks[:-n]] = SKIPPED
            outcome[k, taken[len(taken) - len(code) :]] = code[-len(taken) :] if len(taken) else code[:0]
        current = series[breaks == np.count_nonzero(bad[k])]
        histories.append(current[-n:] if state.enabled[k] else history[:0])
    return tuple(histories)


def _establish(checks: Checks, state: CheckState, outcome: Codes) -> tuple[Changes, Codes, Codes, Ints]:
    """Turn outcomes (m, K) into changes of status, the last status, and the run that goes on."""
    m, k = outcome.shape
    # A column with the run so far stands before the chunk; skipped samples continue the run.
    runs = np.concatenate([state.run[:, None], outcome], axis=1)
    checked = runs != SKIPPED
    checked[:, 0] = False
    has_skips = not checked[:, 1:].all()
    if has_skips:
        latest = np.maximum.accumulate(np.where(checked, np.arange(k + 1), 0), axis=1)
        runs = np.take_along_axis(runs, latest, axis=1)
    begins = np.empty((m, k + 1), np.bool_)
    begins[:, 0] = True
    np.not_equal(runs[:, 1:], runs[:, :-1], out=begins[:, 1:])
    monitor, start = np.divmod(np.flatnonzero(begins), k + 1)
    kind = runs[monitor, start]
    carried = np.where(start == 0, state.count[monitor], 0)
    end = np.append(start[1:], k + 1)
    end[np.append(monitor[1:] != monitor[:-1], True)] = k + 1
    if has_skips:
        total = np.cumsum(checked, axis=1)
        before = np.where(start == 0, 0, total[monitor, start] - 1)
        length = total[monitor, end - 1] - before
    else:
        before = np.maximum(start, 1) - 1
        length = end - 1 - before
    needed = np.where(kind == INVALID, 1, checks.repetition[monitor])
    reached = (kind != SKIPPED) & (carried < needed) & (carried + length >= needed)
    nth = before + needed - carried
    sample = nth - 1
    if has_skips:
        ranked = np.flatnonzero(checked)
        offset = np.concatenate([[0], np.cumsum(total[:, -1])[:-1]])
        sample = sample.copy()
        sample[reached] = ranked[offset[monitor[reached]] + nth[reached] - 1] % (k + 1) - 1
    last = np.append(monitor[1:] != monitor[:-1], True)
    count = np.minimum(carried + length, needed)[last]
    run = kind[last]
    lost = run == INVALID
    changes, status = _changes(state, monitor[reached], sample[reached], kind[reached])
    return changes, status, np.where(lost, SKIPPED, run), np.where(lost, 0, count)


def _changes(state: CheckState, monitor: Ints, sample: Ints, current: Codes) -> tuple[Changes, Codes]:
    """Keep the established statuses that differ from the one before; return them and the last status."""
    first = np.append(True, monitor[1:] != monitor[:-1])[: len(monitor)]
    previous = np.where(first, state.status[monitor], np.append(INVALID, current[:-1])[: len(current)])
    status = state.status.copy()
    status[monitor] = current  # the last write of a repeated index wins: they are in order of time
    differs = np.flatnonzero(previous != current)
    order = differs[np.lexsort((monitor[differs], sample[differs]))]
    return Changes(sample[order], monitor[order], previous[order], current[order]), status
