"""Benchmark flights of the stuck-value study: new ones for every epoch, the same ones for every test."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from models.flights import FlightData, Flights, Part
from sim.dataset import Batch, DatasetSettings, concatenate, generate
from sim.schedule import ScheduleSettings
from sim.sensors import Setting

PART_SEEDS: Final[dict[Part, tuple[int, float]]] = {"validation": (2, 0.25), "test": (7, 0.5)}
"""Seed and heading offset in grid steps: no two parts share a flight or a heading."""
PART_FLIGHTS: Final = 240
EPOCH_SEEDS: Final = 1000
"""An epoch's seed is that of the training times this, plus its number: from 1000 on, beyond all parts."""
LONG_SEEDS: Final = 1 << 30
"""Added to the seed for flights with long faults."""
GOLDEN: Final = 0.6180339887498949
"""Step of the heading offset from epoch to epoch: no two epochs fly the same headings."""
EPOCH_FLIGHTS: Final = 300
LONG_FAULTS: Final = ScheduleSettings(duration=(110, 400))
"""Faults that outlast the window: a network that knows none takes a sensor frozen for long for healed."""
LONG_SHARE: Final = 0.1
"""Share of the flights that have such faults."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where flights come from.

    Attributes
    ----------
    setting : of the sensors, N is the benchmark.
    flights : in an epoch.
    part : flights in validation and in test.

    """

    setting: Setting = Setting.N
    flights: int = EPOCH_FLIGHTS
    part: int = PART_FLIGHTS

    def of_epoch(self, seed: int, number: int) -> Flights:
        """Return the training flights of an epoch."""
        if number >= EPOCH_SEEDS or seed < 1:
            raise ValueError(f"training seed {seed}, epoch {number}: from 1 on, and below {EPOCH_SEEDS}")
        long = round(self.flights * LONG_SHARE)
        own, offset = seed * EPOCH_SEEDS + number, GOLDEN * (number + 1) % 1.0
        batches = [self._fly(self.flights - long, own, offset)]
        if long:
            batches.append(self._fly(long, LONG_SEEDS + own, offset, LONG_FAULTS))
        return _flights(concatenate(batches))

    def of_part(self, name: Part) -> Batch:
        """Return the trajectories of a part, with their faults."""
        return self._fly(self.part, *PART_SEEDS[name])

    def _fly(self, n: int, seed: int, offset: float, schedule: ScheduleSettings | None = None) -> Batch:
        settings = DatasetSettings(self.setting, schedule=schedule or ScheduleSettings())
        return concatenate(generate(settings, n, seed, offset=offset))


def _flights(batch: Batch) -> Flights:
    return Flights(batch.signals, batch.axis_labels)


class FlightsAhead:
    """`FlightData` that has the next epoch flown while the present one trains.

    Parameters
    ----------
    source : where the flights come from; what is flown ahead are the very same ones.
    pool : where they are flown.

    """

    def __init__(self, source: Source, pool: Executor) -> None:
        self._source = source
        self._pool = pool
        self._ahead: dict[tuple[int, int], Future[Flights]] = {}

    def epoch(self, seed: int, number: int) -> Flights:
        """Return the training flights of an epoch, and begin with the next one."""
        present = self._ahead.pop((seed, number), None) or self._begin(seed, number)
        self._ahead = {(seed, number + 1): self._begin(seed, number + 1)}
        return present.result()

    def _begin(self, seed: int, number: int) -> Future[Flights]:
        return self._pool.submit(self._source.of_epoch, seed, number)

    def part(self, name: Part) -> Flights:
        """Return the flights of a part that no training sees."""
        return _flights(self._source.of_part(name))


@contextmanager
def flights_ahead(source: Source) -> Iterator[FlightData]:
    """Yield flights, of which a process of its own prepares the next epoch."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield FlightsAhead(source, pool)
        pool.shutdown(cancel_futures=True)
