"""Thresholds by a budget of alarms: so many a day, at most, on nominal days that the fit has not seen."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.counting import kept_alarms

Floats = NDArray[np.float64]

TAIL: Final = 0.05
"""Share of all nominal scores among which the threshold is looked for."""


def alarms_a_day(scores: Sequence[Floats], hours: float, threshold: float) -> float:
    """Return the kept alarms a day of the files' `scores` (T,) each, NaN where not judged."""
    return sum(len(kept_alarms(part >= threshold)) for part in scores) / hours * 24


def threshold(scores: Sequence[Floats], hours: float, budget: float) -> float:
    """Return the lowest score that, like all above it, gives at most `budget` kept alarms a day as threshold.

    Looked for among the highest twentieth of all scores; above all of them if even the highest is too much.
    """
    pooled = np.concatenate(scores)
    pooled = np.unique(pooled[~np.isnan(pooled)])[::-1]
    found = float(np.nextafter(pooled[0], np.inf))
    for level in pooled[: max(1, round(TAIL * len(pooled)))].tolist():
        if alarms_a_day(scores, hours, level) > budget:
            break
        found = level
    return found
