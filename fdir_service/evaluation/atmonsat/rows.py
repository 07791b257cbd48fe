"""The comparison as rows: one for each detector and day, and one for all days pooled."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from fdir_service.evaluation.atmonsat.published import POOLED, published
from fdir_service.evaluation.atmonsat.recordings import are_the_developers
from fdir_service.evaluation.atmonsat.run import Evaluation
from models.atmonsat.counting import Counts, Outcome, share
from models.atmonsat.curves import curves

HOURS_A_DAY: Final = 24.0
NOTHING: Final = dict.fromkeys(("tp", "fp", "tn", "fn", "precision", "recall", "f1"))


def rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the rows; what is not known or has nothing to count is None.

    Areas of a pooled row are those of one curve over the samples of all days.
    """
    found = []
    for name, entry in zip(evaluation.names, evaluation.entries, strict=True):
        for scored, outcome in zip(entry.scored, entry.outcomes, strict=True):
            found.append(_row(name, entry.role, scored.day.name, outcome, scored.threshold))
        levels = {scored.threshold for scored in entry.scored}
        level = levels.pop() if len(levels) == 1 else None
        found.append(_row(name, entry.role, POOLED, entry.pooled, level))
    return found + list(_published(evaluation))


def _row(name: str, role: str, day: str, outcome: Outcome, threshold: float | None) -> dict[str, Any]:
    found = curves(outcome)
    # The rule's alarms are spans: the authors count neither samples nor true negatives for it.
    spans = role == "rule"
    return {
        "detector": name,
        "role": role,
        "day": day,
        **_times(outcome.hours, outcome.injections, outcome.hits, outcome.kept.fp),
        "raw": NOTHING if spans else confusion(outcome.raw),
        "kept": confusion(outcome.kept) | ({"tn": None} if spans else {}),
        "roc_auc": found and found.roc_auc,
        "pr_auc": found and found.pr_auc,
        "median_delay_s": float(np.median(outcome.delays)) if outcome.delays else None,
        "threshold": None if spans else threshold,
    }


def _times(hours: float, injections: int, hits: int, false: int) -> dict[str, Any]:
    rate = share(false * HOURS_A_DAY, hours)
    return {
        "hours": hours,
        "injections": injections,
        "hits": hits,
        "false_alarms": false,
        "false_alarms_per_day": rate,
    }


def confusion(counts: Counts) -> dict[str, Any]:
    """Return a confusion matrix with what follows from it."""
    return {
        "tp": counts.tp,
        "fp": counts.fp,
        "tn": counts.tn,
        "fn": counts.fn,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }


def hours(evaluation: Evaluation) -> dict[str, float]:
    """Return the scored time of each day."""
    return {
        part.day.name: float((part.day.times[-1] - part.day.times[0]) / np.timedelta64(1, "h"))
        for part in evaluation.parts
    }


def _published(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    known = hours(evaluation)
    if are_the_developers(evaluation.parts):
        known[POOLED] = sum(known.values())
    for found in published(known):
        counts = {"raw": confusion(found["raw"]), "kept": confusion(found["kept"])}
        # No pooled curve was published, only the mean of the days; see `means`.
        areas = {"roc_auc": None, "pr_auc": None} if found["day"] == POOLED else {}
        times = _times(found["hours"], found["injections"], found["hits"], found["kept"].fp)
        yield {
            "detector": found["detector"],
            "role": "published",
            "day": found["day"],
            **times,
            **counts,
            "roc_auc": found["roc_auc"],
            "pr_auc": found["pr_auc"],
            **areas,
            "median_delay_s": None,
            "threshold": found["threshold"],
        }


def means(every: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the mean of the areas over the days, as the authors average, for each detector in `rows`."""
    found = []
    for detector in dict.fromkeys(row["detector"] for row in every):
        own = [row for row in every if row["detector"] == detector and row["day"] != POOLED]
        areas = {
            name: _mean([row[name] for row in own if row[name] is not None]) for name in ("roc_auc", "pr_auc")
        }
        found.append({"detector": detector, **areas})
    return found


def spread(evaluation: Evaluation, every: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return, for detectors with several training seeds, mean, lowest and highest of the pooled figures."""
    areas = {row["detector"]: row for row in means(every)}
    pooled = {row["detector"]: row for row in every if row["day"] == POOLED}
    found = []
    for detector in dict.fromkeys(entry.detector for entry in evaluation.entries):
        names = _names(evaluation, detector)
        if len(names) > 1:
            figures = {
                "kept_f1": [pooled[name]["kept"]["f1"] for name in names],
                "hits": [pooled[name]["hits"] for name in names],
                "false_alarms": [pooled[name]["false_alarms"] for name in names],
                "mean_roc_auc": [areas[name]["roc_auc"] for name in names],
                "mean_pr_auc": [areas[name]["pr_auc"] for name in names],
            }
            found.append({"detector": detector, "seeds": _seeds(evaluation, detector)} | _ends(figures))
    return found


def _names(evaluation: Evaluation, detector: str) -> list[str]:
    return [n for n, e in zip(evaluation.names, evaluation.entries, strict=True) if e.detector == detector]


def _seeds(evaluation: Evaluation, detector: str) -> list[int]:
    return [entry.seed for entry in evaluation.entries if entry.detector == detector]


def _ends(figures: dict[str, list[float | None]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in figures.items():
        known = [value for value in values if value is not None]
        ends = {"low": min(known), "high": max(known)} if known else {"low": None, "high": None}
        found[name] = {"mean": _mean(known)} | ends
    return found


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
