"""Flights of an evaluation: regenerated from the seed, batch by batch, and what of them is judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation.contenders import Entry
from models.classical import classical_index, coin
from models.metrics import Mask
from sim.dataset import SAMPLES, Batch, DatasetSettings, InjectedFault, generate
from sim.faults import NOMINAL_HIGH
from sim.schedule import ScheduleSettings
from sim.sensors import Sensor, Setting, model_of
from sim.trajectory import PERIOD

FLIGHT_SEEDS: Final = 1 << 40
"""Seeds of flights begin here, far beyond those of any training, validation or test of a recipe."""
OFFSETS: Final = {False: 0.5, True: 0.75}
"""Heading offset in grid steps of flights with faults and of nominal ones; training has others."""
BATCH: Final = 24
NEVER: Final = 1 << 30
NO_FAULTS: Final = ScheduleSettings(first_onset=(NEVER, NEVER))
SENSORS: Final = tuple(Sensor)
COLUMNS_OF: Final = {Sensor.ACC: slice(0, 3), Sensor.IMU: slice(3, 6)}


class Plan(Protocol):
    """Where the flights of an evaluation come from."""

    @property
    def seed(self) -> int:
        """Seed of everything random."""
        ...

    @property
    def period(self) -> float:
        """Seconds between samples."""
        ...

    @property
    def digests(self) -> Mapping[str, str]:
        """Digest of the data by name, unless they are generated."""
        ...

    def flights(self, *, is_nominal: bool) -> Iterator[tuple[int, Batch]]:
        """Yield batches, each with the number of its first flight."""
        ...

    def given(
        self, signals: NDArray[np.float64], flight: int, entries: Sequence[Entry]
    ) -> NDArray[np.float64]:
        """Return the classical indices (e, 2, T) of one flight (T, 6), or-ed with a coin where wanted."""
        ...

    def facts(self) -> dict[str, Any]:
        """Return what others need to have the same flights."""
        ...


def given_indices(checks: Mask, rng: np.random.Generator, entries: Sequence[Entry]) -> NDArray[np.float64]:
    """Return the classical indices (e, 2, T) of `checks` (2, T), or-ed with a coin where wanted."""
    tossed = checks | np.stack([coin(checks.shape[1], rng) for _ in checks])
    chosen = [tossed if entry.coin else checks & entry.classical for entry in entries]
    return np.array(chosen, np.float64)


@dataclass(frozen=True, slots=True)
class FlightPlan:
    """Which flights there are.

    Attributes
    ----------
    setting : noise of the sensors; N is the benchmark.
    seed : of everything random.
    trajectories, nominal : flights with faults, and without any.
    samples : T, samples of a flight.

    """

    setting: Setting
    seed: int
    trajectories: int
    nominal: int
    samples: int = SAMPLES

    @property
    def period(self) -> float:
        """See `Plan`."""
        return PERIOD

    @property
    def digests(self) -> Mapping[str, str]:
        """See `Plan`."""
        return {}

    def facts(self) -> dict[str, Any]:
        """See `Plan`."""
        return {
            "setting": str(self.setting),
            "seed": self.seed,
            "data_seed": self.data_seed(is_nominal=False),
            "nominal_data_seed": self.data_seed(is_nominal=True),
            "trajectories": self.trajectories,
            "nominal_trajectories": self.nominal,
            "samples": self.samples,
        }

    def flights(self, *, is_nominal: bool) -> Iterator[tuple[int, Batch]]:
        """Yield batches, each with the number of its first flight."""
        if not (n := self.nominal if is_nominal else self.trajectories):
            return iter(())
        schedule = NO_FAULTS if is_nominal else ScheduleSettings()
        settings = DatasetSettings(self.setting, schedule=schedule)
        seed, offset = self.data_seed(is_nominal=is_nominal), OFFSETS[is_nominal]
        batches = generate(settings, n, seed, samples=self.samples, offset=offset, batch=BATCH)
        return zip(range(0, n, BATCH), batches, strict=True)

    def data_seed(self, *, is_nominal: bool) -> int:
        """Return the seed that `sim.dataset.generate` takes."""
        return FLIGHT_SEEDS + 2 * self.seed + is_nominal

    def given(
        self, signals: NDArray[np.float64], flight: int, entries: Sequence[Entry]
    ) -> NDArray[np.float64]:
        """Return the classical indices (e, 2, T) of one flight (T, 6), or-ed with a coin where wanted."""
        checks = np.stack([self._classical(signals, sensor) for sensor in SENSORS])
        rng = np.random.default_rng((FLIGHT_SEEDS, self.seed, flight))
        return given_indices(checks, rng, entries)

    def _classical(self, signals: NDArray[np.float64], sensor: Sensor) -> Mask:
        high = np.array(NOMINAL_HIGH[sensor])
        return classical_index(signals[:, COLUMNS_OF[sensor]], high, model_of(sensor, self.setting).step)


def first_judged(entries: Sequence[Entry]) -> int:
    """Return the first sample at which every detector has a full window: all judge the same faults."""
    return max((entry.detector.card.window for entry in entries if entry.detector), default=1) - 1


def judged(labels: Mask, first: int) -> Mask:
    """Return the samples (n, T) that count, of labels (n, T, 2): from `first` on.

    A fault that lasts at `first` is left out with all that is said of it: nobody saw its onset.
    """
    counted = np.ones(labels.shape[:2], np.bool_)
    counted[:, :first] = False
    counted[:, first:] = ~np.logical_and.accumulate(labels[:, first:].any(axis=-1), axis=1)
    return counted


def judged_faults(faults: Sequence[InjectedFault], first: int) -> list[InjectedFault]:
    """Return the faults that begin where samples count, in order."""
    return [fault for fault in faults if fault.fault.start > first]
