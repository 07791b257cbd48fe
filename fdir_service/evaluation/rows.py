"""The comparison: one row a detector, with the figures of the paper, the strict ones, and the paper's own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fdir_service.evaluation.contenders import Entry, Role
from fdir_service.evaluation.flights import SENSORS
from fdir_service.evaluation.run import Evaluation
from fdir_service.evaluation.tally import Tally
from models.metrics import Reactions, objective
from sim.sensors import Sensor

Value = float | None
PerSensor = dict[str, Value]
Row = dict[str, object]

FIGURES: Final[Mapping[str, Callable[[Tally], float]]] = {
    "missed": lambda tally: _mean(tally.outcomes.missed),
    "uncertain": lambda tally: _mean(tally.outcomes.uncertain),
    "precision": lambda tally: tally.literal.precision,
    "recall": lambda tally: tally.literal.recall,
    "false_positive_percentage": lambda tally: tally.literal.false_share,
    "strict_precision": lambda tally: tally.strict.precision,
    "strict_recall": lambda tally: tally.strict.recall,
    "not_triggered": lambda tally: tally.literal.untriggered_share,
}
"""Figures of one sensor, by name; the false positive percentage is a fraction, as in the paper."""

PUBLISHED: Final[Mapping[str, tuple[float, float]]] = {
    "missed": (0.0503, 0.1381),
    "uncertain": (0.1082, 0.0699),
    "precision": (0.99, 0.99),
    "recall": (0.95, 0.85),
    "false_positive_percentage": (0.0006, 0.0057),
}
"""Tables 5 and 6 of the paper, accelerometer and IMU: on its own data, which are not public."""
PUBLISHED_NAME: Final = "paper (other data)"
PUBLISHED_PERSISTENCY: Final = 27


def _mean(flags: object) -> float:
    values = np.asarray(flags, np.float64)
    return float(values.mean()) if values.size else float("nan")


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one row: one for each training seed."""

    name: str
    role: Role
    members: tuple[tuple[int, Entry], ...]

    @property
    def seeds(self) -> list[int]:
        """Training seeds of the detectors."""
        return [entry.seed for _, entry in self.members if entry.seed is not None]

    def tallies(self, evaluation: Evaluation, sensor: Sensor) -> list[Tally]:
        """Return the counts of one sensor, by member."""
        return [evaluation.tallies[k, sensor] for k, _ in self.members]


def groups(evaluation: Evaluation) -> list[Group]:
    """Return the rows in the order of the entries."""
    found: dict[str, list[tuple[int, Entry]]] = {}
    for k, entry in enumerate(evaluation.entries):
        found.setdefault(entry.name, []).append((k, entry))
    return [Group(name, members[0][1].role, tuple(members)) for name, members in found.items()]


def average(values: Iterable[float]) -> Value:
    """Return the mean of what is known, None where nothing is."""
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else None


def strict_j(evaluation: Evaluation, member: int, count: Callable[[Tally], Reactions]) -> float:
    """Return J_s of an entry (Equation 1 of the paper with strict precision and recall)."""
    return objective(count(evaluation.tallies[member, sensor]) for sensor in SENSORS)


def rows(evaluation: Evaluation) -> list[Row]:
    """Return one row a detector, means over its seeds, and the paper's row."""
    return [_row(evaluation, group) for group in groups(evaluation)] + [published_row()]


def _row(evaluation: Evaluation, group: Group) -> Row:
    figures: Row = {
        name: {
            str(sensor): average(figure(tally) for tally in group.tallies(evaluation, sensor))
            for sensor in SENSORS
        }
        for name, figure in FIGURES.items()
    }
    worth = (strict_j(evaluation, k, lambda tally: tally.strict) for k, _ in group.members)
    return {
        "detector": group.name,
        "role": str(group.role),
        **figures,
        "strict_j": average(worth),
        "persistency": evaluation.persistency,
        "seeds": group.seeds,
    }


def published_row() -> Row:
    """Return what the paper tells of its network, on its own data."""

    def told(name: str) -> PerSensor:
        values: Sequence[Value] = PUBLISHED.get(name, (None, None))
        return dict(zip(map(str, SENSORS), values, strict=True))

    return {
        "detector": PUBLISHED_NAME,
        "role": str(Role.PUBLISHED),
        **{name: told(name) for name in FIGURES},
        "strict_j": None,
        "persistency": PUBLISHED_PERSISTENCY,
        "seeds": [],
    }


def spread(evaluation: Evaluation) -> list[Row]:
    """Return least and largest figure of each row that has several training seeds."""
    return [_spread(evaluation, group) for group in groups(evaluation) if len(group.seeds) > 1]


def _spread(evaluation: Evaluation, group: Group) -> Row:
    def ends(values: Iterator[float]) -> list[float]:
        known = [value for value in values if np.isfinite(value)]
        return [min(known), max(known)] if known else []

    figures: Row = {
        name: {
            str(sensor): ends(figure(tally) for tally in group.tallies(evaluation, sensor))
            for sensor in SENSORS
        }
        for name, figure in FIGURES.items()
    }
    worth = (strict_j(evaluation, k, lambda tally: tally.strict) for k, _ in group.members)
    return {"detector": group.name, "seeds": group.seeds, **figures, "strict_j": ends(worth)}
