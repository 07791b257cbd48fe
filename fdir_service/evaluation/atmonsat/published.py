"""The figures of the authors' own models on the developers' days, for orientation."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from models.atmonsat.counting import Counts

FILE: Final = Path(__file__).with_name("published.csv")
POOLED: Final = "pooled"


def published(hours: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Yield day, counts and areas of each published model.

    The areas under ``pooled`` are means over the days.

    Parameters
    ----------
    hours : scored time of each day, and under ``pooled`` that of all of them, for which figures are wanted.

    """
    with FILE.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["day"] in hours:
                yield {
                    "detector": row["detector"],
                    "day": row["day"],
                    "hours": hours[row["day"]],
                    "injections": int(row["injections"]),
                    "hits": int(row["hits"]),
                    "raw": _counts(row, "raw"),
                    "kept": _counts(row, "kept"),
                    "roc_auc": float(row["roc_auc"]),
                    "pr_auc": float(row["pr_auc"]),
                    "threshold": float(row["threshold"]),
                }


def _counts(row: Mapping[str, str], kind: str) -> Counts:
    return Counts(*(int(row[f"{kind}_{name}"]) for name in ("tp", "fp", "tn", "fn")))
