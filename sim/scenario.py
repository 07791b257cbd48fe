"""Scenario files: what a simulated run is, as TOML."""

import itertools
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from sim.faults import Axes, Mode
from sim.sensors import Sensor, Setting
from sim.trajectory import PERIOD

LONGEST_S = 6 * 3600.0
"""A run is held in memory."""

UnitName = Literal["A", "B"]


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` holds one line each, with key and reason."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{path}: {len(problems)} problem(s)\n{lines}")
        self.path = path
        self.problems = problems


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _UnitFault(_Frozen):
    """Where and when; without `duration_s` a fault is permanent unless something clears it."""

    sensor: Sensor
    unit: UnitName
    start_s: Annotated[float, Field(ge=PERIOD, le=LONGEST_S)]
    duration_s: Annotated[float, Field(ge=PERIOD, le=LONGEST_S)] | None = None
    cleared_by: Literal["nothing", "power_cycle"] = "nothing"

    @property
    def start(self) -> int:
        """First sample of the fault."""
        return round(self.start_s / PERIOD)

    @property
    def duration(self) -> int | None:
        """Samples, or None."""
        return None if self.duration_s is None else round(self.duration_s / PERIOD)


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


FaultSection = Annotated[Stuck | Dead, Field(discriminator="kind")]


class Scenario(_Frozen):
    """A run of the hopper.

    Attributes
    ----------
    name : for people and reports.
    seed : everything random follows from it.
    duration_s : length of the run.
    setting : noise of the sensors.
    heading_deg : direction of the hop.
    boot_s : time without readings after a power cycle.
    faults : what happens to the units.

    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    seed: Annotated[int, Field(ge=0, lt=1 << 63)]
    duration_s: Annotated[float, Field(ge=PERIOD, le=LONGEST_S)]
    setting: Setting = Setting.N
    heading_deg: Annotated[float, Field(ge=-360.0, le=360.0)] = 0.0
    boot_s: Annotated[float, Field(ge=0.0, le=600.0)] = 2.0
    faults: tuple[FaultSection, ...] = ()

    @property
    def samples(self) -> int:
        """Samples in the run."""
        return round(self.duration_s / PERIOD)


def load(path: Path) -> Scenario:
    """Load a scenario file.

    Raises
    ------
    ScenarioError
        With every problem that was found.

    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ScenarioError(path, [f"cannot be read: {error.strerror}"]) from None
    except ValueError as error:
        raise ScenarioError(path, [f"not TOML: {error}"]) from None
    try:
        scenario = Scenario.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(path, [_line(problem) for problem in error.errors()]) from None
    if problems := _late(scenario) + _overlapping(scenario):
        raise ScenarioError(path, problems)
    return scenario


def _line(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    given = "" if isinstance(problem["input"], dict) else f" (got {problem['input']!r})"
    return f"{key}: {problem['msg']}{given}"


def _late(scenario: Scenario) -> list[str]:
    return [
        f"faults.{k}.start_s: {fault.start_s} s is not within the run of {scenario.duration_s} s"
        for k, fault in enumerate(scenario.faults)
        if fault.start >= scenario.samples
    ]


def _overlapping(scenario: Scenario) -> list[str]:
    """Two faults of a unit must not overlap; behind one that a power cycle clears another may follow."""
    order = sorted(enumerate(scenario.faults), key=lambda item: (item[1].sensor, item[1].unit, item[1].start))
    return [
        f"faults.{k}.start_s: fault {j} of {later.sensor} unit {later.unit} is not over by then"
        for (j, earlier), (k, later) in itertools.pairwise(order)
        if (earlier.sensor, earlier.unit) == (later.sensor, later.unit)
        and not _may_be_over(earlier, later.start)
    ]


def _may_be_over(fault: FaultSection, sample: int) -> bool:
    if fault.duration is None:
        return fault.cleared_by == "power_cycle" and fault.start < sample
    return fault.start + fault.duration <= sample
