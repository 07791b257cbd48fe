"""The authors' rule benchmark: heat is where all nine sensors rise within 60 samples. It looks ahead."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.counting import Counts, Outcome, scored_range, targets
from models.atmonsat.data import SENSORS, Day, Injection
from models.atmonsat.scored import Scored
from models.metrics import runs

Mask = NDArray[np.bool_]

SPAN: Final = 60
"""Samples, the flagged one included, within which every sensor has to rise."""
LONGEST: Final = 120
"""Samples at which a run of flags is cut into alarms."""
THRESHOLD: Final = 0.5


def score_by_rule(day: Day) -> Scored:
    """Return 1 for each sample from which on all nine sensors rise within `SPAN` samples, otherwise 0."""
    n = len(day)
    rises = np.zeros((n, SENSORS), np.int64)
    rises[1:] = day.temperatures[1:] > day.temperatures[:-1]
    total = np.concatenate([np.zeros((1, SENSORS), np.int64), np.cumsum(rises, axis=0)])
    ends = np.minimum(np.arange(n) + SPAN, n)
    flags = np.all(total[ends] > total[:n], axis=1)
    return Scored("rule", "rule", day, flags.astype(np.float64), THRESHOLD, day.times[ends - 1])


def judge_rule(scored: Scored, injections: Iterable[Injection]) -> Outcome:
    """Count alarms, which are runs of flags: one is true if the sample of an injection lies in it.

    The authors count no true negatives and no raw samples: `raw` is all zeros, and so is `tn`.
    """
    day = scored.day
    low, high = scored_range(day)
    flags = np.zeros(len(day), np.bool_)
    flags[low : high + 1] = scored.scores[low : high + 1] >= scored.threshold
    spans = _alarms(flags)
    aims = targets(day, injections)
    at = [int(np.searchsorted(day.times, np.datetime64(a.injection.start, "ms"))) for a in aims]
    true = [any(first <= i <= last for i in at) for first, last in spans]
    delays = []
    for aim, i in zip(aims, at, strict=True):
        known = [scored.known_at[first] for first, last in spans if first <= i <= last]
        if known:
            start = np.datetime64(aim.injection.start, "ms")
            delays.append(float((min(known) - start) / np.timedelta64(1, "s")))
    nothing = np.zeros(0)
    return Outcome(
        float((day.times[high] - day.times[low]) / np.timedelta64(1, "h")),
        len(aims),
        len(delays),
        len(delays),
        Counts(),
        Counts(sum(true), len(true) - sum(true), 0, len(aims) - len(delays)),
        tuple(delays),
        nothing,
        nothing,
        nothing,
    )


def _alarms(flags: Mask) -> list[tuple[int, int]]:
    """Return first and last sample of each alarm."""
    found = runs(flags)
    return [
        (first, min(first + LONGEST, stop) - 1)
        for start, stop in zip(found.start.tolist(), found.stop.tolist(), strict=True)
        for first in range(start, stop, LONGEST)
    ]
