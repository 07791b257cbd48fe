"""The report: one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.atmonsat.figures import figures
from fdir_service.evaluation.atmonsat.run import Evaluation

TEMPLATE: Final = "report.html.j2"


def write(path: Path, found: Mapping[str, Any], evaluation: Evaluation) -> None:
    """Write the page.

    Parameters
    ----------
    found : the summary of the evaluation.

    Raises
    ------
    EvaluationError
        If the extra is not installed.
    OSError
        If the file cannot be written.

    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  extra "report"
    except ImportError:
        raise EvaluationError(
            f"--report {path}: jinja2 is not installed: pip install 'fdir-service[report]'"
        ) from None
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    page = environment.get_template(TEMPLATE).render(
        found,
        areas={row["detector"]: row for row in found["means"]},
        pooled=[row for row in found["rows"] if row["day"] == "pooled"],
        figures=figures(evaluation, found["rows"]),
    )
    path.write_text(page, "utf-8")


def _figure(value: float | None) -> str:
    """Return a figure for a table cell."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}".removesuffix(".0")
