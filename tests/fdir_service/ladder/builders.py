"""Ladders of a few levels, what is known of their vehicle, and a hand that leads both through time."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from fdir_service.ladder.definitions import Action, Kind, Level, Member, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.ladder import Ladder
from fdir_service.ladder.state import Outcome, Step
from pus.packets import decode_tc, request_id
from pus.parameters import ValueType
from pus.st08 import Function

REPLY, CONFIRM = 5, 20
RESET = Function("RESET", {})
CYCLE = Function("POWER_CYCLE", {1: ValueType.U8})
SELECT = Function("SELECT_UNIT", {1: ValueType.U8})
WORST_FIRST = (Cause.VIOLATED, Cause.SILENT, Cause.UNKNOWN)


def action(name: str = "retry", kind: Kind = Kind.RETRY, **changes) -> Action:
    defaults = {"apid": 81, "function": RESET, "reply": REPLY, "confirm": CONFIRM}
    return Action(name, kind, **(defaults | changes))


def switch(**changes) -> Action:
    return action("switch", Kind.SWITCH, function=SELECT, arguments={1: Member.REDUNDANT}, **changes)


def level(number: int = 0, *actions: Action, known=None, fmons=(1,), below=(), **changes) -> Level:
    """A level whose ID is `known`, or one more than its number."""
    known = known or number + 1
    changes = {"rearm": 10_000} | changes
    return Level(
        known, f"level-{known}", number, tuple(fmons), tuple(below), actions or (action(),), **changes
    )


def tower(*floors: Level) -> Ladder:
    """A ladder that may act."""
    return Ladder(floors, Mode.ACTIVE)


@dataclass
class Known:
    """What is known of a vehicle, as `Evidence` tells it: FMONs that are not nominal, members in use."""

    causes: dict[int, Cause] = field(default_factory=dict)
    classical: bool = True
    selected: dict[int, int] = field(default_factory=lambda: {81: 0})
    units: Mapping[int, tuple[int, ...]] = field(default_factory=lambda: {81: (0, 1)})

    def cause(self, fmons: Iterable[int]) -> Cause:
        found = [self.causes.get(fmon, Cause.NOMINAL) for fmon in fmons]
        return next((cause for cause in WORST_FIRST if cause in found), Cause.NOMINAL)

    def agrees(self, fmons: Iterable[int]) -> bool:
        return self.classical and self.cause(fmons) is Cause.VIOLATED

    def members(self, apid: int, failed: Set[tuple[int, int]]) -> dict[Member, int]:
        if apid not in self.selected:
            return {}
        used = self.selected[apid]
        sound = [k for k in self.units[apid] if k != used and (apid, k) not in failed]
        return {Member.SELECTED: used} | ({Member.REDUNDANT: sound[0]} if sound else {})


def said(steps: Iterable[Step]) -> list[str]:
    """Return steps as short words: level/action outcome (reason)."""
    words = []
    for step in steps:
        place = "" if step.level is None else f"{step.level}"
        place += "" if step.action is None else f"/{step.action}"
        words.append(f"{place} {step.outcome}" + (f" ({step.reason})" if step.reason else ""))
    return words


class Hand:
    """Leads a ladder and what is known through time; keeps the requests that were sent."""

    def __init__(self, *floors: Level, mode: Mode = Mode.ACTIVE, nag: int = 0) -> None:
        self.ladder = Ladder(floors, mode, nag)
        self.known = Known()
        self.time = 0
        self.steps: list[Step] = []

    def at(self, time: int) -> list[str]:
        """Judge at a time."""
        return self._keep(time, [])

    def fail(self, fmon: int = 1, *, level: int = 1, time: int | None = None) -> list[str]:
        """Let an FMON fail, whose event enters a level."""
        self.known.causes[fmon] = Cause.VIOLATED
        at = self.time if time is None else time
        return self._keep(at, self.ladder.enter(level, at))

    def becomes(self, cause: Cause, fmon: int = 1, *, time: int | None = None) -> list[str]:
        """Let a cause change."""
        self.known.causes[fmon] = cause
        return self._keep(self.time if time is None else time, [])

    def answer(self, *, success: bool = True, time: int | None = None) -> list[str]:
        """Let the unit verify the request that was sent last."""
        at = self.time if time is None else time
        return self._keep(at, self.ladder.verified(request_id(self.requests[-1]), success, at))

    def mode(self, mode: Mode, *key: int, until: int | None = None, time: int | None = None) -> list[str]:
        at = self.time if time is None else time
        return self._keep(at, [self.ladder.set_mode(key, mode, until, at)])

    def to_the_end(self) -> list[str]:
        """Judge at every deadline until there is none; nobody answers and nothing changes."""
        words = []
        while (due := self.ladder.deadline) is not None:
            words += self.at(due)
            assert len(words) < 1000
        return words

    def _keep(self, time: int, steps: list[Step]) -> list[str]:
        self.time = time
        steps = steps + self.ladder.judge(self.known, time)  # type: ignore[arg-type]
        self.steps += steps
        return said(steps)

    @property
    def requests(self) -> list[bytes]:
        """What was sent."""
        return [step.request for step in self.steps if step.outcome is Outcome.SENT]

    @property
    def functions(self) -> list[tuple[str, int | None]]:
        """Name and argument of each function that was sent."""
        data = [decode_tc(request).data for request in self.requests]
        return [(d[:16].rstrip(b"\0").decode(), d[-1] if len(d) > 16 else None) for d in data]
