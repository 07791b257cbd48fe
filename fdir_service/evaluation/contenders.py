"""What is compared: detector files with their roles, and the entries that the chain watches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from fdir_service.evaluation import EvaluationError
from models.card import Card, Output
from models.metadata import read_card
from sim.dataset import COLUMNS
from sim.sensors import Sensor
from sim.trajectory import PERIOD


class Role(StrEnum):
    """What a row of the comparison stands for."""

    OURS = "ours"
    FAITHFUL = "faithful"
    CLASSICAL = "classical"
    GUARD = "guard"
    PUBLISHED = "published"


CLASSICAL_NAME: Final = "PUS limit or repeat"
GUARD_NAME: Final = "PUS or coin 10 %"
SUFFIX: Final = ".stuck"


@dataclass(frozen=True, slots=True)
class DetectorFile:
    """A detector that can be compared.

    Attributes
    ----------
    name, role : of its row; files of one name are training seeds of one detector.
    inputs : columns of the flights in the order of the channels.
    sensors : its outputs for the accelerometer and the gyroscopes, with the thresholds in force.
    axes : its outputs for the axes by column; empty if it has not all of them.

    """

    name: str
    role: Role
    path: Path
    sha256: str
    card: Card
    inputs: tuple[str, ...]
    sensors: Mapping[Sensor, Output]
    axes: Mapping[str, Output]


def open_detector(
    path: Path,
    name: str,
    role: Role,
    inputs: tuple[str, ...] | None = None,
    thresholds: Mapping[str, Output] | None = None,
    period: float | None = PERIOD,
) -> DetectorFile:
    """Read a detector file.

    Parameters
    ----------
    inputs : columns of the flights by channel, if not the card's channels.
    thresholds : outputs by name that replace those of the card.
    period : seconds between samples of the flights; None: not known yet.

    Raises
    ------
    CardError, EvaluationError
        If the file is no detector, or none of stuck values on the flights.

    """
    card, sha256 = read_card(path)
    columns = inputs or tuple(channel.name for channel in card.channels)
    if unknown := [column for column in columns if column not in COLUMNS]:
        raise EvaluationError(f"{path}: channels: the flights have no {', '.join(unknown)}")
    check_period(path, card, period)
    outputs = {o.name.removesuffix(SUFFIX): o for o in card.outputs}
    outputs |= {key.removesuffix(SUFFIX): output for key, output in (thresholds or {}).items()}
    if missing := [sensor for sensor in Sensor if sensor not in outputs]:
        there = ", ".join(output.name for output in card.outputs)
        raise EvaluationError(f"{path}: outputs: no {missing[0]} or {missing[0]}{SUFFIX} among {there}")
    axes = {column: outputs[column] for column in COLUMNS} if set(COLUMNS) <= outputs.keys() else {}
    sensors = {sensor: outputs[sensor] for sensor in Sensor}
    return DetectorFile(name, role, path.resolve(), sha256, card, columns, sensors, axes)


def check_period(path: Path, card: Card, period: float | None) -> None:
    """Raise `EvaluationError` if a detector is made for another period than that of the flights (s)."""
    if card.period is None or period is None:
        return
    if abs(card.period - period) > card.period_tolerance * card.period:
        raise EvaluationError(f"{path}: period: made for {card.period} s, the flights have {period:.4g} s")


@dataclass(frozen=True, slots=True)
class Entry:
    """One index for each sensor, watched by the chain.

    Attributes
    ----------
    key : prefix of its parameters in the evaluation mission.
    detector : what scores it, or None.
    classical : whether the classical checks are the index, or are or-ed with the detector's.
    coin : whether a coin is or-ed as well.

    """

    key: str
    name: str
    role: Role
    detector: DetectorFile | None
    classical: bool = False
    coin: bool = False

    @property
    def is_given(self) -> bool:
        """Whether its index is no detector's alone, and so comes in as a measured parameter."""
        return self.classical

    @property
    def seed(self) -> int | None:
        """Training seed of the detector, if there is one."""
        return self.detector.card.seed if self.detector else None


def line_up(files: Iterable[DetectorFile]) -> tuple[Entry, ...]:
    """Return the entries: classical checks, each detector, ours or-ed with the checks, and the guard.

    Raises
    ------
    EvaluationError
        If two roles share a name, or a name is that of a row that is always there.

    """
    roles = {CLASSICAL_NAME: Role.CLASSICAL, GUARD_NAME: Role.GUARD}
    rows: list[tuple[str, Role, DetectorFile | None, bool, bool]] = []
    for file in files:
        if roles.setdefault(file.name, file.role) is not file.role:
            raise EvaluationError(f"{file.path}: name: {file.name!r} is {roles[file.name]} already")
        rows.append((file.name, file.role, file, False, False))
    ored = [
        (either_name(name), role, file, True, False) for name, role, file, *_ in rows if role is Role.OURS
    ]
    checks = (CLASSICAL_NAME, Role.CLASSICAL, None, True, False)
    rows = [checks, *rows, *ored, (GUARD_NAME, Role.GUARD, None, True, True)]
    return tuple(Entry(f"e{k}", *row) for k, row in enumerate(rows))


def either_name(name: str) -> str:
    """Return the name of the row of a detector or-ed with the classical checks."""
    return f"{name} or PUS"


def alone(entries: Sequence[Entry], entry: Entry) -> Entry:
    """Return the entry of the same detector without classical checks."""
    return next(e for e in entries if e.detector is entry.detector and not e.classical)
