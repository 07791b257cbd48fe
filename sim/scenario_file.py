"""What all scenario files have in common: how they are read, and how their problems are told."""

import itertools
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from sim.sections import Frozen, Interval
from sim.unit import Cure

Model = TypeVar("Model", bound=BaseModel)


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


class UnitFault(Protocol):
    """A fault in a unit, as a file tells it."""

    @property
    def unit(self) -> str:
        """Which unit of a pair."""
        ...

    @property
    def start_s(self) -> float:
        """Seconds into the run."""
        ...

    @property
    def start(self) -> int:
        """First sample."""
        ...

    @property
    def stop(self) -> int | None:
        """First sample after it, or None."""
        ...

    @property
    def cleared_by(self) -> Cure:
        """What clears it."""
        ...


Fault = TypeVar("Fault", bound=UnitFault)


def read(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises `ScenarioError`."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ScenarioError(path, [f"cannot be read: {error.strerror}"]) from None
    except ValueError as error:
        raise ScenarioError(path, [f"not TOML: {error}"]) from None


def validate(model: type[Model], table: Mapping[str, Any], path: Path) -> Model:
    """Make a scenario of a table; raises `ScenarioError`."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(path, [_line(problem) for problem in error.errors()]) from None


def late(tables: Mapping[str, Sequence[Interval]], samples: int, duration_s: float) -> list[str]:
    """Return a line for each section that begins after the run of `samples`."""
    return [
        f"{name}.{k}.start_s: {section.start_s} s is not within the run of {duration_s} s"
        for name, sections in tables.items()
        for k, section in enumerate(sections)
        if section.start >= samples
    ]


def overlapping_faults(
    faults: Sequence[Fault], place: Callable[[Fault], tuple[Any, ...]], called: Callable[[Fault], str]
) -> list[str]:
    """Return a line for each fault that begins before the one at the same place is over.

    Behind one that can be cleared another may follow.
    """
    order = sorted(enumerate(faults), key=lambda item: (*place(item[1]), item[1].start))
    return [
        f"faults.{k}.start_s: fault {j} of {called(later)} is not over by then"
        for (j, earlier), (k, later) in itertools.pairwise(order)
        if place(earlier) == place(later) and not _may_be_over(earlier, later.start)
    ]


def overlapping_outages(outages: Sequence[Interval]) -> list[str]:
    """Return a line for each outage that begins before the one before is over."""
    order = sorted(enumerate(outages), key=lambda item: item[1].start)
    return [
        f"outages.{k}.start_s: outage {j} is not over by then"
        for (j, earlier), (k, later) in itertools.pairwise(order)
        if earlier.stop is None or earlier.stop > later.start
    ]


def _line(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    given = "" if isinstance(problem["input"], dict) else f" (got {problem['input']!r})"
    return f"{key}: {problem['msg']}{given}"


def _may_be_over(fault: UnitFault, sample: int) -> bool:
    if fault.stop is None:
        return fault.cleared_by is not Cure.NOTHING and fault.start < sample
    return fault.stop <= sample
