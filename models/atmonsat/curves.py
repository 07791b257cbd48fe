"""ROC and precision-recall curves over all thresholds, with the raw counts and trapezoids of the authors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.counting import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """Points by falling threshold (m,) each; the recall is the true positive rate."""

    thresholds: Floats
    false_positive_rate: Floats
    recall: Floats
    precision: Floats

    @property
    def roc_auc(self) -> float:
        """Area under the ROC curve between its first and its last point."""
        return float(np.trapezoid(self.recall, self.false_positive_rate))

    @property
    def pr_auc(self) -> float:
        """Area under the precision-recall curve, which is closed with recall 0, precision 1."""
        recall, precision = np.append(0.0, self.recall), np.append(1.0, self.precision)
        return float(np.trapezoid(precision, recall))


def curves(outcome: Outcome) -> Curves | None:
    """Return the curves; None without an injection, or where nothing but its hit windows is scored.

    TP and FP count samples, FN injections without an alarm, TN what remains of all samples.
    """
    if not outcome.injections or not len(outcome.outside):
        return None
    levels = np.unique(np.concatenate([outcome.inside, outcome.outside]))[::-1]
    tp, fp = (_at_least(scores, levels) for scores in (outcome.inside, outcome.outside))
    fn = outcome.injections - _at_least(outcome.peaks, levels)
    negatives = len(outcome.inside) + len(outcome.outside) - tp - fn
    return Curves(levels, fp / negatives, tp / (tp + fn), tp / (tp + fp))


def _at_least(scores: Floats, levels: Floats) -> NDArray[np.int64]:
    """Return how many scores are at least each level."""
    return len(scores) - np.searchsorted(np.sort(scores), levels, "left")
