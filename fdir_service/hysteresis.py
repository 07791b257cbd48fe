"""From a score to a failure index with two thresholds."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fdir_service.mission.compiled import OutputSetup
from pus.records import mutable

Floats = NDArray[np.float64]


@mutable
class Hysteresis:
    """Failure index from a score: 1 at score >= on, 0 at score < off, unchanged in between."""

    on: float
    off: float
    state: float = 0.0

    def __call__(self, score: Floats) -> Floats:
        """Return the index of each score (K,); a score that is not known gives none and starts anew."""
        if len(score) == 1:
            return np.array([self.next(float(score[0]))])
        # A chunk on one side of both thresholds is the rule; an unknown score is on neither.
        if score.max() < self.off:
            self.state = 0.0
            return np.zeros(len(score))
        if score.min() >= self.on:
            self.state = 1.0
            return np.ones(len(score))
        return self._mixed(score)

    def next(self, score: float) -> float:
        """Return the index of one score, as for a chunk."""
        if math.isnan(score):
            self.state = 0.0
            return math.nan
        if score >= self.on or score < self.off:
            self.state = float(score >= self.on)
        return self.state

    def _mixed(self, score: Floats) -> Floats:
        unknown = np.isnan(score)
        decided = unknown | (score >= self.on) | (score < self.off)
        latest = np.maximum.accumulate(np.where(decided, np.arange(len(score)), -1))
        set_here = np.where(score >= self.on, 1.0, 0.0)
        index = np.where(latest < 0, self.state, set_here[latest])
        self.state = float(index[-1])
        return np.where(unknown, np.nan, index)


def indexed(outputs: Iterable[OutputSetup]) -> dict[int, Hysteresis]:
    """Return what makes the failure index of each output that becomes one, by its place among `outputs`."""
    return {
        row: Hysteresis(o.on, o.off)
        for row, o in enumerate(outputs)
        if o.on is not None and o.off is not None
    }
