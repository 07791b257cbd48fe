"""The report: one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fdir_service.evaluation import page
from fdir_service.evaluation.atmonsat.figures import figures
from fdir_service.evaluation.atmonsat.run import Evaluation

TEMPLATE: Final = Path(__file__).with_name("report.html.j2")


def write(path: Path, found: Mapping[str, Any], evaluation: Evaluation) -> None:
    """Write the page; see `page.write`.

    Parameters
    ----------
    found : the summary of the evaluation.

    """

    def values() -> Mapping[str, Any]:
        return {
            **found,
            "areas": {row["detector"]: row for row in found["means"]},
            "pooled": [row for row in found["rows"] if row["day"] == "pooled"],
            "figures": figures(evaluation, found["rows"]),
        }

    page.write(path, TEMPLATE, _figure, values)


def _figure(value: float | None) -> str:
    """Return a figure for a table cell."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}".removesuffix(".0")
