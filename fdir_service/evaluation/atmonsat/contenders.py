"""What is compared with the authors' architectures: functions that score the days of a folder.

A contender gets the judged days and the folders. A new detector is one more function in `CONTENDERS`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fdir_service.mission.load import find
from models.atmonsat.counting import kept_alarms, scored_alone
from models.atmonsat.data import Day, read_day
from models.atmonsat.rise_evaluation import LEAST, hours, left_out, nominal_days, scored_by, without
from models.atmonsat.rule import score_by_rule
from models.atmonsat.scored import Scored
from models.metadata import read_card

RISE: Final = "atmonsat-rise.onnx"
"""The committed file beside the mission `atmonsat`."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the days come from.

    Attributes
    ----------
    data : the folder that is judged.
    train : the folder whose nominal files are to be fitted to; None: what is committed is used.

    """

    data: Path
    train: Path | None = None


Contender = Callable[[Sequence[Day], Folders], Iterable[Scored]]


def rule(days: Sequence[Day], folders: Folders) -> Iterator[Scored]:  # noqa: ARG001  it learns nothing
    """Score by the authors' rule benchmark."""
    return map(score_by_rule, days)


def rise(days: Sequence[Day], folders: Folders) -> Iterable[Scored]:
    """Score by the rise detectors, with all that a file has before its evaluation range.

    The committed file judges the days that it has not seen. A day to whose nominal part it was fitted is
    judged by filters and thresholds of the folder's other nominal days, if there are enough of them; so is
    every day where there is a folder to train on.
    """
    path = find("atmonsat").parent / RISE
    seen = read_card(path)[0].data
    nominal = nominal_days(folders.train or folders.data)

    def is_fitted_afresh(name: str) -> bool:
        others = sum(other.name != name for other in nominal)
        return (folders.train is not None or name in seen) and others >= LEAST

    order = [day.name for day in days]
    whole = {name: read_day(folders.data, name, "anomalous") for name in order}
    afresh = [day for name, day in whole.items() if is_fitted_afresh(name)]
    known = [day for name, day in whole.items() if not is_fitted_afresh(name)]
    found = [*without(nominal, afresh), *scored_by(path, known)]
    return [scored_alone(one) for one in sorted(found, key=lambda one: order.index(one.day.name))]


@dataclass(frozen=True, slots=True)
class Quiet:
    """How often a detector alarms on nominal files of days that its fit has not seen."""

    detector: str
    hours: float
    alarms: int

    @property
    def alarms_a_day(self) -> float:
        """Kept alarms in 24 h of judged samples."""
        return self.alarms / self.hours * 24


def quiet(folder: Path) -> tuple[Quiet, ...]:
    """Judge each nominal file of a folder by the rise detectors fitted to the others; () for too few."""
    if len(nominal_days(folder)) <= LEAST:
        return ()
    by_detector: dict[str, list[Scored]] = {}
    for scored in left_out(folder, "normal"):
        by_detector.setdefault(scored.detector, []).append(scored)
    return tuple(
        Quiet(
            name,
            hours([one.day for one in several]),
            sum(len(kept_alarms(one.scores >= one.threshold)) for one in several),
        )
        for name, several in by_detector.items()
    )


CONTENDERS: Final[tuple[Contender, ...]] = (rise, rule)
