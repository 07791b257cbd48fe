"""The report: one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fdir_service.evaluation import page
from fdir_service.evaluation.dclop.figures import figures
from fdir_service.evaluation.dclop.run import Evaluation
from fdir_service.evaluation.dclop.tables import figure, tables

TEMPLATE: Final = Path(__file__).with_name("report.html.j2")


def write(path: Path, found: Mapping[str, Any], evaluation: Evaluation) -> None:
    """Write the page; see `page.write`.

    Parameters
    ----------
    found : the summary of the evaluation.

    """

    def values() -> Mapping[str, Any]:
        return {**found, "tables": tables(found["rows"]), "figures": figures(evaluation)}

    page.write(path, TEMPLATE, _figure, values)


def _figure(value: float | None) -> str:
    """Return a figure for a table cell."""
    return "–" if value is None else figure(value)
