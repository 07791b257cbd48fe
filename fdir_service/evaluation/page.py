"""A report as one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fdir_service.evaluation import EvaluationError


def write(
    path: Path, template: Path, figure: Callable[..., str], values: Callable[[], Mapping[str, Any]]
) -> None:
    """Fill in a template and write it.

    Parameters
    ----------
    figure : makes the text of a table cell, the filter ``figure`` of the template.
    values : gives what the template knows; only asked if there is one to fill in.

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
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = figure
    path.write_text(environment.get_template(template.name).render(values()), "utf-8")
