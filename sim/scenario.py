"""Scenario files of the hopper: what a simulated run is, as TOML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from sim import scenario_file
from sim.scenario_file import Ground, ScenarioError
from sim.sections import Expectation, FaultSection, Frozen, Hold, Mute, Outage, Span, samples
from sim.sensors import Sensor, Setting

__all__ = ["Expectation", "Ground", "Scenario", "ScenarioError", "load"]


class Scenario(Frozen):
    """A run of the hopper.

    Attributes
    ----------
    vehicle : which vehicle flies.
    name : for people and reports.
    seed : everything random follows from it.
    duration_s : length of the run.
    setting : noise of the sensors.
    heading_deg : direction of the hop.
    boot_s : time without readings after a power cycle.
    reinitialise_s : time without readings after a reinitialisation.
    faults : what happens to the units.
    outages : when samples are lost.
    holds : when the vehicle holds still.
    ground : telecommands that the ground sends meanwhile.
    expect : what is to come of it all, or None.

    """

    vehicle: Literal["hopper"] = "hopper"
    name: Annotated[str, Field(min_length=1, max_length=64)]
    seed: Annotated[int, Field(ge=0, lt=1 << 63)]
    duration_s: Span
    setting: Setting = Setting.N
    heading_deg: Annotated[float, Field(ge=-360.0, le=360.0)] = 0.0
    boot_s: Annotated[float, Field(ge=0.0, le=600.0)] = 2.0
    reinitialise_s: Annotated[float, Field(ge=0.0, le=600.0)] = 0.5
    faults: tuple[FaultSection, ...] = ()
    outages: tuple[Outage, ...] = ()
    holds: tuple[Hold, ...] = ()
    ground: tuple[Ground, ...] = ()
    expect: Expectation[Sensor] | None = None

    @property
    def samples(self) -> int:
        """Samples in the run."""
        return samples(self.duration_s)


def load(path: Path) -> Scenario:
    """Load a scenario file.

    Raises
    ------
    ScenarioError
        With every problem that was found.

    """
    return make(scenario_file.read(path), path)


def make(table: Mapping[str, Any], path: Path) -> Scenario:
    """Make a scenario of what a file holds; raises `ScenarioError`."""
    scenario = scenario_file.validate(Scenario, table, path)
    tables = {"faults": scenario.faults, "outages": scenario.outages, "holds": scenario.holds}
    problems = [
        *scenario_file.late(tables, scenario.samples, scenario.duration_s),
        *scenario_file.overlapping_faults(scenario.faults, _place, _called),
        *scenario_file.overlapping_outages(scenario.outages),
    ]
    if problems:
        raise ScenarioError(path, problems)
    return scenario


def _place(fault: FaultSection) -> tuple[str, str, bool]:
    """Return where a fault is: a mute unit may have another fault, since that is about its readings."""
    return fault.sensor, fault.unit, isinstance(fault, Mute)


def _called(fault: FaultSection) -> str:
    return f"{fault.sensor} unit {fault.unit}"
