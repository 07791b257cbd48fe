"""The results as a picture: how far each row is above or below what it must be."""

from collections.abc import Sequence
from pathlib import Path

from fdir_service.bench.rounds import Result, Skipped, UnavailableError

GOOD, MISSED, AIM = "#2a6f97", "#c1121f", "#6c757d"
INCHES_A_ROW = 0.32


def margin(value: float, must: float, *, at_most: bool) -> float:
    """Return how many times as good as `must` a value is: 1 is just enough."""
    return must / value if at_most else value / must


def plot(results: Sequence[Result | Skipped], title: str, path: Path) -> None:
    """Draw a bar a row that has a ratio, and the range of its rounds; the suffix of `path` says the format.

    Rows that are facts (no rounds) have no bar.

    Raises
    ------
    UnavailableError
        Without matplotlib.

    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  only with "report"
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise UnavailableError("matplotlib is not installed: pip install 'fdir-service[report]'") from None
    shown = [r for r in results if isinstance(r, Result) and r.ours_ns is not None and r.value > 0]
    figure = Figure(figsize=(10, 1.6 + INCHES_A_ROW * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for place, result in enumerate(reversed(shown)):
        row = result.row
        value, low, high, aim = (
            margin(x, row.must, at_most=row.at_most)
            for x in (result.value, result.least, result.most, row.aim)
        )
        low, high = sorted((low, high))
        axes.barh(place, value, color=GOOD if result.good else MISSED, height=0.62)
        axes.plot([max(low, 1e-3), high], [place, place], color="black", linewidth=1)
        axes.plot([aim], [place], marker="|", color=AIM, markersize=13, markeredgewidth=2)
        axes.annotate(
            f"{result.value:.3g} ({'at most' if row.at_most else 'at least'} {row.must:g})",
            (max(value, high, aim), place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(shown)), [result.row.key for result in reversed(shown)], fontsize=8)
    axes.set_xscale("log")
    axes.set_xlim(right=axes.get_xlim()[1] * 3)
    axes.set_xlabel("times as good as it must be (bar: median, line: range of rounds, grey tick: aim)")
    axes.set_title(title, fontsize=10, loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    metadata = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(path, dpi=120, metadata=metadata)
