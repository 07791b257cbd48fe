"""Repetition numbers: runs of agreeing checks, and the statuses that they establish."""

from typing import NamedTuple

import numpy as np

from pus.st12.tables import INVALID, NOMINAL, SKIPPED, Codes, Ints

FEW = 32
"""Checks that are not nominal up to which plain Python is faster."""
_NOMINAL, _INVALID, _SKIPPED = int(NOMINAL), int(INVALID), int(SKIPPED)


class Runs(NamedTuple):
    """What the runs of q monitors come to.

    Attributes
    ----------
    owner, sample, code : established statuses, in order of (owner, sample).
    run, counted : (q,) outcome and length of the run that goes on.

    """

    owner: Ints
    sample: Ints
    code: Codes
    run: Codes
    counted: Ints


def follow(run: Codes, count: Ints, repetition: Ints, codes: Codes) -> Runs:
    """Follow the runs of q monitors through a chunk.

    Parameters
    ----------
    run, count : (q,) outcome and length of the run that each brings along.
    repetition : (q,) how many checks establish a status; an invalid one is established at once.
    codes : (q, K) outcomes of the checks.

    """
    if len(run) + np.count_nonzero(codes) > FEW or (codes == SKIPPED).any():
        return _follow_many(run, count, repetition, codes)
    owner, sample = codes.nonzero()
    found = list(zip(owner.tolist(), sample.tolist(), codes[owner, sample].tolist(), strict=True))
    return _follow_few(run, count, repetition, found, codes.shape[1])


def _follow_few(run: Codes, count: Ints, repetition: Ints, found: list[tuple[int, int, int]], k: int) -> Runs:
    """Follow runs in plain Python: `found` (owner, sample, code), and nominal checks between them."""
    reached: list[tuple[int, int, int]] = []
    last = []
    for j, brought in enumerate(zip(run.tolist(), count.tolist(), repetition.tolist(), strict=True)):
        outcome, counted, full = brought
        at = 0
        for _, sample, code in (*(check for check in found if check[0] == j), (j, k, _SKIPPED)):
            for following, start, length in ((_NOMINAL, at, sample - at), (code, sample, 1)):
                if not length or following == _SKIPPED:
                    continue
                needed, carried = 1 if following == _INVALID else full, counted if following == outcome else 0
                if carried < needed <= carried + length:
                    reached.append((j, start + needed - carried - 1, following))
                outcome, counted = following, min(carried + length, needed)
            at = sample + 1
        last.append((_SKIPPED, 0) if outcome == _INVALID else (outcome, counted))
    established = np.array(reached, np.int64).reshape(-1, 3).T
    runs = np.array(last, np.int64).reshape(-1, 2).T
    codes, outcomes = established[2].astype(np.int8), runs[0].astype(np.int8)
    return Runs(established[0], established[1], codes, outcomes, runs[1])


def _follow_many(run: Codes, count: Ints, repetition: Ints, codes: Codes) -> Runs:
    """Follow runs with NumPy."""
    k = codes.shape[1]
    # A column with the run so far stands before the chunk; skipped samples continue the run.
    runs = np.concatenate([run[:, None], codes], axis=1)
    checked = runs != SKIPPED
    checked[:, 0] = False
    has_skips = not checked[:, 1:].all()
    if has_skips:
        latest = np.maximum.accumulate(np.where(checked, np.arange(k + 1), 0), axis=1)
        runs = np.take_along_axis(runs, latest, axis=1)
    begins = np.ones((len(runs), k + 1), np.bool_)
    np.not_equal(runs[:, 1:], runs[:, :-1], out=begins[:, 1:])
    owner, start = np.divmod(np.flatnonzero(begins), k + 1)
    kind = runs[owner, start]
    carried = np.where(start == 0, count[owner], 0)
    last = np.append(owner[1:] != owner[:-1], True)
    end = np.append(start[1:], k + 1)
    end[last] = k + 1
    # Checks of a monitor up to each column, and before each run.
    total = np.cumsum(checked, axis=1) if has_skips else np.broadcast_to(np.arange(k + 1), checked.shape)
    before = np.where(start == 0, 0, total[owner, start] - 1)
    length = total[owner, end - 1] - before
    needed = np.where(kind == INVALID, 1, repetition[owner])
    reached = (kind != SKIPPED) & (carried < needed) & (carried + length >= needed)
    sample = (before + needed - carried - 1)[reached]
    if has_skips:
        offset = np.cumsum(total[:, -1]) - total[:, -1]
        sample = np.flatnonzero(checked)[offset[owner[reached]] + sample] % (k + 1) - 1
    run, counted = kind[last], np.minimum(carried + length, needed)[last]
    lost = run == INVALID
    run[lost], counted[lost] = SKIPPED, 0
    return Runs(owner[reached], sample, kind[reached], run, counted)
