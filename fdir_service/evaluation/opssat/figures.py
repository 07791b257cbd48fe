"""The figure of the report: areas under both curves of every detector."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fdir_service.evaluation.svg import svg

COLOURS: Final = {"ours": "#2a6f97", "baseline": "#bc6c25", "published": "#8c959f"}
MARKS: Final = {"supervised": "o", "unsupervised": "s", "semi": "^"}


def overview(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a figure of the pooled rows as SVG.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        for row in (r for r in rows if r["auc_roc"] is not None):
            colour, at = COLOURS[row["role"]], (row["auc_roc"], row["auc_pr"])
            axes.scatter(*at, s=34, color=colour, marker=MARKS[row["supervision"]])
            name = row["detector"].removeprefix("published ")
            axes.annotate(name, at, xytext=(5, -3), textcoords="offset points", fontsize=6, color=colour)
        axes.set_xlabel("area under the ROC curve")
        axes.set_ylabel("area under precision and recall")
        axes.spines[["top", "right"]].set_visible(False)

    return svg(draw, (9, 5.5), "overview")
