"""What the four exported detectors are held to, in cross-validation."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

BARS: Final[Mapping[tuple[str, str], Mapping[str, tuple[float, float]]]] = {
    ("supervised", "no_length"): {"f1": (0.90, 0.92), "auc_pr": (0.965, 0.975)},
    ("supervised", "all"): {"f1": (0.915, 0.94), "auc_pr": (0.97, 0.985)},
    ("unsupervised", "all"): {"auc_roc": (0.90, 0.94), "auc_pr": (0.70, 0.78)},
    ("semi", "all"): {"auc_roc": (0.95, 0.975), "auc_pr": (0.87, 0.93)},
}
"""Must and aim by supervision and features."""
MARGIN: Final = 0.15
"""A channel is weak if its area under precision and recall is so much below the pooled one."""


def judged(rows: Sequence[Mapping[str, Any]], exported: Sequence[str]) -> list[dict[str, Any]]:
    """Return figure, must and aim of each exported detector by name."""
    found = []
    for row in rows:
        if row["detector"] in exported and row["channel"] == "pooled":
            for metric, (must, aim) in BARS[row["supervision"], row["features"]].items():
                value = row[metric]
                reached = "missed" if value < must else "aim" if value >= aim else "must"
                entry = {"metric": metric, "value": value, "must": must, "aim": aim, "reached": reached}
                found.append({"detector": row["detector"]} | entry)
    return found


def weak(rows: Sequence[Mapping[str, Any]], exported: Sequence[str]) -> list[dict[str, Any]]:
    """Return the channels on which an exported detector is much worse than on all together."""
    pooled = {row["detector"]: row for row in rows if row["channel"] == "pooled"}
    return [
        {"detector": row["detector"], "channel": row["channel"], "auc_pr": row["auc_pr"], "f1": row["f1"]}
        for row in rows
        if row["detector"] in exported
        and row["auc_pr"] is not None
        and row["auc_pr"] < pooled[row["detector"]]["auc_pr"] - MARGIN
    ]
