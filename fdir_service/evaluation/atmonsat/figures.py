"""Figures of the report: what each detector costs and finds, its curves, and every day as a timeline."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from fdir_service.evaluation.atmonsat.run import Entry, Evaluation
from fdir_service.evaluation.atmonsat.timeline import draw_day
from fdir_service.evaluation.svg import svg
from models.atmonsat.curves import curves

COLOURS: Final = {"ours": "#2a6f97", "faithful": "#bc6c25", "rule": "#6a4c93", "published": "#8c959f"}
LINES: Final = ("-", "--", ":", "-.")
TIMELINES: Final = 3
"""Detectors on a timeline at most."""


def figures(evaluation: Evaluation, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the figures as SVG: overview, roc and precision_recall, and one timeline for each day.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """
    return {
        "overview": svg(lambda figure: _overview(figure, rows), (7.5, 4.2), "overview"),
        "curves": svg(lambda figure: _curves(figure, evaluation), (10.5, 4.2), "curves"),
        "days": [_day(evaluation, k) for k in range(len(evaluation.parts))],
    }


def _day(evaluation: Evaluation, place: int) -> dict[str, str]:
    part, shown = evaluation.parts[place], [entry.scored[place] for entry in on_timeline(evaluation)]
    size = 12.5, 2.2 + 1.5 * len(shown)
    drawn = svg(lambda figure: draw_day(figure, part, shown), size, part.day.name)
    return {"day": part.day.name, "svg": drawn}


def on_timeline(evaluation: Evaluation) -> list[Entry]:
    """Return the detectors whose scores are drawn: ours first, one training seed of each, not the rule."""
    learned = [entry for entry in evaluation.entries if entry.role in {"ours", "faithful"}]
    first = {entry.detector: entry for entry in reversed(learned)}
    ordered = sorted(first.values(), key=lambda e: (e.role != "ours", learned.index(e)))
    return ordered[:TIMELINES]


def _overview(figure: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Draw hits against false alarms a day."""
    axes = figure.subplots()
    places: dict[tuple[float, float, bool], list[str]] = {}
    for row in rows:
        if row["day"] == "pooled" and row["injections"]:
            at = row["false_alarms_per_day"], row["hits"] / row["injections"]
            filled = COLOURS[row["role"]] if row["role"] != "published" else "none"
            axes.scatter(*at, s=42, facecolors=filled, edgecolors=COLOURS[row["role"]])
            places.setdefault((*at, row["role"] == "published"), []).append(row["detector"])
    for (x, y, theirs), names in places.items():
        # The authors' names stand above their points and ours below: near points stay legible.
        place = (5, 4) if theirs else (5, -10)
        axes.annotate(", ".join(names), (x, y), xytext=place, textcoords="offset points", fontsize=7)
    axes.set_xlabel("false alarms a day (kept)")
    axes.set_ylabel("share of injections found")
    axes.set_xlim(-0.5, 1.2 * axes.get_xlim()[1])
    axes.set_ylim(-0.03, 1.03)
    _plain(axes)


def _curves(figure: Any, evaluation: Evaluation) -> None:
    """Draw the pooled curves; the false positive rate on a logarithmic axis, where the differences are."""
    roc, precision_recall = figure.subplots(1, 2)
    for name, entry in zip(evaluation.names, evaluation.entries, strict=True):
        found = curves(entry.pooled)
        if found is None:
            continue
        style = {"color": COLOURS[entry.role], "linestyle": LINES[_place(evaluation, entry) % len(LINES)]}
        roc.plot(np.maximum(found.false_positive_rate, 1e-5), found.recall, label=name, **style)
        precision_recall.plot(found.recall, found.precision, label=name, **style)
    roc.set_xscale("log")
    roc.set_xlabel("false positive rate (samples)")
    roc.set_ylabel("recall (raw)")
    precision_recall.set_xlabel("recall (raw)")
    precision_recall.set_ylabel("precision (raw)")
    for axes, title in ((roc, "ROC, all days"), (precision_recall, "Precision and recall, all days")):
        axes.set_title(title, fontsize=9)
        axes.set_ylim(-0.02, 1.02)
        _plain(axes)
    if roc.lines:
        roc.legend(fontsize=7, frameon=False)


def _place(evaluation: Evaluation, entry: Entry) -> int:
    """Return which of its role's detectors an entry is."""
    own = list(dict.fromkeys(e.detector for e in evaluation.entries if e.role == entry.role))
    return own.index(entry.detector)


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#eaeef2", linewidth=0.6)
