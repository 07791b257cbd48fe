"""The evaluation: every contender on both sets of anomalies of every simulation, measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation.dclop.contenders import Contender, Role, Scored, contenders
from fdir_service.replay import Advance
from models.dclop.measures import Confusion, Measures, areas, by_majority, quality
from models.metrics import runs
from sim.adcs.anomalies import AnomalySet
from sim.adcs.dataset import Telemetry, generate

Mask = NDArray[np.bool_]

SETS: Final = (AnomalySet.PAPER, AnomalySet.HARDER)
UNSEEN: Final = 1 << 20
"""What is added to the seed of a simulation for that of the unseen one."""
PERSISTENCY: Final = 3
"""Rows of one pass in succession that make a reaction."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many runs; seeds of simulation and training are `seed`, `seed` + 1, ..."""

    runs: int = 10
    seed: int = 1

    @property
    def seeds(self) -> range:
        """Seed of each run."""
        return range(self.seed, self.seed + self.runs)


@dataclass(frozen=True, slots=True)
class Case:
    """One simulation with one set of anomalies, and a nominal one of the same satellite."""

    seed: int
    anomalies: AnomalySet
    stored: Telemetry
    unseen: Telemetry


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one contender made of one case; a measure that is not known is NaN."""

    name: str
    role: Role
    case: Case
    scored: Scored
    measures: Measures

    @property
    def on(self) -> Mask:
        """Stored rows (N,) at or above the threshold."""
        return self.scored.stored >= self.scored.threshold

    @property
    def has_found_all(self) -> bool:
        """Whether every anomaly is at or above the threshold."""
        return bool(self.on[self.case.stored.labels].all())


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All outcomes, by run, set of anomalies and contender."""

    plan: Plan
    outcomes: tuple[Outcome, ...]

    def of(self, name: str, anomalies: AnomalySet) -> list[Outcome]:
        """Return the outcomes of a contender on a set, by run."""
        return [o for o in self.outcomes if o.name == name and o.case.anomalies is anomalies]

    @property
    def names(self) -> dict[str, Role]:
        """Names and roles in the order of the contenders."""
        return {outcome.name: outcome.role for outcome in self.outcomes}


def silent(_: int) -> None:
    """Report nothing."""


def evaluate(plan: Plan, every: Sequence[Contender] | None = None, advance: Advance = silent) -> Evaluation:
    """Simulate and judge; `advance` is told of each contender's end on each case."""
    chosen = contenders() if every is None else every
    outcomes = []
    for seed in plan.seeds:
        unseen = generate(seed + UNSEEN, AnomalySet.NONE)
        for anomalies in SETS:
            case = Case(seed, anomalies, generate(seed, anomalies), unseen)
            for contender in chosen:
                outcomes.append(_outcome(contender, case))
                advance(1)
    return Evaluation(plan, tuple(outcomes))


def _outcome(contender: Contender, case: Case) -> Outcome:
    scored = contender.score(case.stored.values, case.unseen.values, case.seed)
    return Outcome(contender.name, contender.role, case, scored, _measure(case, scored))


def _measure(case: Case, scored: Scored) -> Measures:
    truth, on = case.stored.labels, scored.stored >= scored.threshold
    counts = Confusion.count(truth, on)
    return {
        **counts.measures,
        **areas(truth, scored.stored),
        **_clustering(case.stored, scored),
        "found": float(counts.tp),
        **_nominal("stored", case.stored, on),
        **_nominal("unseen", case.unseen, scored.unseen >= scored.threshold),
        "training_s": scored.training_s,
    }


def _clustering(telemetry: Telemetry, scored: Scored) -> Measures:
    """Return the quality of the clusters, and how well they tell day from night in nominal rows (Table 2)."""
    if scored.clusters is None:
        return {}
    nominal = ~telemetry.labels
    labels, day = scored.clusters.labels[nominal], telemetry.is_day[nominal]
    windows = Confusion.count(day, by_majority(labels, day)).measures
    return quality(scored.clusters.points, scored.clusters.labels) | {
        f"day_night_{name}": value for name, value in windows.items()
    }


def _nominal(which: str, telemetry: Telemetry, on: Mask) -> Measures:
    """Return the share of nominal rows that are on, and that of those with persistency."""
    nominal = ~telemetry.labels
    return {
        f"nominal_{which}": float(on[nominal].mean()),
        f"nominal_{which}_persistent": float(persistent(on, telemetry.number)[nominal].mean()),
    }


def persistent(on: Mask, number: NDArray[np.int64], least: int = PERSISTENCY) -> Mask:
    """Return rows (n,) that are on, like the `least` - 1 rows before them in the same pass.

    Parameters
    ----------
    on : (n,).
    number : (n,) which pass each row is of.

    """
    found = np.zeros(len(on), np.bool_)
    for one in np.unique(number):
        rows = np.flatnonzero(number == one)
        where = runs(on[rows])
        for start, stop in zip(where.start, where.stop, strict=True):
            found[rows[start + least - 1 : stop]] = True
    return found
