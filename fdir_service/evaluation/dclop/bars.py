"""What the dependable detector must show, as means over the runs, on the paper's anomalies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS

LEAST_RUNS: Final = 10
"""Runs below which nothing is judged: the bars are for means, and one run in ten may be lost."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure of a detector's row, and what it must and should be.

    Attributes
    ----------
    at_most : whether it is better the smaller it is.

    """

    detector: str
    name: str
    value: float | None
    must: float
    aim: float
    at_most: bool = False

    @property
    def good(self) -> bool:
        """Whether the must is met."""
        return self.meets(self.must)

    def meets(self, level: float) -> bool:
        """Tell whether the figure is as good as `level`; one that is not known never is."""
        if self.value is None:
            return False
        return self.value <= level if self.at_most else self.value >= level


Row = Mapping[str, Any]


def _of(name: str) -> Callable[[Row], float | None]:
    return lambda row: row[name]


def _all_found(row: Row) -> float:
    return float(row["runs_all_found"] / row["runs"])


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Return the bars of the rows that there are."""
    wanted = (
        (OURS, "auc_roc", _of("auc_roc"), 0.995, 0.999, False),
        (OURS, "auc_pr", _of("auc_pr"), 0.93, 0.98, False),
        (OURS, "share_of_runs_all_found", _all_found, 0.8, 1.0, False),
        (OURS, "f1", _of("f1"), 0.80, 0.93, False),
        (OURS, "silhouette", _of("silhouette"), 0.75, 0.82, False),
        (OURS, "nominal_stored", _of("nominal_stored"), 0.01, 0.01, True),
        (OURS, "nominal_unseen", _of("nominal_unseen"), 0.05, 0.02, True),
        (OURS, "training_s_most", _of("training_s_most"), 60.0, 60.0, True),
        (DYNAMIC, "day_night_accuracy", _of("day_night_accuracy"), 0.977, 0.977, False),
    )
    own = {row["detector"]: row for row in rows if row["anomalies"] == "paper"}
    return [
        Bar(detector, name, figure(own[detector]), must, aim, at_most)
        for detector, name, figure, must, aim, at_most in wanted
        if detector in own
    ]


def verdict(found: Sequence[Bar], runs: int) -> bool | None:
    """Return whether all musts are met; None for too few runs to say."""
    return all(bar.good for bar in found) if runs >= LEAST_RUNS else None
