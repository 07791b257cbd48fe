"""One evaluation: flights through the chain, counts by entry and sensor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation.chain_mission import evaluation_mission
from fdir_service.evaluation.chain_run import ChainRun, Watched
from fdir_service.evaluation.contenders import DetectorFile, Entry, line_up
from fdir_service.evaluation.flights import (
    COLUMNS_OF,
    SENSORS,
    Plan,
    first_judged,
    judged,
    judged_faults,
)
from fdir_service.evaluation.tally import SWEEP, Tally
from fdir_service.mission import Mission
from models.metrics import NO_REACTIONS, Mask
from sim.dataset import Batch, InjectedFault
from sim.sensors import Sensor
from sim.trajectory import PERIOD

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch of n flights and what was found on them.

    Attributes
    ----------
    first : number of the first flight.
    counted : (n, T), whether the sample is judged.
    watched : by flight.

    """

    first: int
    batch: Batch
    counted: Mask
    watched: Sequence[Watched]

    def labels(self, sensor: Sensor) -> Mask:
        """Return (n, T) where the sensor is stuck and judged."""
        found: Mask = self.batch.labels[..., SENSORS.index(sensor)] & self.counted
        return found

    def axes(self, sensor: Sensor) -> Mask:
        """Return (n, T, 3) where the axis is stuck and judged."""
        found: Mask = self.batch.axis_labels[..., COLUMNS_OF[sensor]] & self.counted[..., None]
        return found

    def index(self, entry: int, sensor: Sensor) -> Mask:
        """Return (n, T) where the index of an entry is one and judged."""
        return np.array([watched.indices[entry, SENSORS.index(sensor)] == 1 for watched in self.watched])

    def named(self, entry: int, sensor: Sensor) -> Mask:
        """Return (n, T, 3) where the index of an axis is one."""
        found = [watched.axes[entry, COLUMNS_OF[sensor]].T == 1 for watched in self.watched]
        return np.array(found)

    def reactions(self, entry: int, sensor: Sensor) -> list[list[int]]:
        """Return the samples of the chain's reactions by flight."""
        return [watched.reactions[entry, sensor] for watched in self.watched]


Store = Callable[[Judged], None]


@dataclass(slots=True)
class Evaluation:
    """What was compared, on what, and what was counted.

    Attributes
    ----------
    first : first judged sample of a flight.
    faults : those that are judged, by sensor in order.
    tallies : by position of the entry and sensor.
    judged_samples, nominal_samples : of one sensor on flights with faults, and without any.

    """

    plan: Plan
    persistency: int
    entries: tuple[Entry, ...]
    first: int
    faults: dict[Sensor, list[InjectedFault]] = field(default_factory=lambda: {s: [] for s in SENSORS})
    tallies: dict[tuple[int, Sensor], Tally] = field(default_factory=dict)
    judged_samples: int = 0
    nominal_samples: int = 0

    def add(self, found: Judged) -> None:
        """Count a batch of flights with faults."""
        self.judged_samples += int(found.counted.sum())
        for fault in judged_faults(found.batch.faults, self.first):
            self.faults[fault.sensor].append(fault)
        for (k, sensor), tally in self.tallies.items():
            labels, index = found.labels(sensor), found.index(k, sensor)
            tally.add(labels, index, found.reactions(k, sensor))
            detector = self.entries[k].detector
            if detector and detector.axes and not self.entries[k].is_given:
                tally.add_axes(found.axes(sensor), index, found.named(k, sensor))

    def add_nominal(self, found: Judged) -> None:
        """Count a batch of flights without a fault."""
        self.nominal_samples += int(found.counted.sum())
        for (k, sensor), tally in self.tallies.items():
            tally.nominal += sum(map(len, found.reactions(k, sensor)))


def evaluate(
    mission: Mission,
    files: Sequence[DetectorFile],
    plan: Plan,
    persistency: int,
    stores: Sequence[Store] = (),
    advance: Advance = lambda _: None,
) -> Evaluation:
    """Fly all flights and count.

    Parameters
    ----------
    mission : lends its application process and profile.
    persistency : of every PMON.
    stores : take each batch with faults, before the next one is flown.
    advance : hears of flights done.

    Raises
    ------
    EvaluationError, MissionError
        If the detectors cannot be compared.
    ChainDisagreementError
        If the chain reacts elsewhere than the reference.

    """
    entries = line_up(files)
    watching = evaluation_mission(mission, entries, persistency, plan.period)
    chain = ChainRun(watching, entries, persistency, plan.period)
    found = Evaluation(plan, persistency, entries, first_judged(entries))
    sweep = dict.fromkeys((round(p * PERIOD / plan.period) for p in SWEEP), NO_REACTIONS)
    found.tallies = {
        (k, sensor): Tally(persistency, sweep=dict(sweep)) for k in range(len(entries)) for sensor in SENSORS
    }
    for is_nominal in (False, True):
        for first, batch in plan.flights(is_nominal=is_nominal):
            seen = _fly(chain, found, first, batch, advance)
            if is_nominal:
                found.add_nominal(seen)
            else:
                found.add(seen)
                for store in stores:
                    store(seen)
    return found


def _fly(chain: ChainRun, evaluation: Evaluation, first: int, batch: Batch, advance: Advance) -> Judged:
    counted = judged(batch.labels, evaluation.first)
    watched = []
    for row, (signals, mask) in enumerate(zip(batch.signals, counted, strict=True)):
        given: NDArray[np.float64] = evaluation.plan.given(signals, first + row, evaluation.entries)
        watched.append(chain.fly(signals, mask, given))
        advance(1)
    return Judged(first, batch, counted, watched)
