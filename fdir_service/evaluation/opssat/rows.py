"""Rows of the comparison: one for each detector and channel, means over the repeats."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation.opssat.run import Entry
from models.opssat.data import Segments, channel_name
from models.opssat.scores import METRICS, figures

POOLED: Final = "pooled"
MACRO: Final = "macro"
"""Mean over the channels with both classes."""


def rows(entries: Sequence[Entry], judged: Segments) -> list[dict[str, Any]]:
    """Return the rows of all detectors, pooled first; figures that cannot be had are None."""
    return [row for entry in entries for row in entry_rows(entry, judged)]


def entry_rows(entry: Entry, judged: Segments) -> Iterator[dict[str, Any]]:
    """Yield the rows of one detector: pooled, then by channel."""
    yield _row(entry, judged, POOLED, np.ones(len(judged), np.bool_))
    for channel in judged.channels:
        yield _row(entry, judged, channel_name(channel), judged.channel == channel)


def macro_rows(every: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return for each detector the areas averaged over the channels that have both classes."""
    found = []
    for head in (row for row in every if row["channel"] == POOLED and row["role"] != "published"):
        own = [r for r in every if _same(r, head) and r["channel"] != POOLED and r["auc_roc"] is not None]
        means = {n: _known(_mean([r[n] for r in own])) for n in ("auc_roc", "auc_pr")}
        identity = {n: head[n] for n in ("detector", "role", "supervision", "features")}
        found.append(identity | {"channel": MACRO, "channels": len(own)} | means)
    return found


def _same(row: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(row["detector"] == other["detector"] and row["role"] == other["role"])


def _row(entry: Entry, judged: Segments, channel: str, part: NDArray[np.bool_]) -> dict[str, Any]:
    labels, contender = judged.anomaly[part], entry.contender
    found = [figures(labels, outcome.scores[part], outcome.alarms[part]) for outcome in entry.outcomes]
    spread = {f"{n}_std": _known(_deviation([f[n] for f in found])) for n in METRICS}
    return {
        "detector": contender.name,
        "role": contender.role,
        "supervision": contender.supervision,
        "features": contender.features,
        "channel": channel,
        "segments": len(labels),
        "anomalies": int(labels.sum()),
        "missed": _mean([float((labels & ~o.alarms[part]).sum()) for o in entry.outcomes]),
        "false": _mean([float((~labels & o.alarms[part]).sum()) for o in entry.outcomes]),
        **{n: _known(_mean([f[n] for f in found])) for n in METRICS},
        **(spread if len(found) > 1 else {}),
    }


def _mean(values: Sequence[float]) -> float:
    """Return the mean of the numbers that are known, NaN if there is none."""
    known = [v for v in values if not math.isnan(v)]
    return sum(known) / len(known) if known else math.nan


def _deviation(values: Sequence[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else math.nan


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
