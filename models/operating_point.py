"""The operating point of a stuck-value detector on the benchmark: thresholds and persistency for a sensor."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from models.hysteresis import Scores, Thresholds
from models.metrics import Mask, literal_reactions, strict_reactions, uncertain
from models.stuck_figures import PERSISTENCY

ON: Final = tuple(round(float(v), 2) for v in np.arange(0.2, 0.96, 0.05))
OFF: Final = tuple(round(float(v), 2) for v in np.arange(0.05, 0.66, 0.05))
PERSISTENCIES: Final = (12, 15, 18, 21, 24, 27)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operating point must keep on the validation data.

    Attributes
    ----------
    uncertain : share of faults with an interrupted index.
    false_share : reactions that touch no fault over faults, at the paper's persistency.
    strict_precision : at the persistency of the strict figures.

    """

    uncertain: float
    false_share: float
    strict_precision: float = 0.98


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Thresholds for both persistencies: the paper's, and the one that reacts best in time.

    Attributes
    ----------
    strict_persistency : samples of the index for a reaction, chosen for the strict figures.

    """

    thresholds: Thresholds
    strict_persistency: int


def choose_point(labels: Mask, scores: Scores, limits: Limits) -> OperatingPoint:
    """Return the point that reacts in time to the most faults within the limits.

    Of the pairs that keep uncertain score and false share at the paper's persistency, or else break them
    least, it is the one with the best strict recall at a persistency that keeps the strict precision.

    Parameters
    ----------
    labels, scores : (n, T) of one sensor, validation data.

    """
    pairs = [Thresholds(on, off) for on, off in product(ON, OFF) if off <= on]
    excesses = [_excess(labels, pair(scores), limits) for pair in pairs]
    least = min(excesses)
    quiet = [pair for pair, excess in zip(pairs, excesses, strict=True) if excess == least]
    points = [OperatingPoint(pair, persistency) for pair in quiet for persistency in PERSISTENCIES]
    return max(points, key=lambda point: _worth(labels, scores, point, limits))


def _excess(labels: Mask, index: Mask, limits: Limits) -> float:
    """Return by how much uncertain score and false share are above their limits, together."""
    literal = literal_reactions(labels, index, PERSISTENCY)
    shares = np.nan_to_num([uncertain(labels, index), literal.false_share])
    excess = np.maximum(shares - [limits.uncertain, limits.false_share], 0.0)
    return float(excess.sum())


def _worth(labels: Mask, scores: Scores, point: OperatingPoint, limits: Limits) -> tuple[float, float]:
    """Return what strict precision lacks, negative, and strict recall."""
    counts = strict_reactions(labels, point.thresholds(scores), point.strict_persistency)
    precision, recall = np.nan_to_num([counts.precision, counts.recall])
    return min(float(precision) - limits.strict_precision, 0.0), float(recall)
