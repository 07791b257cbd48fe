"""How well scores tell cloudy pictures from clear ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of pictures: true and false positives, true and false negatives."""

    tp: int
    fp: int
    tn: int
    fn: int

    @property
    def precision(self) -> float | None:
        """TP / (TP + FP); None where nothing is flagged."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """TP / (TP + FN); None where nothing is cloudy."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        """2 TP / (2 TP + FP + FN); None where nothing is cloudy."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp + self.fn else None


def confusion(cloudy: Mask, flagged: Mask) -> Confusion:
    """Count pictures (n,)."""
    return Confusion(
        int((cloudy & flagged).sum()),
        int((~cloudy & flagged).sum()),
        int((~cloudy & ~flagged).sum()),
        int((cloudy & ~flagged).sum()),
    )


def areas(cloudy: Mask, scores: Floats) -> tuple[float, float] | None:
    """Return the areas under ROC and precision-recall curve; None unless there are pictures of both kinds.

    The second is the average precision, a sum of steps, not of trapezoids.
    """
    if cloudy.all() or not cloudy.any():
        return None
    return float(roc_auc_score(cloudy, scores)), float(average_precision_score(cloudy, scores))
