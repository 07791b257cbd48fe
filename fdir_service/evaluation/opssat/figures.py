"""The figure of the report: areas under both curves of every detector."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fdir_service.evaluation.svg import svg

COLOURS: Final = {"ours": "#2a6f97", "baseline": "#bc6c25", "published": "#8c959f"}
GOOD: Final = (0.92, 0.86)
"""Areas under both curves from which on a detector is drawn in the enlarged corner."""
MARKS: Final = {"supervised": "o", "unsupervised": "s", "semi": "^"}


def overview(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a figure of the pooled rows as SVG.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """
    known = [row for row in rows if row["auc_roc"] is not None]

    def draw(figure: Any) -> None:
        whole, best = figure.subplots(1, 2)
        for axes in (whole, best):
            for row in known:
                _mark(axes, row, named=_is_good(row) is (axes is best))
            axes.set_xlabel("area under the ROC curve")
            axes.spines[["top", "right"]].set_visible(False)
        whole.set_ylabel("area under precision and recall")
        best.set_xlim(GOOD[0], 1.012)
        best.set_ylim(GOOD[1], 1)

    return svg(draw, (11, 5.5), "overview")


def _is_good(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is drawn by name in the enlarged corner."""
    return bool(row["auc_roc"] >= GOOD[0] and row["auc_pr"] >= GOOD[1])


def _mark(axes: Any, row: Mapping[str, Any], *, named: bool) -> None:
    colour, at = COLOURS[row["role"]], (row["auc_roc"], row["auc_pr"])
    axes.scatter(*at, s=34, color=colour, marker=MARKS[row["supervision"]])
    if named:
        name = row["detector"].removeprefix("published ")
        axes.annotate(name, at, xytext=(5, -3), textcoords="offset points", fontsize=6, color=colour)
