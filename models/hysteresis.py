"""From scores to failure indices, and the choice of the thresholds on validation data."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.metrics import Mask, f_beta, literal_reactions, strict_reactions, uncertain

Scores = NDArray[np.floating]

GUARD = 2 / 3
"""Share of the persistency that an index without a fault must stay below, so that new data stay quiet too."""
UNCERTAIN = 0.1
"""Share of faults with an interrupted index from which on the choice counts it as a loss."""
ON = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98)
OFF = (0.05, 0.1, 0.15, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The index becomes 1 at ``score >= on`` and 0 at ``score < off``; in between it keeps its value."""

    on: float
    off: float

    def __call__(self, scores: Scores) -> Mask:
        """Return the index of scores, both (..., T); every record starts at 0."""
        decided = (scores >= self.on) | (scores < self.off)
        position = np.where(decided, np.arange(scores.shape[-1]), 0)
        latest = np.maximum.accumulate(position, axis=-1)
        return np.asarray(np.take_along_axis(scores >= self.on, latest, axis=-1), np.bool_)


def choose(labels: Mask, scores: Scores, persistency: int, false_reactions: int = 0) -> Thresholds:
    """Return the pair with the best strict F0.5 among those with few enough reactions without a fault.

    Only reactions that touch no fault are limited: one that fires just after a fault's end costs strict
    precision, but it reports something real. They are counted at `GUARD` of the persistency. From F0.5 goes
    what the uncertain score exceeds `UNCERTAIN` by, since a flickering index makes many reports of one fault.

    Parameters
    ----------
    labels, scores : (n, T) of one sensor, validation data.
    persistency : samples that the index must stay at 1 for a reaction.
    false_reactions : allowed without any fault; where no pair is that quiet, the quietest is taken.

    """

    def worth(pair: Thresholds) -> tuple[int, float]:
        index = pair(scores)
        counts = strict_reactions(labels, index, persistency)
        without_fault = literal_reactions(labels, index, round(GUARD * persistency)).false
        loss = max(float(np.nan_to_num(uncertain(labels, index))) - UNCERTAIN, 0.0)
        return -max(without_fault - false_reactions, 0), f_beta(counts.precision, counts.recall) - loss

    pairs = [Thresholds(on, off) for on, off in product(ON, OFF) if off <= on]
    return max(pairs, key=worth)
