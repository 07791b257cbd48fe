"""The operating point of a stuck-value detector on the benchmark: thresholds and persistency for a sensor.

It is the output stage that is tuned on stored scores. Each part has its place on board: thresholds are the
outputs' of the card, the or with the classical checks is a derived parameter, the persistency a PMON's
repetition number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import sqrt
from typing import Final

import numpy as np

from models.hysteresis import Scores, Thresholds
from models.metrics import Mask, Reactions, literal_reactions, strict_reactions, uncertain
from models.stuck_figures import PERSISTENCY

ON: Final = tuple(round(float(v), 2) for v in np.arange(0.2, 0.96, 0.05))
OFF: Final = tuple(round(float(v), 2) for v in np.arange(0.05, 0.66, 0.05))
PERSISTENCIES: Final = (12, 15, 18, 21, 24, 27)
CONFIDENCE: Final = 1.645
"""Standard errors of a one-sided bound of 95 %."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operating point must keep on the validation data.

    Attributes
    ----------
    uncertain : share of faults with an interrupted index.
    false_share : reactions that touch no fault over faults, at the paper's persistency.
    strict_precision : what its lower bound must reach, at both persistencies: with as many reactions as
        there are, and thresholds that are picked among many, the figure itself would flatter.

    """

    uncertain: float
    false_share: float
    strict_precision: float = 0.975


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Thresholds for both persistencies: the paper's, and the one that reacts best in time.

    Attributes
    ----------
    strict_persistency : samples of the index for a reaction, chosen for the strict figures.
    or_classical : whether the index is or-ed with that of the classical checks.

    """

    thresholds: Thresholds
    strict_persistency: int
    or_classical: bool = False

    def index(self, scores: Scores, classical: Mask | None = None) -> Mask:
        """Return the index (n, T) of scores, or-ed with the classical one if that is part of the point."""
        own = self.thresholds(scores)
        return own | classical if self.or_classical and classical is not None else own


@dataclass(frozen=True, slots=True)
class Choice:
    """The best point with or without the classical checks, and what it is preferred for.

    Attributes
    ----------
    excess : by which uncertain score and false share are above their limits, together.
    lack : what the bound of the strict precision lacks, negative.
    strict_recall : at the persistency of the point.

    """

    point: OperatingPoint
    excess: float
    lack: float
    strict_recall: float

    @property
    def merit(self) -> tuple[float, float, float]:
        """The larger the better, first the first."""
        return -self.excess, self.lack, self.strict_recall


def choose_point(
    labels: Mask, scores: Scores, limits: Limits, classical: Mask | None = None
) -> OperatingPoint:
    """Return the point that reacts in time to the most faults within the limits.

    Of the points that keep uncertain score and false share at the paper's persistency, or else break them
    least, it is the one with the best strict recall at a persistency that keeps the strict precision. The
    classical checks are or-ed only if that is better.

    Parameters
    ----------
    labels, scores : (n, T) of one sensor, validation data.
    classical : (n, T), index of the classical checks; None: they are no choice.

    """
    return best_choice(choices(labels, scores, limits, classical)).point


def choices(
    labels: Mask, scores: Scores, limits: Limits, classical: Mask | None = None
) -> tuple[Choice, ...]:
    """Return the best point without and, if it is a choice, with the classical checks; see `choose_point`."""
    ors = (False,) if classical is None else (False, True)
    return tuple(_best(labels, scores, limits, classical, ored=ored) for ored in ors)


def best_choice(found: Sequence[Choice]) -> Choice:
    """Return the choice of the most merit; of equal ones the first."""
    return max(found, key=lambda choice: choice.merit)


def _best(labels: Mask, scores: Scores, limits: Limits, classical: Mask | None, *, ored: bool) -> Choice:
    stages = [
        OperatingPoint(Thresholds(on, off), PERSISTENCY, ored) for on, off in product(ON, OFF) if off <= on
    ]
    excesses = [_excess(labels, stage.index(scores, classical), limits) for stage in stages]
    least = min(excesses)
    return best_choice(
        [
            Choice(replace(stage, strict_persistency=persistency), least, *worth)
            for stage, excess in zip(stages, excesses, strict=True)
            if excess == least
            for persistency, worth in _worths(labels, stage.index(scores, classical), limits).items()
        ]
    )


def _excess(labels: Mask, index: Mask, limits: Limits) -> float:
    """Return by how much uncertain score and false share are above their limits, together."""
    literal = literal_reactions(labels, index, PERSISTENCY)
    shares = np.nan_to_num([uncertain(labels, index), literal.false_share])
    excess = np.maximum(shares - [limits.uncertain, limits.false_share], 0.0)
    return float(excess.sum())


def _worths(labels: Mask, index: Mask, limits: Limits) -> dict[int, tuple[float, float]]:
    """Return by persistency what the bound of the strict precision lacks, negative, and the strict recall."""
    counts = {persistency: strict_reactions(labels, index, persistency) for persistency in PERSISTENCIES}
    usual = precision_bound(counts[PERSISTENCY])
    return {
        persistency: (
            min(usual - limits.strict_precision, precision_bound(found) - limits.strict_precision, 0.0),
            float(np.nan_to_num(found.recall)),
        )
        for persistency, found in counts.items()
    }


def precision_bound(counts: Reactions) -> float:
    """Return the lower bound of the precision (Wilson's score interval); 0 without reactions."""
    n = counts.true + counts.false
    if not n:
        return 0.0
    share, square = counts.true / n, CONFIDENCE**2
    middle = share + square / (2 * n)
    spread = CONFIDENCE * sqrt(share * (1 - share) / n + square / (4 * n**2))
    return (middle - spread) / (1 + square / n)
