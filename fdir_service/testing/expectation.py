"""What every expectation of a chain test has in common: when, how often, and how a miss reads."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from fdir_service.mission.sections import Section
from fdir_service.testing.names import ANY, Names
from fdir_service.testing.records import Record
from fdir_service.testing.state import State

Seconds = Annotated[float, Field(ge=0, le=0xFFFF_FFFF)]
_ROUNDING = 2e-5
"""s; a TM packet tells time in steps of 2^-16 s."""


class Expectation(Section):
    """What a chain test expects.

    `refers` says of which kind the name in a field is.
    """

    refers: ClassVar[Mapping[str, str]] = {}

    at_s: Seconds | None = None

    @property
    def begin(self) -> float | None:
        """Earliest time at which it may be met or missed (s), or None: any."""
        return self.at_s

    @property
    def end(self) -> float | None:
        """Time (s) that the test must have reached for it to be judged, or None."""
        return self.at_s

    @property
    @abstractmethod
    def what(self) -> str:
        """What is expected, in words."""

    def find_wrong(self, names: Names) -> Iterator[tuple[str, str]]:
        """Yield (field, reason) for names that the mission does not have."""
        for field, kind in self.refers.items():
            name = getattr(self, field)
            if name not in (None, ANY) and (reason := names.find_wrong(kind, name)):
                yield field, reason


class Condition(Expectation):
    """How things stand: at the end of what happens at `at_s`, or at the end of the test."""

    @abstractmethod
    def find_miss(self, state: State) -> str | None:
        """Return how things stand instead, or None if they are as expected."""


class Occurrence(Expectation):
    """That something happens: at a time, within an interval (ends included), or at all.

    Without `times` at least once, otherwise just so often; 0: not at all.
    """

    within_s: tuple[Seconds, Seconds] | None = None
    times: Annotated[int, Field(ge=0)] | None = None
    tolerance_samples: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _check_times(self) -> "Occurrence":
        if self.at_s is not None and self.within_s is not None:
            raise ValueError("either at_s or within_s")
        if self.within_s is not None and self.within_s[0] > self.within_s[1]:
            raise ValueError("within_s ends before it begins")
        return self

    @property
    def begin(self) -> float | None:
        """See `Expectation`."""
        return self.at_s if self.within_s is None else self.within_s[0]

    @property
    def end(self) -> float | None:
        """See `Expectation`."""
        return self.at_s if self.within_s is None else self.within_s[1]

    @abstractmethod
    def matches(self, record: Record) -> bool:
        """Whether a record is what is expected, whenever it comes."""

    def find_miss(self, records: Iterable[Record], slack: float) -> str | None:
        """Return what happened instead, or None if it is as expected; `slack` in seconds."""
        alike = [record.time_s for record in records if self.matches(record)]
        found = [time for time in alike if self._is_in_time(time, slack + _ROUNDING)]
        if bool(found) if self.times is None else len(found) == self.times:
            return None
        if self.times is not None:
            return f"came {_times(len(found))}{_at(found)}, not {_times(self.times)}"
        return f"came{_at(alike)} instead" if alike else "never came"

    def _is_in_time(self, time: float, slack: float) -> bool:
        if self.begin is None or self.end is None:
            return True
        return self.begin - slack <= time <= self.end + slack

    @property
    def when(self) -> str:
        """When it is expected, in words."""
        if self.within_s is not None:
            return f" within {self.within_s[0]:.3f} s to {self.within_s[1]:.3f} s"
        return "" if self.at_s is None else f" at {self.at_s:.3f} s"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _at(times: list[float]) -> str:
    shown = ", ".join(f"{time:.3f}" for time in times[:5])
    return f" at {shown}{', ...' if len(times) > 5 else ''} s" if times else ""
