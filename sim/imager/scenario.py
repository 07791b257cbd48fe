"""Scenario files of the imager: what a simulated run is, as TOML."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from sim import scenario_file
from sim.imager.faults import SEVERITY, FaultKind, PayloadFault
from sim.scenario_file import Ground, ScenarioError
from sim.sections import Expectation, Frozen, Interval, samples
from sim.unit import Cure

PERIOD_S: Final = 10.0
LONGEST_S: Final = 15 * 86_400.0
_MOST: Final = {FaultKind.NOISE: 255.0, FaultKind.DEFOCUS: 32.0}
"""Largest severity of what is no share."""

Span = Annotated[float, Field(ge=PERIOD_S, le=LONGEST_S)]


class Sensor(StrEnum):
    """What can fail."""

    IMAGER = "imager"


class Outage(Interval):
    """Images are lost on the way; without an end the source is dead."""

    PERIOD_S: ClassVar[float] = PERIOD_S

    start_s: Span
    duration_s: Span | None = None


class ImagerFault(Outage):
    """What is wrong with the imager; without an end it stays, or until it is cleared."""

    kind: FaultKind
    severity: Annotated[float, Field(gt=0.0)] | None = None
    cleared_by: Cure = Cure.NOTHING
    unit: Literal["A"] = "A"

    @model_validator(mode="after")
    def _severity_of_its_kind(self) -> Self:
        if (self.severity is None) is not (self.kind not in SEVERITY):
            raise ValueError(f"{self.kind}: severity: {SEVERITY.get(self.kind, 'there is none')}")
        if self.severity is not None and self.severity > (most := _MOST.get(self.kind, 1.0)):
            raise ValueError(f"{self.kind}: a severity of {self.severity}, at most {most}")
        return self

    @property
    def fault(self) -> PayloadFault:
        """The fault, in frames."""
        return PayloadFault(self.kind, self.severity or 0.0, self.start, self.duration)


class ImagerScenario(Frozen):
    """A run of the imager, an image every 10 s.

    Attributes
    ----------
    vehicle : which vehicle flies.
    name : for people and reports.
    seed : scenes, noise and lost lines follow from it.
    size : pixels along an edge of an image.
    cloud_share : how many of the scenes are cloudy.
    duration_s : length of the run.
    boot_s : time without images after a power cycle.
    faults : what happens to the imager.
    outages : when images are lost.
    ground : telecommands that the ground sends meanwhile.
    expect : what is to come of it all, or None.

    """

    vehicle: Literal["imager"]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    seed: Annotated[int, Field(ge=0, lt=1 << 63)]
    size: Annotated[int, Field(ge=16, le=1024)] = 64
    cloud_share: Annotated[float, Field(ge=0.0, le=1.0)] = 0.4
    duration_s: Span
    boot_s: Annotated[float, Field(ge=0.0, le=600.0)] = 30.0
    faults: tuple[ImagerFault, ...] = ()
    outages: tuple[Outage, ...] = ()
    ground: tuple[Ground, ...] = ()
    expect: Expectation[Sensor] | None = None

    @property
    def samples(self) -> int:
        """Images in the run."""
        return samples(self.duration_s, PERIOD_S)


def make(table: Mapping[str, Any], path: Path) -> ImagerScenario:
    """Make a scenario of what a file holds.

    Raises
    ------
    ScenarioError
        With every problem that was found.

    """
    scenario = scenario_file.validate(ImagerScenario, table, path)
    tables = {"faults": scenario.faults, "outages": scenario.outages}
    problems = [
        *scenario_file.late(tables, scenario.samples, scenario.duration_s),
        *scenario_file.overlapping_faults(scenario.faults, lambda fault: (fault.kind,), _called),
        *scenario_file.overlapping_outages(scenario.outages),
    ]
    if problems:
        raise ScenarioError(path, problems)
    return scenario


def _called(section: ImagerFault) -> str:
    return f"the imager ({section.kind})"
