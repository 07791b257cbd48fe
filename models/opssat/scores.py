"""Figures of merit of a binary detector, as the benchmark's table has them."""

import math

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

METRICS = ("accuracy", "precision", "recall", "f1", "mcc", "auc_roc", "auc_pr")


def figures(labels: Mask, scores: Floats, alarms: Mask) -> dict[str, float]:
    """Return `METRICS` of scores and alarms (n,) each; NaN where there is nothing to count.

    ``mcc`` is Matthews' correlation; ``auc_pr`` the average precision.
    """
    tp, fp = int((alarms & labels).sum()), int((alarms & ~labels).sum())
    fn, tn = int((~alarms & labels).sum()), int((~alarms & ~labels).sum())
    both = 0 < labels.sum() < len(labels)
    return {
        "accuracy": _share(tp + tn, len(labels)),
        "precision": _share(tp, tp + fp),
        "recall": _share(tp, tp + fn),
        "f1": _share(2 * tp, 2 * tp + fp + fn),
        "mcc": _share(tp * tn - fp * fn, math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
        "auc_roc": float(roc_auc_score(labels, scores)) if both else math.nan,
        "auc_pr": float(average_precision_score(labels, scores)) if both else math.nan,
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
