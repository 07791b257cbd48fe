"""The report: one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fdir_service.evaluation import page
from fdir_service.evaluation.clouds import gallery
from fdir_service.evaluation.clouds.figures import figures
from fdir_service.evaluation.clouds.run import Evaluation

TEMPLATE: Final = Path(__file__).with_name("report.html.j2")


def write(path: Path, found: Mapping[str, Any], evaluation: Evaluation) -> None:
    """Write the page; see `page.write`.

    Parameters
    ----------
    found : the summary of the evaluation.

    """
    shown = evaluation.scored[0]

    def values() -> Mapping[str, Any]:
        rows = found["rows"]
        return {
            **found,
            "shown": shown.contender.name,
            "degradations": list(dict.fromkeys(row["degradation"] for row in rows)),
            "figures": figures(evaluation, shown),
            "gallery": gallery.scenes(evaluation, shown),
            "reconstructions": gallery.reconstructions(evaluation),
            "own_scenes": [row for row in found["by_scene"] if row["detector"] == shown.contender.name],
        }

    page.write(path, TEMPLATE, _figure, values)


def _figure(value: float | None) -> str:
    """Return a figure for a table cell."""
    return "–" if value is None else f"{value:.3f}"
