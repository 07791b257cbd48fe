"""Outcomes of the checks that are no simple limits, as a matrix of monitors x samples."""

from typing import NamedTuple

import numpy as np

from pus.st12.definitions import Delta
from pus.st12.tables import (
    HIGH,
    INVALID,
    LOW,
    SKIPPED,
    CheckState,
    Codes,
    Flags,
    Floats,
    Ints,
    Others,
)


class Outcomes(NamedTuple):
    """Outcomes (p, K) and, for the whole table, the new phases (m,) and delta histories."""

    codes: Codes
    phase: Ints
    history: tuple[Floats, ...]


def outcomes(others: Others, state: CheckState, values: Floats) -> Outcomes:
    """Check a chunk of `values` (rows, K) against the p `others` of a table."""
    x = values[others.rows]
    bad = np.isnan(x)
    outcome = _against(x, others.low, others.high)
    if others.expected.size:
        outcome[others.expected] = _unexpected(others, x[others.expected])
    if others.conditional.size:
        bad[others.conditional] |= ~_conditions(others, values)
    phase, history = state.phase, state.history
    if others.paced.size:
        due, phase = _pace(others, state, bad)
        outcome[others.paced] = np.where(due, outcome[others.paced], SKIPPED)
    if others.delta.size:
        history = _deltas(others, state, x, bad, outcome)
    outcome[bad] = INVALID
    outcome[~state.enabled[others.at]] = SKIPPED
    return Outcomes(outcome, phase, history)


def limit_codes(x: Floats, low: Floats, high: Floats) -> Codes:
    """Return the outcomes of checking `x` (p, K) against limits (p, 1)."""
    codes = _against(x, low, high)
    codes[np.isnan(x)] = INVALID
    return codes


def _against(x: Floats, low: Floats, high: Floats) -> Codes:
    codes: Codes = (x > high) * HIGH
    codes += (x < low) * LOW
    return codes


def _unexpected(others: Others, x: Floats) -> Codes:
    known = np.nan_to_num(x).astype(np.int64)
    codes: Codes = ((known & others.mask) != others.value) * LOW
    return codes


def _conditions(others: Others, values: Floats) -> Flags:
    x = values[others.condition_rows]
    met = (np.nan_to_num(x).astype(np.int64) & others.condition_mask) == others.condition_value
    flags: Flags = met & ~np.isnan(x)
    return flags


def _since_bad(start: Ints, bad: Flags) -> Ints:
    """Count good samples before each sample since the last bad one; `start` (m,) came before the chunk."""
    good = np.cumsum(~bad, axis=1)
    floor = np.maximum.accumulate(np.where(bad, good, -start[:, None]), axis=1)
    return good - ~bad - floor


def _pace(others: Others, state: CheckState, bad: Flags) -> tuple[Flags, Ints]:
    """Return at which samples a check with a monitoring interval is due, and the new phases."""
    at, interval, bad = others.at[others.paced], others.interval[others.paced], bad[others.paced]
    before = _since_bad(state.phase[at], bad)
    after = np.where(bad[:, -1], 0, before[:, -1] + 1)
    phase = state.phase.copy()
    phase[at] = np.where(state.enabled[at], after % interval, 0)
    return before % interval[:, None] == 0, phase


def _deltas(others: Others, state: CheckState, x: Floats, bad: Flags, outcome: Codes) -> tuple[Floats, ...]:
    """Fill in the outcome of delta checks; the mean of N signed differences is (x[t] - x[t-N]) / N."""
    histories = []
    for history, k in zip(state.history, others.delta, strict=True):
        definition = others.pmons[k].check
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
        histories.append(current[-n:] if state.enabled[others.at[k]] else history[:0])
    return tuple(histories)
