"""The report: one HTML page that holds everything it shows (extra ``report``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fdir_service.evaluation import page
from fdir_service.evaluation.figures import figures
from fdir_service.evaluation.run import Evaluation

TEMPLATE: Final = Path(__file__).with_name("report.html.j2")
HYPERPARAMETERS: Final = {
    "learning_rate": ("learning rate", 0.00065),
    "epochs": ("training epochs", 32),
    "quantile_low": ("quantile range, lower bound (%)", 33),
    "quantile_high": ("quantile range, upper bound (%)", 90),
    "window": ("window length (samples)", 180),
    "persistency": ("persistency (samples)", 27),
}
"""Table 4 of the paper."""
DETECTION: Final = {"missed": "missed faults score", "uncertain": "uncertain predictions score"}
SYSTEM: Final = {
    "precision": "reaction precision",
    "recall": "reaction recall",
    "false_positive_percentage": "false positives percentage (a fraction)",
}
STRICT: Final = {
    "not_triggered": "not triggered",
    "strict_precision": "strict precision",
    "strict_recall": "strict recall",
}


def write(path: Path, found: Mapping[str, Any], evaluation: Evaluation) -> None:
    """Write the page; see `page.write`.

    Parameters
    ----------
    found : the summary with the machine.

    """

    def values() -> Mapping[str, Any]:
        return {
            **found,
            "names": [row["detector"] for row in found["rows"] if row["role"] != "published"],
            "figures": figures(evaluation),
            "hyperparameters": _hyperparameters(found),
            "detection": DETECTION,
            "system": SYSTEM,
            "strict": STRICT,
        }

    page.write(path, TEMPLATE, _figure, values)


def _hyperparameters(found: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """Return Table 4: name, the paper's value, and that of each detector, None where its card has none."""
    persistency = {"persistency": found["rows"][0]["persistency"]}
    return [
        (text, [paper, *(({**d["training"], **persistency, **d}).get(key) for d in found["detectors"])])
        for key, (text, paper) in HYPERPARAMETERS.items()
    ]


def _figure(value: float | None) -> str:
    """Return a figure for a table cell."""
    if value is None:
        return "–"
    if value == 0 or value >= 1:
        return f"{value:.4g}"
    return f"{value:.3f}" if value >= 0.01 else f"{value:.4f}"
