"""The tables that a terminal and a page show: measures by detector, as in the paper, and the comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS, STATIC
from fdir_service.evaluation.dclop.published import DYNAMIC as PUBLISHED_DYNAMIC
from fdir_service.evaluation.dclop.published import STATIC as PUBLISHED_STATIC
from fdir_service.evaluation.dclop.rows import DAY_NIGHT

SIDE_BY_SIDE: Final = (PUBLISHED_STATIC, PUBLISHED_DYNAMIC, STATIC, DYNAMIC, OURS)
"""Columns of the paper's tables."""


@dataclass(frozen=True, slots=True)
class Table:
    """Texts, row by row."""

    title: str
    heads: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


_CLUSTERS: Final = ("silhouette", "calinski_harabasz", "davies_bouldin")
_ANOMALIES: Final = (
    *("accuracy", "sensitivity", "specificity", "g_mean", "error_rate", "precision", "npv", "f1", "fpr"),
    *("fnr", "mcc", "auc_roc", "auc_pr"),
)
_COMPARED: Final = {
    "auc_roc": "AUROC",
    "auc_pr": "AUPRC",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "nominal_stored": "nominal on, stored",
    "nominal_unseen": "unseen",
    "nominal_unseen_persistent": "unseen, 3 in a row",
}

Row = Mapping[str, Any]


def tables(rows: Sequence[Row]) -> list[Table]:
    """Return Tables 2, 3 and 5 of the paper on its anomalies, and the comparison on both sets."""
    paper = [row for row in rows if row["anomalies"] == "paper"]
    harder = [row for row in rows if row["anomalies"] == "harder"]
    windows = {f"day_night_{name}": name for name in DAY_NIGHT}
    return [
        _by_measure("Table 2: day and night by clusters, nominal rows", windows, paper),
        _by_measure("Table 3: quality of the clusters", {name: name for name in _CLUSTERS}, paper),
        _by_measure("Table 5: detection of anomalies", {name: name for name in _ANOMALIES}, paper),
        _compared("The paper's anomalies", paper),
        _compared("Harder anomalies", harder),
        _kinds("Share found by kind", [row for row in rows if row["found_by_kind"]]),
    ]


def _by_measure(title: str, measures: Mapping[str, str], rows: Sequence[Row]) -> Table:
    known = {row["detector"]: row for row in rows}
    shown = [known[name] for name in SIDE_BY_SIDE if name in known]
    cells = [(text, *(spread(row, name) for row in shown)) for name, text in measures.items()]
    return Table(title, ("", *(row["detector"] for row in shown)), tuple(cells))


def _compared(title: str, rows: Sequence[Row]) -> Table:
    heads = ("detector", "role", *_COMPARED.values(), "found", "all in runs", "training s")
    return Table(title, heads, tuple(_comparison(row) for row in rows))


def _comparison(row: Row) -> tuple[str, ...]:
    measures = (spread(row, name) for name in _COMPARED)
    found = "–" if row["found"] is None else f"{row['found']:.1f} of {row['anomalous']}"
    complete = "–" if row["runs_all_found"] is None else f"{row['runs_all_found']} of {row['runs']}"
    seconds = "–" if row["training_s"] is None else f"{row['training_s']:.1f}"
    return (row["detector"], row["role"], *measures, found, complete, seconds)


def _kinds(title: str, rows: Sequence[Row]) -> Table:
    names = list(dict.fromkeys(row["detector"] for row in rows))
    shares: dict[str, dict[str, float]] = {}
    for row in rows:
        for kind, share in row["found_by_kind"].items():
            shares.setdefault(kind, {})[row["detector"]] = share
    cells = [(kind, *(f"{own[name]:.2f}" for name in names)) for kind, own in shares.items()]
    return Table(title, ("", *names), tuple(cells))


def spread(row: Row, name: str) -> str:
    """Return mean and standard deviation of a measure as text."""
    value, deviation = row[name], row[f"{name}_std"]
    if value is None:
        return "–"
    return figure(value) if deviation is None else f"{figure(value)} ± {figure(deviation)}"


def figure(value: float) -> str:
    """Return a figure with three digits behind the point, or none from 100 on."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3f}"
