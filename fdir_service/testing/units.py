"""Units as a test lets them behave: by default each obeys and answers at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fdir_service.ladder.definitions import Kind, Member
from fdir_service.mission import Mission
from fdir_service.mission.compiled import Unit
from fdir_service.testing.feed import Value
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Tm
from pus.st08 import FunctionManagement
from pus.st17 import Test

_NS = 1_000_000_000


class Reply(StrEnum):
    """How a unit answers a request."""

    COMPLETED = "completed"
    REFUSED = "refused"
    NONE = "none"


Effect = Mapping[str, Value] | Callable[[dict[int, float]], Mapping[str, Value]]
"""New values of parameters, or a function of the request's arguments (by ID) that returns them."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a unit does when it is asked: its answer, after how long (ns), and what then changes."""

    reply: Reply = Reply.COMPLETED
    after: int = 0
    then: Effect | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What comes of a request: at `due` (ns) these packets, and these new values."""

    due: int
    packets: list[Tm]
    values: Mapping[str, Value]


class SimulatedUnit:
    """One unit of the mission.

    It knows its functions and their arguments. After the function by which the mission switches it, the
    parameter that says which member is selected has the new value. All else is told by the test.
    """

    def __init__(self, mission: Mission, unit: Unit) -> None:
        self.name = unit.name
        functions = FunctionManagement(tuple(unit.functions.values()), self._perform)
        self._process = ApplicationProcess(unit.apid, (functions, Test()))
        self._selects = _selecting(mission, unit)
        self._selected = None if unit.selected is None else mission.parameters.by_id[unit.selected].name
        self._behaviours: dict[str, Behaviour] = {}
        self._performed: tuple[str, dict[int, float]] | None = None

    def obeys(self, function: str = "", then: Effect | None = None, after_s: float = 0.0) -> None:
        """Let the unit execute a function (all, if none is named) after a while; `then` values change."""
        self.behave(function, Behaviour(Reply.COMPLETED, round(after_s * _NS), then))

    def refuses(self, function: str = "", after_s: float = 0.0) -> None:
        """Let the unit answer TM[1,8]; nothing changes."""
        self.behave(function, Behaviour(Reply.REFUSED, round(after_s * _NS)))

    def is_mute(self, function: str = "", then: Effect | None = None) -> None:
        """Let the unit answer nothing; `then` values change all the same."""
        self.behave(function, Behaviour(Reply.NONE, then=then))

    def behave(self, function: str, behaviour: Behaviour) -> None:
        """Set what the unit does when it is asked for a function; for all of them, if none is named."""
        if not function:
            self._behaviours.clear()
        self._behaviours[function] = behaviour

    def take(self, request: bytes, time: int) -> Reaction:
        """Return the reaction to a request at `time` (ns)."""
        self._performed = None
        packets = self._process.execute(request, time)
        behaviour = self._behaviour()
        due = time + behaviour.after
        packets = [] if behaviour.reply is Reply.NONE else [replace(tm, time=due) for tm in packets]
        return Reaction(due, packets, self._values(behaviour))

    def _behaviour(self) -> Behaviour:
        default = self._behaviours.get("", Behaviour())
        return default if self._performed is None else self._behaviours.get(self._performed[0], default)

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:
        self._performed = name, arguments
        refused = self._behaviour().reply is Reply.REFUSED
        return Failure(FailureCode.NOT_EXECUTED) if refused else None

    def _values(self, behaviour: Behaviour) -> dict[str, Value]:
        """Return what changes: nothing if the request was no function of the unit, or is refused."""
        if self._performed is None or behaviour.reply is Reply.REFUSED:
            return {}
        name, arguments = self._performed
        values: dict[str, Value] = {}
        if self._selected and name in self._selects and behaviour.reply is Reply.COMPLETED:
            values[self._selected] = arguments[self._selects[name]]
        effect = behaviour.then(arguments) if callable(behaviour.then) else behaviour.then
        return values | dict(effect or {})


def _selecting(mission: Mission, unit: Unit) -> dict[str, int]:
    """Return by function the argument that says which member is selected."""
    return {
        action.function.name: argument
        for level in mission.levels
        for action in level.actions
        if action.kind is Kind.SWITCH and action.apid == unit.apid and action.function is not None
        for argument, value in action.arguments.items()
        if value is Member.REDUNDANT
    }
