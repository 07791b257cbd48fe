"""Monte-Carlo data for stuck-value detection: many trajectories, measured with faults, labelled.

Every trajectory has generators of its own, seeded by (seed, index, purpose): the data depend neither on
the batch size nor on each other, and different seeds share nothing but the grid of headings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.draws import Floats, Generators
from sim.faults import StuckFault, inject
from sim.schedule import ScheduledFault, ScheduleSettings, draw_schedule
from sim.sensors import Readings, Sensor, Setting, measure, model_of
from sim.trajectory import TrajectorySettings, simulate

SAMPLES = 4096
COLUMNS = ("acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z")
BATCH = 32


class _Purpose(IntEnum):
    FLIGHT, ACC, IMU, FAULTS = range(4)


@dataclass(frozen=True, slots=True)
class DatasetSettings:
    """What the data are made of; setting N is the benchmark."""

    setting: Setting = Setting.N
    trajectory: TrajectorySettings = field(default_factory=TrajectorySettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """A fault in the data.

    Attributes
    ----------
    trajectory : its index in the whole data set.
    sensor : which sensor is stuck.
    fault : what happened, in samples of that trajectory.
    energy : distance from the truth in sigmas (see `StuckFault.energy`).

    """

    trajectory: int
    sensor: Sensor
    fault: StuckFault
    energy: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Labelled trajectories.

    Attributes
    ----------
    headings : (n,), rad.
    signals : (n, T, 6), measured m/s2 and rad/s in the order of `COLUMNS`.
    labels : (n, T, 2), whether the accelerometer, the IMU is stuck on any axis.
    axis_labels : (n, T, 6), whether the axis is stuck.
    faults : in the order of trajectories and onsets.

    """

    headings: Floats
    signals: Floats
    labels: NDArray[np.bool_]
    axis_labels: NDArray[np.bool_]
    faults: tuple[InjectedFault, ...]


def heading_grid(n: int, offset: float = 0.0) -> Floats:
    """Return n headings equally spaced over the full circle, rad, shifted by `offset` grid steps."""
    return (np.arange(n, dtype=np.float64) + offset) * (2 * np.pi / n)


def generate(
    settings: DatasetSettings,
    n: int,
    seed: int,
    *,
    samples: int = SAMPLES,
    offset: float = 0.0,
    batch: int = BATCH,
) -> Iterator[Batch]:
    """Generate n trajectories in batches.

    Parameters
    ----------
    settings : what they are made of.
    n : number of trajectories, one per heading of the grid.
    seed : non-negative; equal seeds give equal data.
    samples : T, samples of each trajectory.
    offset : shift of the headings in grid steps; give validation and test data others than training data.
    batch : trajectories held in memory at a time; it does not change the data.

    """
    headings = heading_grid(n, offset)
    for first in range(0, n, batch):
        yield _batch(settings, headings[first : first + batch], seed, first, samples)


def concatenate(batches: Iterable[Batch]) -> Batch:
    """Join batches to one."""
    parts = list(batches)
    return Batch(
        np.concatenate([part.headings for part in parts]),
        np.concatenate([part.signals for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.axis_labels for part in parts]),
        tuple(fault for part in parts for fault in part.faults),
    )


def _batch(settings: DatasetSettings, headings: Floats, seed: int, first: int, samples: int) -> Batch:
    indices = range(first, first + len(headings))
    truth = simulate(settings.trajectory, headings, samples, _generators(seed, _Purpose.FLIGHT, indices))
    acc, imu = (model_of(sensor, settings.setting) for sensor in Sensor)
    readings = {
        Sensor.ACC: measure(acc, truth.specific_force, _generators(seed, _Purpose.ACC, indices)),
        Sensor.IMU: measure(imu, truth.angular_rate, _generators(seed, _Purpose.IMU, indices)),
    }
    signals = np.empty((len(headings), samples, len(COLUMNS)))
    axes = np.empty(signals.shape, np.bool_)
    faults: list[InjectedFault] = []
    for row, rng in enumerate(_generators(seed, _Purpose.FAULTS, indices)):
        schedule = draw_schedule(settings.schedule, samples, rng)
        for sensor, columns in zip(Sensor, (slice(0, 3), slice(3, 6)), strict=True):
            own = [entry.fault for entry in schedule if entry.sensor is sensor]
            signals[row, :, columns], axes[row, :, columns] = inject(readings[sensor].of(row), own)
        faults += [_injected(first + row, entry, readings[entry.sensor].of(row)) for entry in schedule]
    labels = np.stack([axes[..., :3].any(axis=-1), axes[..., 3:].any(axis=-1)], axis=-1)
    return Batch(headings, signals, labels, axes, tuple(faults))


def _injected(trajectory: int, entry: ScheduledFault, readings: Readings) -> InjectedFault:
    return InjectedFault(trajectory, entry.sensor, entry.fault, entry.fault.energy(readings))


def _generators(seed: int, purpose: _Purpose, indices: Iterable[int]) -> Generators:
    return [np.random.default_rng((seed, purpose, index)) for index in indices]
