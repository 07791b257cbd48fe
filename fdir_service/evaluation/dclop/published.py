"""The figures of the DCLOP paper (Obied et al. 2023, doi 10.3390/bdcc7010039), on data that are not public.

Its tables do not agree with each other everywhere: the static accuracy of Table 2 is below sensitivity and
specificity both, the static error rate of Table 5 is no complement of its accuracy, and all eleven anomalies
are said to score 1 beside a sensitivity of .964. They are given as printed.
"""

from collections.abc import Mapping
from typing import Final

STATIC: Final = "published static"
DYNAMIC: Final = "published dynamic"

_DAY_NIGHT: Final = {
    "accuracy": (0.9642, 0.9773),
    "sensitivity": (0.97, 0.981),
    "specificity": (0.968, 0.974),
    "precision": (0.957, 0.973),
    "npv": (0.971, 0.982),
    "f1": (0.963, 0.976),
    "fpr": (0.039, 0.025),
    "fnr": (0.027, 0.018),
    "mcc": (0.933, 0.955),
}
"""Table 2, static and dynamic loss."""
_CLUSTERS: Final = {
    "silhouette": (0.746, 0.824),
    "calinski_harabasz": (2275.592, 4311.016),
    "davies_bouldin": (0.361, 0.253),
}
"""Table 3."""
_ANOMALIES: Final = {
    "accuracy": (0.9699, 0.9810),
    "sensitivity": (0.9484, 0.9640),
    "recall": (0.9484, 0.9640),
    "specificity": (0.9698, 0.9805),
    "g_mean": (0.9590, 0.9720),
    "error_rate": (0.066, 0.018),
    "precision": (0.348, 0.420),
    "npv": (0.989, 0.999),
    "f1": (0.501, 0.602),
    "fpr": (0.035, 0.018),
    "fnr": (0.090, 0.036),
    "mcc": (0.551, 0.641),
    "auc_roc": (0.983, 0.997),
    "auc_pr": (0.948, 0.961),
}
"""Table 5; the recall is its sensitivity."""


def published() -> dict[str, Mapping[str, float]]:
    """Return what is printed, by row and name of the measure."""
    every = _ANOMALIES | _CLUSTERS | {f"day_night_{name}": pair for name, pair in _DAY_NIGHT.items()}
    return {name: {key: pair[k] for key, pair in every.items()} for k, name in enumerate((STATIC, DYNAMIC))}
