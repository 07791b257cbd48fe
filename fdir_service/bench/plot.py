"""The results as a picture: how far each row is above or below what it must be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fdir_service.bench.rounds import Result, Skipped, UnavailableError

GOOD, MISSED, AIM = "#2a6f97", "#c1121f", "#6c757d"
INCHES_A_ROW = 0.32
LEAST, MOST = 1 / 16, 16
"""Margins that the axis shows; what is beyond them ends there."""
TICKS = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)


def margin(value: float, must: float, *, at_most: bool) -> float:
    """Return how many times as good as `must` a value is, within the axis: 1 is just enough."""
    if at_most:
        return max(LEAST, min(MOST, must / value)) if value > 0 else MOST
    return max(LEAST, min(MOST, value / must)) if must > 0 else MOST


def plot(results: Sequence[Result | Skipped], title: str, path: Path) -> None:
    """Draw a bar a row that has rounds, and their range; the suffix of `path` says the format.

    Raises
    ------
    UnavailableError
        Without matplotlib.

    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  only with the extra "report"
    except ImportError:
        raise UnavailableError("matplotlib is not installed: pip install 'fdir-service[report]'") from None
    shown = [r for r in results if isinstance(r, Result) and r.ours_ns is not None][::-1]
    figure = Figure(figsize=(10, 1.6 + INCHES_A_ROW * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xscale("log")
    axes.set_xlim(LEAST, MOST)
    axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axes.minorticks_off()
    for place, result in enumerate(shown):
        _draw(axes, place, result)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(shown)), [result.row.key for result in shown], fontsize=8)
    axes.set_xlabel("times as good as it must be (bar: median, line: range of rounds, grey tick: aim)")
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def _draw(axes: Any, place: int, result: Result) -> None:
    row = result.row
    value, low, high, aim = (
        margin(x, row.must, at_most=row.at_most) for x in (result.value, result.least, result.most, row.aim)
    )
    axes.barh(place, value - 1, left=1, color=GOOD if result.good else MISSED, height=0.62)
    axes.plot([low, high], [place, place], color="black", linewidth=1)
    axes.plot([aim], [place], marker="|", color=AIM, markersize=13, markeredgewidth=2)
    text = f"{result.value:.4g} ({'at most' if row.at_most else 'at least'} {row.must:g})"
    end = (max(1, value, low, high, aim), place)
    axes.annotate(text, end, xytext=(8, 0), textcoords="offset points", va="center", fontsize=8)
