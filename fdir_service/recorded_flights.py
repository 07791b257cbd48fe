"""Real inertial recordings with injected stuck values: for training, and for evaluation."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from fdir_service.imu_recordings import ImuRecording
from models.classical import classical_index
from models.metrics import Mask
from sim.dataset import COLUMNS, Batch, InjectedFault
from sim.draws import Floats
from sim.faults import inject
from sim.schedule import ScheduledFault, ScheduleSettings, draw_schedule
from sim.sensors import Readings, Sensor
from sim.trajectory import PERIOD

COLUMNS_OF: Final = {Sensor.ACC: slice(0, 3), Sensor.IMU: slice(3, 6)}


@dataclass(frozen=True, slots=True)
class Polled:
    """A recording as an on-board computer sees it that polls the sensors every so many of their samples.

    Faults are injected into what is polled: their durations are seconds, whatever the rate.
    """

    recording: ImuRecording
    every: int
    phase: int = 0

    @property
    def samples(self) -> int:
        """Number of readings."""
        return len(range(self.phase, len(self.recording.sensors[Sensor.ACC].measured), self.every))

    @property
    def period(self) -> float:
        """Seconds between two readings."""
        return self.every / self.recording.rate

    def unfaulted(self) -> Batch:
        """Return the readings as they are."""
        return self.injected(np.random.default_rng(0), None)

    def injected(self, rng: np.random.Generator, settings: ScheduleSettings | None, number: int = 0) -> Batch:
        """Return the readings with faults drawn by `rng`, as flight `number`.

        Parameters
        ----------
        settings : in samples of the benchmark's period; None: no faults.

        """
        sensors = {s: r.polled(self.every, self.phase) for s, r in self.recording.sensors.items()}
        readings = {sensor: recorded.readings(rng) for sensor, recorded in sensors.items()}
        samples = len(sensors[Sensor.ACC].measured)
        nominal = {sensor: recorded.nominal for sensor, recorded in sensors.items()}
        schedule = (
            draw_schedule(settings.scaled(PERIOD / self.period), samples, rng, nominal) if settings else ()
        )
        return _batch(readings, schedule, samples, number)

    def classical(self, signals: Floats, sensor: Sensor) -> Mask:
        """Return the index (T,) of the classical checks on readings (T, 6).

        Limits are about the middle of the nominal range of the recording, as far as on simulated flights.
        """
        recorded = self.recording.sensors[sensor]
        low, high = recorded.nominal
        centred = signals[:, COLUMNS_OF[sensor]] - (low + high) / 2
        return classical_index(centred, (high - low) / 2, recorded.step)


def _batch(
    readings: dict[Sensor, Readings], schedule: tuple[ScheduledFault, ...], samples: int, number: int
) -> Batch:
    signals = np.empty((1, samples, len(COLUMNS)))
    axes = np.empty(signals.shape, np.bool_)
    for sensor, columns in COLUMNS_OF.items():
        own = [entry.fault for entry in schedule if entry.sensor is sensor]
        signals[0, :, columns], axes[0, :, columns] = inject(readings[sensor], own)
    faults = tuple(
        InjectedFault(number, entry.sensor, entry.fault, entry.fault.energy(readings[entry.sensor]))
        for entry in schedule
    )
    labels = np.stack([axes[..., columns].any(axis=-1) for columns in COLUMNS_OF.values()], axis=-1)
    return Batch(np.zeros(1), signals, labels, axes, faults)
