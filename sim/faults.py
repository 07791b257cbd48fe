"""Faults of a sensor unit: what its reading becomes while some of its axes are stuck, or it is dead or mute.

A reading is stuck at its last value or at any other one, inside or beyond the nominal range, on one
axis or all, with measurement noise on top or without. Without noise the *register* is frozen: the last
value is the last measured sample. With noise the *transducer* is frozen and the electronics live: the
last value is the last noise-free reading, and the unit's own noise and quantiser stay on top. (The last
measured sample would leak a level step of one sigma.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.draws import Floats
from sim.sensors import Readings, Sensor


class Mode(StrEnum):
    """Which value an axis is stuck at."""

    LAST = "last"
    INSIDE = "inside"
    BEYOND = "beyond"
    GIVEN = "given"


class Axes(StrEnum):
    """Which axes are stuck."""

    X = "x"
    Y = "y"
    Z = "z"
    ALL = "all"

    @property
    def columns(self) -> slice:
        """Columns of the sensor's three axes."""
        first = "xyz".index(self) if self is not Axes.ALL else 0
        return slice(0, 3) if self is Axes.ALL else slice(first, first + 1)


NOMINAL_HIGH: Final = {Sensor.ACC: (0.095, 0.0075, 0.105), Sensor.IMU: (0.004, 0.021, 0.19)}
"""Nominal range per axis, -high..high, m/s2 and rad/s: 0.1 % and 99.9 % quantiles of fault-free readings."""

Range = tuple[Floats, Floats]
"""Lowest and highest nominal reading of each axis, (3,) each."""
NOMINAL_RANGE: Final[Mapping[Sensor, Range]] = {
    sensor: (-np.array(high), np.array(high)) for sensor, high in NOMINAL_HIGH.items()
}

MAX_DECADES: Final = 6.0
"""A value beyond the range is at most so many decades larger than its width."""


@dataclass(frozen=True, slots=True)
class StuckFault:
    """A stuck value.

    Attributes
    ----------
    start : index of the first stuck sample, 1 or later.
    duration : number of stuck samples, or None: it does not end by itself.
    mode : which value.
    axes : which axes.
    noise : whether measurement noise is on top.
    values : value of each stuck axis, unless the mode is LAST.

    """

    start: int
    duration: int | None
    mode: Mode
    axes: Axes
    noise: bool
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.start < 1 or (self.duration is not None and self.duration < 1):
            raise ValueError(f"a fault starts at sample 1 or later and lasts 1 or more, not {self}")
        if len(self.values) != (0 if self.mode is Mode.LAST else _width(self.axes)):
            raise ValueError(f"{len(self.values)} values for mode {self.mode} on axes {self.axes}")

    @property
    def stop(self) -> int | None:
        """Index of the first sample after the fault, or None."""
        return None if self.duration is None else self.start + self.duration

    def levels(self, readings: Readings) -> Floats:
        """Return the value of each stuck axis for a sensor with `readings` (T, 3), noise not included."""
        before = readings.clean if self.noise else readings.measured
        if self.mode is Mode.LAST:
            return before[self.start - 1, self.axes.columns]
        return np.array(self.values)

    def overlay(self, readings: Readings, out: Floats, first: int) -> None:
        """Overwrite the stuck axes of `out` (k, 3), the output at samples `first` .. first + k - 1.

        The caller has cut `out` to samples at which the fault is present; any cutting gives the same values.
        """
        levels = np.broadcast_to(self.levels(readings), (len(out), _width(self.axes)))
        if self.noise:
            levels = levels + readings.white[first : first + len(out), self.axes.columns]
        out[:, self.axes.columns] = readings.model.quantise(levels)

    def energy(self, readings: Readings) -> float:
        """Return the distance from the truth in sigmas: sqrt(sum (truth - stuck)^2) / sigma over the fault.

        Below about 5 a fault is undetectable in practice, however good the detector.
        """
        truth = readings.clean[self.start : self.stop, self.axes.columns]
        return float(np.sqrt(np.sum((truth - self.levels(readings)) ** 2)) / readings.model.white)


@dataclass(frozen=True, slots=True)
class DeadFault:
    """A unit without readings from sample `start` on, for `duration` samples or, if None, for good."""

    start: int
    duration: int | None

    @property
    def stop(self) -> int | None:
        """Index of the first sample after the fault, or None."""
        return None if self.duration is None else self.start + self.duration

    def overlay(self, readings: Readings, out: Floats, first: int) -> None:  # noqa: ARG002
        """Overwrite `out` (k, 3) with NaN."""
        out[:] = np.nan


@dataclass(frozen=True, slots=True)
class MuteFault:
    """A unit that goes on measuring but neither answers nor obeys, from sample `start` on."""

    start: int
    duration: int | None

    @property
    def stop(self) -> int | None:
        """Index of the first sample after the fault, or None."""
        return None if self.duration is None else self.start + self.duration

    def overlay(self, readings: Readings, out: Floats, first: int) -> None:
        """Leave `out` as it is: what the unit measures is sound."""


Fault = StuckFault | DeadFault | MuteFault


def inject(readings: Readings, faults: Iterable[StuckFault]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the output (T, 3) of a sensor with `readings` (T, 3) under `faults`, and where it is stuck."""
    out = readings.measured.copy()
    mask = np.zeros(out.shape, np.bool_)
    for fault in faults:
        fault.overlay(readings, out[fault.start : fault.stop], fault.start)
        mask[fault.start : fault.stop, fault.axes.columns] = True
    return out, mask


def draw_values(
    mode: Mode,
    axes: Axes,
    sensor: Sensor,
    rng: np.random.Generator,
    ranges: Mapping[Sensor, Range] = NOMINAL_RANGE,
) -> tuple[float, ...]:
    """Draw the value of each stuck axis, inside or beyond the nominal range; none for the last value.

    Beyond: the width of the range times 10^U(0, `MAX_DECADES`), random sign.
    """
    low, high = (limit[axes.columns] for limit in ranges[sensor])
    match mode:
        case Mode.INSIDE:
            values = rng.uniform(low, high)
        case Mode.BEYOND:
            values = (high - low) * 10.0 ** rng.uniform(0.0, MAX_DECADES, len(high))
            values *= rng.choice((-1.0, 1.0), len(high))
        case _:
            return ()
    return tuple(float(value) for value in values)


def _width(axes: Axes) -> int:
    return 3 if axes is Axes.ALL else 1
