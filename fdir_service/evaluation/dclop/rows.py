"""The comparison as rows: one for each detector and set of anomalies, means over the runs with spread."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from fdir_service.evaluation.dclop.contenders import Role
from fdir_service.evaluation.dclop.published import published
from fdir_service.evaluation.dclop.run import SETS, Evaluation, Outcome
from sim.adcs.anomalies import AnomalySet, Kind

Row = dict[str, Any]

_COUNTED: Final = (
    *("accuracy", "precision", "recall", "f1", "mcc", "auc_roc", "auc_pr", "sensitivity", "specificity"),
    *("npv", "fpr", "fnr", "g_mean", "error_rate"),
)
_CLUSTERED: Final = ("silhouette", "calinski_harabasz", "davies_bouldin")
_NOMINAL: Final = tuple(
    f"nominal_{where}{how}" for where in ("stored", "unseen") for how in ("", "_persistent")
)
DAY_NIGHT: Final = (
    *("accuracy", "sensitivity", "specificity", "precision", "npv", "f1", "fpr", "fnr", "mcc"),
)
"""Measures of Table 2."""
MEASURES: Final = (
    *_COUNTED,
    *_CLUSTERED,
    *(f"day_night_{name}" for name in DAY_NIGHT),
    "found",
    *_NOMINAL,
    "training_s",
)
"""Names of the measures of a row; each has another one behind it with `_std`."""


def rows(evaluation: Evaluation) -> list[Row]:
    """Return the rows by set of anomalies, the published ones first."""
    return _published() + [
        _row(name, role, anomalies, evaluation.of(name, anomalies))
        for anomalies in SETS
        for name, role in evaluation.names.items()
    ]


def _row(name: str, role: Role, anomalies: AnomalySet, outcomes: Sequence[Outcome]) -> Row:
    found: Row = {"detector": name, "role": str(role), "anomalies": str(anomalies)}
    for measure in MEASURES:
        found |= spread(measure, (outcome.measures.get(measure, np.nan) for outcome in outcomes))
    return found | {
        "runs": len(outcomes),
        "anomalous": int(outcomes[0].case.stored.labels.sum()),
        "runs_all_found": sum(outcome.has_found_all for outcome in outcomes),
        "training_s_most": max(outcome.measures["training_s"] for outcome in outcomes),
        "found_by_kind": by_kind(outcomes),
    }


def spread(name: str, values: Iterable[float]) -> Row:
    """Return mean and sample standard deviation of what is known; None where too little is."""
    known = [value for value in values if np.isfinite(value)]
    return {
        name: float(np.mean(known)) if known else None,
        f"{name}_std": float(np.std(known, ddof=1)) if len(known) > 1 else None,
    }


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the share of anomalies at or above the threshold, by kind, in all runs together."""
    kinds = np.concatenate([outcome.case.stored.kinds for outcome in outcomes])
    on = np.concatenate([outcome.on for outcome in outcomes])
    return {str(k): float(on[kinds == k].mean()) for k in Kind if k is not Kind.NOMINAL and k in kinds}


def _published() -> list[Row]:
    return [_as_row(name, told) for name, told in published().items()]


def _as_row(name: str, told: Mapping[str, float]) -> Row:
    found: Row = {"detector": name, "role": str(Role.PUBLISHED), "anomalies": str(AnomalySet.PAPER)}
    for measure in MEASURES:
        found |= {measure: told.get(measure), f"{measure}_std": None}
    return found | {
        "runs": 10,
        "anomalous": 11,
        "runs_all_found": None,
        "training_s_most": None,
        "found_by_kind": {},
    }
