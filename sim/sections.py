"""The tables of a scenario file: what goes wrong with units, what gets lost, when the vehicle holds still."""

from enum import StrEnum
from typing import Annotated, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.faults import Axes, Mode
from sim.sensors import Sensor
from sim.trajectory import PERIOD
from sim.unit import Cure

LONGEST_S = 6 * 3600.0
"""A run is held in memory."""

UnitName = Literal["A", "B"]
Span = Annotated[float, Field(ge=PERIOD, le=LONGEST_S)]


class Frozen(BaseModel):
    """A table whose keys are all known and whose numbers are all finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


SensorName = TypeVar("SensorName", bound=StrEnum)
"""What can fail on a vehicle."""


class Expectation(Frozen, Generic[SensorName]):
    """What on-board fault protection is expected to make of the run; the vehicle ignores it.

    Attributes
    ----------
    highest_level : of the levels that take an action, -1: none does.
    blamed : what is reported as failed.

    """

    highest_level: Annotated[int, Field(ge=-1, le=4)]
    blamed: tuple[SensorName, ...] = ()


class Interval(Frozen):
    """A part of the run; without `duration_s` it lasts to the end."""

    PERIOD_S: ClassVar[float] = PERIOD

    start_s: Span
    duration_s: Span | None = None

    @property
    def start(self) -> int:
        """First sample."""
        return samples(self.start_s, self.PERIOD_S)

    @property
    def duration(self) -> int | None:
        """Samples, or None."""
        return None if self.duration_s is None else samples(self.duration_s, self.PERIOD_S)

    @property
    def stop(self) -> int | None:
        """First sample after it, or None."""
        return None if self.duration is None else self.start + self.duration


class _UnitFault(Interval):
    """Where and when; with `on_s` and `off_s` the fault comes and goes within its time."""

    sensor: Sensor
    unit: UnitName
    cleared_by: Cure = Cure.NOTHING
    on_s: Span | None = None
    off_s: Span | None = None

    @model_validator(mode="after")
    def _flaps_as_a_whole(self) -> Self:
        if (self.on_s is None) is not (self.off_s is None):
            raise ValueError("on_s and off_s belong together")
        return self


class Stuck(_UnitFault):
    """A stuck value (see `sim.faults.StuckFault`); `values` per stuck axis belong to mode "given" only."""

    kind: Literal["stuck"]
    mode: Mode
    axes: Axes = Axes.ALL
    noise: bool = False
    values: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _one_value_per_axis(self) -> Self:
        wanted = 0 if self.mode is not Mode.GIVEN else 3 if self.axes is Axes.ALL else 1
        if len(self.values) != wanted:
            raise ValueError(f"mode {self.mode} on axes {self.axes} takes {wanted} values")
        return self


class Dead(_UnitFault):
    """A unit that gives neither readings nor answers."""

    kind: Literal["dead"]


class Mute(_UnitFault):
    """A unit that measures, but neither answers nor obeys."""

    kind: Literal["mute"]


FaultSection = Annotated[Stuck | Dead | Mute, Field(discriminator="kind")]


class Outage(Interval):
    """Samples are lost on the way; without an end the source is dead."""


class Hold(Interval):
    """The vehicle comes to rest and holds still, which is no fault; afterwards it goes on as planned.

    It may hold only its translation, as in a coast while it turns, or only its rotation.
    """

    duration_s: Span
    motion: Literal["all", "translation", "rotation"] = "all"

    @property
    def length(self) -> int:
        """Samples."""
        return samples(self.duration_s)

    def stills(self, sensor: Sensor) -> bool:
        """Whether this sensor measures nothing of the planned motion meanwhile."""
        return self.motion in {"all", "translation" if sensor is Sensor.ACC else "rotation"}


def samples(seconds: float, period: float = PERIOD) -> int:
    """Return how many samples of `period` s `seconds` are."""
    return round(seconds / period)
