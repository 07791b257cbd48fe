"""How good a detector or a clustering is: the measures of the DCLOP paper's section 5.2.3.

A measure that has nothing to count, say the precision of a detector that is never on, is NaN.
"""

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    roc_auc_score,
    silhouette_score,
)

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Measures = dict[str, float]

NAN: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of two classes, samples each (Tables 1 and 4)."""

    tp: int
    fp: int
    tn: int
    fn: int

    @classmethod
    def count(cls, truth: Mask, found: Mask) -> Self:
        """Count samples (n,): what is, and what is said."""
        cells = (truth & found, ~truth & found, ~truth & ~found, truth & ~found)
        return cls(*(int(cell.sum()) for cell in cells))

    @property
    def measures(self) -> Measures:
        """All measures of Tables 2 and 5 that follow from the counts; shares are fractions."""
        sensitivity = _share(self.tp, self.tp + self.fn)
        specificity = _share(self.tn, self.tn + self.fp)
        accuracy = _share(self.tp + self.tn, self.tp + self.fp + self.tn + self.fn)
        return {
            "accuracy": accuracy,
            "precision": _share(self.tp, self.tp + self.fp),
            "recall": sensitivity,
            "f1": _share(2 * self.tp, 2 * self.tp + self.fp + self.fn),
            "mcc": self._mcc,
            "sensitivity": sensitivity,
            "specificity": specificity,
            "npv": _share(self.tn, self.tn + self.fn),
            "fpr": 1 - specificity,
            "fnr": 1 - sensitivity,
            "g_mean": math.sqrt(sensitivity * specificity),
            "error_rate": 1 - accuracy,
        }

    @property
    def _mcc(self) -> float:
        sums = (self.tp + self.fp, self.tp + self.fn, self.tn + self.fp, self.tn + self.fn)
        return _share(self.tp * self.tn - self.fp * self.fn, math.sqrt(math.prod(sums)))


def areas(truth: Mask, score: Floats) -> Measures:
    """Return the areas under the ROC and the precision-recall curve of scores (n,).

    The latter is the average precision: steps, not trapezoids, which would flatter.
    """
    if truth.all() or not truth.any():
        return {"auc_roc": NAN, "auc_pr": NAN}
    return {
        "auc_roc": float(roc_auc_score(truth, score)),
        "auc_pr": float(average_precision_score(truth, score)),
    }


def quality(points: Floats, labels: Integers) -> Measures:
    """Return silhouette, Calinski-Harabasz and Davies-Bouldin index of clusters (Table 3).

    Parameters
    ----------
    points, labels : (n, D) and (n,), all samples, anomalies too.

    """
    known = 1 < len(np.unique(labels)) < len(points)
    return {
        "silhouette": float(silhouette_score(points, labels)) if known else NAN,
        "calinski_harabasz": float(calinski_harabasz_score(points, labels)) if known else NAN,
        "davies_bouldin": float(davies_bouldin_score(points, labels)) if known else NAN,
    }


def by_majority(labels: Integers, truth: Mask) -> Mask:
    """Return for each sample (n,) what most samples of its cluster are; true where they are as many.

    The map is made with the truth, so it flatters, and the more so the more clusters there are.
    """
    size = np.bincount(labels)
    true = np.bincount(labels, weights=truth)
    return np.asarray(2 * true[labels] >= size[labels])


def _share(part: float, whole: float) -> float:
    return part / whole if whole else NAN
