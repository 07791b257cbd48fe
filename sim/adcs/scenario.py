"""Scenario files of the CubeSat: what a simulated run of its ADCS is, as TOML."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from sim import scenario_file
from sim.faults import Axes, DeadFault, Fault, Mode, MuteFault, StuckFault
from sim.scenario_file import Ground, ScenarioError
from sim.sections import Expectation, Frozen, Interval, UnitName, samples
from sim.unit import Cure

PERIOD_S: Final = 10.0
LONGEST_S: Final = 15 * 86_400.0
"""The mission of the data sets; a run is held in memory."""

Span = Annotated[float, Field(ge=PERIOD_S, le=LONGEST_S)]


class Sensor(StrEnum):
    """What can fail and has a redundant unit."""

    MAG = "mag"


class FaultKind(StrEnum):
    """What is wrong with a magnetometer."""

    ZERO = "zero"
    FROZEN = "frozen"
    DEAD = "dead"
    MUTE = "mute"


class Outage(Interval):
    """Samples are lost on the way; without an end the source is dead."""

    PERIOD_S: ClassVar[float] = PERIOD_S

    start_s: Span
    duration_s: Span | None = None


class MagnetometerFault(Outage):
    """What is wrong with one of the two magnetometers; without an end it stays, or until it is cleared."""

    kind: FaultKind
    unit: UnitName
    axes: Axes = Axes.ALL
    cleared_by: Cure = Cure.NOTHING

    @model_validator(mode="after")
    def _axes_where_they_mean_something(self) -> Self:
        if self.axes is not Axes.ALL and self.kind in {FaultKind.DEAD, FaultKind.MUTE}:
            raise ValueError(f"a unit that is {self.kind} is so on all axes")
        return self


class AdcsScenario(Frozen):
    """A run of the CubeSat's ADCS.

    Attributes
    ----------
    vehicle : which vehicle flies.
    name : for people and reports.
    seed : libration, spin and noise follow from it.
    satellite : whose sensor errors.
    duration_s : length of the run.
    boot_s, reinitialise_s : time without readings after a power cycle, after a reinitialisation.
    faults : what happens to the magnetometers.
    outages : when samples are lost.
    ground : telecommands that the ground sends meanwhile.
    expect : what is to come of it all, or None.

    """

    vehicle: Literal["cubesat-adcs"]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    seed: Annotated[int, Field(ge=0, lt=1 << 63)]
    satellite: Annotated[int, Field(ge=0, lt=1 << 63)] = 0
    duration_s: Span
    boot_s: Annotated[float, Field(ge=0.0, le=600.0)] = 30.0
    reinitialise_s: Annotated[float, Field(ge=0.0, le=600.0)] = 10.0
    faults: tuple[MagnetometerFault, ...] = ()
    outages: tuple[Outage, ...] = ()
    ground: tuple[Ground, ...] = ()
    expect: Expectation[Sensor] | None = None

    @property
    def samples(self) -> int:
        """Samples in the run."""
        return samples(self.duration_s, PERIOD_S)


def make(table: Mapping[str, Any], path: Path) -> AdcsScenario:
    """Make a scenario of what a file holds.

    Raises
    ------
    ScenarioError
        With every problem that was found.

    """
    scenario = scenario_file.validate(AdcsScenario, table, path)
    tables = {"faults": scenario.faults, "outages": scenario.outages}
    problems = [
        *scenario_file.late(tables, scenario.samples, scenario.duration_s),
        *scenario_file.overlapping_faults(scenario.faults, _place, _called),
        *scenario_file.overlapping_outages(scenario.outages),
    ]
    if problems:
        raise ScenarioError(path, problems)
    return scenario


def fault(kind: FaultKind, start: int, duration: int | None, axes: Axes = Axes.ALL) -> Fault:
    """Return what a fault does to readings, from sample `start` on, 1 or later."""
    match kind:
        case FaultKind.ZERO:
            width = 3 if axes is Axes.ALL else 1
            return StuckFault(start, duration, Mode.GIVEN, axes, noise=False, values=(0.0,) * width)
        case FaultKind.FROZEN:
            return StuckFault(start, duration, Mode.LAST, axes, noise=False)
        case FaultKind.DEAD:
            return DeadFault(start, duration)
        case _:
            return MuteFault(start, duration)


def _place(section: MagnetometerFault) -> tuple[str, bool]:
    return section.unit, section.kind is FaultKind.MUTE


def _called(section: MagnetometerFault) -> str:
    return f"magnetometer unit {section.unit}"
