"""Scenario files: what a simulated run is, as TOML."""

import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from sim.sections import FaultSection, Frozen, Hold, Interval, Mute, Outage, Span, samples
from sim.sensors import Sensor, Setting
from sim.unit import Cure


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` holds one line each, with key and reason."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{path}: {len(problems)} problem(s)\n{lines}")
        self.path = path
        self.problems = problems


class Ground(Frozen):
    """A telecommand of the ground, by name and words as ``fdir tc`` takes them; the vehicle ignores it."""

    at_s: Annotated[float, Field(ge=0.0)]
    tc: Annotated[str, Field(min_length=1)]
    unit: str | None = None


class Expectation(Frozen):
    """What on-board fault protection is expected to make of the run; the vehicle ignores it.

    Attributes
    ----------
    highest_level : of the levels that take an action, -1: none does.
    blamed : sensors that are reported as failed.

    """

    highest_level: Annotated[int, Field(ge=-1, le=4)]
    blamed: tuple[Sensor, ...] = ()


class Scenario(Frozen):
    """A run of the hopper.

    Attributes
    ----------
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
    expect: Expectation | None = None

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
    if problems := _late(scenario) + _overlapping_faults(scenario) + _overlapping_outages(scenario):
        raise ScenarioError(path, problems)
    return scenario


def _line(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    given = "" if isinstance(problem["input"], dict) else f" (got {problem['input']!r})"
    return f"{key}: {problem['msg']}{given}"


def _late(scenario: Scenario) -> list[str]:
    tables: dict[str, Sequence[Interval]] = {
        "faults": scenario.faults,
        "outages": scenario.outages,
        "holds": scenario.holds,
    }
    return [
        f"{name}.{k}.start_s: {section.start_s} s is not within the run of {scenario.duration_s} s"
        for name, sections in tables.items()
        for k, section in enumerate(sections)
        if section.start >= scenario.samples
    ]


def _overlapping_faults(scenario: Scenario) -> list[str]:
    """Two faults of a unit must not overlap; behind one that can be cleared another may follow.

    A mute unit may have another fault as well: the one is about its answers, the other about its readings.
    """

    def place(fault: FaultSection) -> tuple[str, str, bool]:
        return fault.sensor, fault.unit, isinstance(fault, Mute)

    order = sorted(enumerate(scenario.faults), key=lambda item: (*place(item[1]), item[1].start))
    return [
        f"faults.{k}.start_s: fault {j} of {later.sensor} unit {later.unit} is not over by then"
        for (j, earlier), (k, later) in itertools.pairwise(order)
        if place(earlier) == place(later) and not _may_be_over(earlier, later.start)
    ]


def _may_be_over(fault: FaultSection, sample: int) -> bool:
    if fault.stop is None:
        return fault.cleared_by is not Cure.NOTHING and fault.start < sample
    return fault.stop <= sample


def _overlapping_outages(scenario: Scenario) -> list[str]:
    order = sorted(enumerate(scenario.outages), key=lambda item: item[1].start)
    return [
        f"outages.{k}.start_s: outage {j} is not over by then"
        for (j, earlier), (k, later) in itertools.pairwise(order)
        if earlier.stop is None or earlier.stop > later.start
    ]
