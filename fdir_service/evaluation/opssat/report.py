"""The report: one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fdir_service.evaluation import page
from fdir_service.evaluation.opssat.figures import overview
from models.opssat.scores import METRICS

TEMPLATE: Final = Path(__file__).with_name("report.html.j2")


def write(path: Path, found: Mapping[str, Any]) -> None:
    """Write the page for the summary of an evaluation; see `page.write`."""

    def values() -> Mapping[str, Any]:
        pooled = [row for row in found["rows"] if row["channel"] == "pooled"]
        return {
            **found,
            "metrics": METRICS,
            "pooled": pooled,
            "channels": [row for row in found["rows"] if row["role"] == "ours" and row not in pooled],
            "overview": overview(pooled),
        }

    page.write(path, TEMPLATE, _figure, values)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
