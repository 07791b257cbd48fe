"""Repetition numbers: runs of agreeing checks, and the statuses that they establish.

Nominal checks are many and need no entry; only *deviations* do. The gaps between them are runs of
nominal checks, so the work grows with the deviations, not with the samples.
"""

from typing import NamedTuple

import numpy as np

from pus.st12.tables import INVALID, NOMINAL, SKIPPED, Checks, CheckState, Codes, Flags, Ints


class Deviations(NamedTuple):
    """Checks that are not nominal, in order of (owner, rank).

    Attributes
    ----------
    monitors : (q,) whose they are; the others of the table are left alone.
    checked : (q,) how often each of them was checked in the chunk.
    owner, rank, code : position in `monitors`, number of the check in the chunk, and outcome.

    """

    monitors: Ints
    checked: Ints
    owner: Ints
    rank: Ints
    code: Codes

    @staticmethod
    def none() -> "Deviations":
        """No deviation of no monitor."""
        empty = np.empty(0, np.int64)
        return Deviations(empty, empty, empty, empty, np.empty(0, np.int8))


class Runs(NamedTuple):
    """What the runs of q monitors come to.

    Attributes
    ----------
    owner, rank, code : established statuses, in order of (owner, rank).
    run, counted : (q,) outcome and length of the run that goes on.

    """

    owner: Ints
    rank: Ints
    code: Codes
    run: Codes
    counted: Ints


def join(first: Deviations, second: Deviations) -> Deviations:
    """Return the deviations of both, the monitors of `second` behind those of `first`."""
    return Deviations(
        np.concatenate([first.monitors, second.monitors]),
        np.concatenate([first.checked, second.checked]),
        np.concatenate([first.owner, second.owner + len(first.monitors)]),
        np.concatenate([first.rank, second.rank]),
        np.concatenate([first.code, second.code]),
    )


def follow(checks: Checks, state: CheckState, found: Deviations) -> Runs:
    """Follow the runs of the monitors that `found` names.

    A run is made of the entries of one outcome without another between them: first what a monitor
    brings from the chunks before (its header), then deviations, each with the gap behind it.
    """
    code, length, rank, owner, header = _entries(state, found)
    begins = np.append(True, (code[1:] != code[:-1]) | header[1:])
    start = np.flatnonzero(begins)
    total = np.add.reduceat(length, start)
    kind, owner, header = code[start], owner[start], header[start]
    carried = np.where(header, length[start], 0)
    needed = np.where(kind == INVALID, 1, checks.repetition[found.monitors][owner])
    reached = (kind != SKIPPED) & (carried < needed) & (total >= needed)
    last = np.append(np.flatnonzero(header)[1:], len(start)) - 1
    run, counted = kind[last], np.minimum(total, needed)[last]
    lost = run == INVALID
    established = (rank[start] + needed - carried - 1)[reached]
    return Runs(
        owner[reached], established, kind[reached], np.where(lost, SKIPPED, run), np.where(lost, 0, counted)
    )


def _entries(state: CheckState, found: Deviations) -> tuple[Codes, Ints, Ints, Ints, Flags]:
    """Return code, length, rank, owner of headers, deviations and gaps; and which are headers."""
    q, size = len(found.monitors), len(found.monitors) + len(found.owner)
    heads = np.searchsorted(found.owner, np.arange(q)) + np.arange(q)
    entry = np.ones(size, np.bool_)
    entry[heads] = False
    rank = np.full(size, -1)
    rank[entry] = found.rank
    behind = np.append(rank[1:], 0)
    behind[np.append(heads[1:], size) - 1] = found.checked
    owner = np.cumsum(~entry) - 1
    code = np.full((size, 2), NOMINAL)
    code[heads, 0], code[entry, 0] = state.run[found.monitors], found.code
    length = np.ones((size, 2), np.int64)
    length[heads, 0], length[:, 1] = state.count[found.monitors], behind - rank - 1
    header = np.stack([~entry, np.zeros(size, np.bool_)], axis=1).ravel()
    kept = np.flatnonzero((length.ravel() > 0) | header)
    ranks = np.stack([np.maximum(rank, 0), rank + 1], axis=1).ravel()
    return code.ravel()[kept], length.ravel()[kept], ranks[kept], owner[kept // 2], header[kept]
