"""Expectations of how things stand: statuses, levels, modes, failed members, values."""

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.state import Phase
from fdir_service.testing.expectation import Condition
from fdir_service.testing.names import Names
from fdir_service.testing.occurrences import FmonStatus, PmonStatus
from fdir_service.testing.state import State


class PmonIs(Condition):
    """A PMON has a checking status."""

    refers: ClassVar = {"pmon": "pmon"}

    pmon: str
    is_: PmonStatus = Field(alias="is")

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"PMON {self.pmon} is {self.is_}"

    def find_miss(self, state: State) -> str | None:
        """See `Condition`."""
        return _instead(state.pmon(self.pmon), self.is_)


class FmonIs(Condition):
    """An FMON has a checking status."""

    refers: ClassVar = {"fmon": "fmon"}

    fmon: str
    is_: FmonStatus = Field(alias="is")

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"FMON {self.fmon} is {self.is_}"

    def find_miss(self, state: State) -> str | None:
        """See `Condition`."""
        return _instead(state.fmon(self.fmon), self.is_)


class LevelIs(Condition):
    """A level is in a phase, is held for a reason, or has spent so many attempts of each action."""

    refers: ClassVar = {"level": "level"}

    level: str
    is_: Phase | None = Field(None, alias="is")
    attempts: tuple[int, ...] | None = None
    held: str | None = None

    @model_validator(mode="after")
    def _check_any(self) -> "LevelIs":
        if (self.is_, self.attempts, self.held) == (None, None, None):
            raise ValueError("nothing is expected of the level")
        return self

    @property
    def what(self) -> str:
        """See `Expectation`."""
        words = [f"is {self.is_}" if self.is_ else "", f"held {self.held!r}" if self.held is not None else ""]
        words += [f"attempts {list(self.attempts)}" if self.attempts is not None else ""]
        return f"level {self.level} {', '.join(filter(None, words))}"

    def find_miss(self, state: State) -> str | None:
        """See `Condition`."""
        found = state.level(self.level)
        good = (
            self.is_ in (None, found.phase)
            and self.attempts in (None, tuple(found.spent))
            and self.held in (None, found.held)
        )
        held = f", held {found.held!r}" if found.held else ""
        return None if good else f"it is {found.phase}, attempts {found.spent}{held}"


class ModeIs(Condition):
    """A mode is in force for the whole ladder, a level, or an action."""

    refers: ClassVar = {"level": "level"}

    mode: Mode
    level: str | None = None
    action: str | None = None

    @property
    def what(self) -> str:
        """See `Expectation`."""
        place = " ".join(word for word in ("ladder", self.level, self.action) if word)
        return f"mode of {place} is {self.mode}"

    def find_wrong(self, names: Names) -> Iterator[tuple[str, str]]:
        """See `Expectation`."""
        yield from super().find_wrong(names)
        if self.action is not None and not names.has_action(self.level, self.action):
            yield "action", f"level {self.level!r} has no action {self.action!r}"

    def find_miss(self, state: State) -> str | None:
        """See `Condition`."""
        return _instead(state.mode(self.level, self.action), self.mode)


class MembersFailed(Condition):
    """These members of a unit are not selected again until the ground restores them."""

    refers: ClassVar = {"unit": "unit"}

    failed: tuple[int, ...]
    unit: str

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"failed members of {self.unit} are {list(self.failed)}"

    def find_miss(self, state: State) -> str | None:
        """See `Condition`."""
        found = state.failed_members(self.unit)
        return None if found == sorted(self.failed) else f"they are {found}"


class ValueIs(Condition):
    """A parameter has a value; NaN: it is not known."""

    refers: ClassVar = {"parameter": "parameter"}

    parameter: str
    is_: Annotated[float, Field(alias="is", allow_inf_nan=True)]

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"parameter {self.parameter} is {self.is_:g}"

    def find_miss(self, state: State) -> str | None:
        """See `Condition`."""
        found = state.value(self.parameter)
        good = found == self.is_ or (math.isnan(found) and math.isnan(self.is_))
        return None if good else f"it is {found:g}"


def _instead(found: str, wanted: str) -> str | None:
    return None if found == wanted else f"it is {found}"
