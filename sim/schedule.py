"""The Monte-Carlo fault schedule of the stuck-value study: one clock for both sensors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.faults import NOMINAL_RANGE, Axes, Mode, Range, StuckFault, draw_values
from sim.sensors import Sensor


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """Durations and distances in samples (both limits included), and shares of the fault kinds.

    Durations and distance after Table 1 of the study; never two faults within `distance`, on the same
    sensor or across.
    """

    first_onset: tuple[int, int] = (20, 400)
    duration: tuple[int, int] = (30, 110)
    distance: int = 305
    slack: int = 150
    last: float = 0.5
    inside: float = 0.25
    noise: float = 0.5

    def scaled(self, factor: float) -> "ScheduleSettings":
        """Return the same times in samples of another rate, which is `factor` times as high."""

        def pair(limits: tuple[int, int]) -> tuple[int, int]:
            return round(limits[0] * factor), round(limits[1] * factor)

        return replace(
            self,
            first_onset=pair(self.first_onset),
            duration=pair(self.duration),
            distance=round(self.distance * factor),
            slack=round(self.slack * factor),
        )


@dataclass(frozen=True, slots=True)
class ScheduledFault:
    """A fault and the sensor that has it."""

    sensor: Sensor
    fault: StuckFault


def draw_schedule(
    settings: ScheduleSettings,
    samples: int,
    rng: np.random.Generator,
    ranges: Mapping[Sensor, Range] = NOMINAL_RANGE,
) -> tuple[ScheduledFault, ...]:
    """Draw the faults of one trajectory of `samples`; each of them ends within it."""
    schedule: list[ScheduledFault] = []
    start = int(rng.integers(*settings.first_onset, endpoint=True))
    while True:
        entry = _draw_fault(settings, start, rng, ranges)
        stop = entry.fault.stop
        if stop is None or stop > samples:
            return tuple(schedule)
        schedule.append(entry)
        start = stop + settings.distance + int(rng.integers(settings.slack, endpoint=True))


def _draw_fault(
    settings: ScheduleSettings, start: int, rng: np.random.Generator, ranges: Mapping[Sensor, Range]
) -> ScheduledFault:
    sensor = tuple(Sensor)[rng.integers(2)]
    axes = tuple(Axes)[rng.integers(4)]
    beyond = 1.0 - settings.last - settings.inside
    kinds = (Mode.LAST, Mode.INSIDE, Mode.BEYOND)
    mode = kinds[rng.choice(3, p=(settings.last, settings.inside, beyond))]
    duration = int(rng.integers(*settings.duration, endpoint=True))
    noise = bool(rng.random() < settings.noise)
    values = draw_values(mode, axes, sensor, rng, ranges)
    return ScheduledFault(sensor, StuckFault(start, duration, mode, axes, noise, values))
