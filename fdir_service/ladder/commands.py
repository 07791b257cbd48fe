"""The ladder's ST[08] functions: event-actions enter it by them, the ground commands it by them."""

from collections.abc import Mapping

from fdir_service.ladder.definitions import MODES
from fdir_service.ladder.ladder import Ladder
from fdir_service.ladder.state import Key, Step
from pus import codec
from pus.failure import Failure, FailureCode
from pus.packets import Tc
from pus.parameters import ValueType
from pus.st08 import PERFORM, SERVICE, Function

RECOVER = Function("RECOVER", {1: ValueType.U8})
LADDER_MODE = Function("LADDER_MODE", {1: ValueType.U8, 2: ValueType.U32})
LEVEL_MODE = Function("LEVEL_MODE", {1: ValueType.U8, 2: ValueType.U8, 3: ValueType.U32})
ACTION_MODE = Function("ACTION_MODE", {1: ValueType.U8, 2: ValueType.U8, 3: ValueType.U8, 4: ValueType.U32})
REARM_LEVEL = Function("REARM_LEVEL", {1: ValueType.U8})
RESTORE_UNIT = Function("RESTORE_UNIT", {1: ValueType.U16, 2: ValueType.U32})

MODE_FUNCTIONS = (LADDER_MODE, LEVEL_MODE, ACTION_MODE)
FUNCTIONS = (RECOVER, *MODE_FUNCTIONS, REARM_LEVEL, RESTORE_UNIT)
"""Arguments: a level's ID (and an action's number from 1), a mode (0 inhibited, 1 passive, 2 active), and
the seconds until it expires (0: never). RESTORE_UNIT takes an APID and the member that is sound again."""

_NS = 1_000_000_000


def sets_mode(request: Tc) -> bool:
    """Whether a request sets a mode, which is to survive a restart."""
    names = {codec.characters(function.name) for function in MODE_FUNCTIONS}
    return (request.service, request.subtype) == (SERVICE, PERFORM) and request.data[:16] in names


class Commands:
    """Checks each request when it comes, and carries it out when its time is known."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._waiting: list[tuple[str, dict[int, float]]] = []

    def perform(self, name: str, arguments: dict[int, float]) -> Failure | None:
        """Take a request; see `pus.st08.Performer`."""
        if wrong := self._find_wrong(name, arguments):
            return Failure(FailureCode.BAD_ARGUMENT, wrong)
        self._waiting.append((name, arguments))
        return None

    def carry_out(self, time: int) -> list[Step]:
        """Carry out the requests that were taken."""
        waiting, self._waiting = self._waiting, []
        return [step for name, arguments in waiting for step in self._carry_out(name, arguments, time)]

    def _find_wrong(self, name: str, arguments: Mapping[int, float]) -> int:
        """Return the ID of the first wrong argument, or 0."""
        if name == RESTORE_UNIT.name:
            return 0 if _member(arguments) in self._ladder.failed else 2
        if name in (RECOVER.name, REARM_LEVEL.name):
            return 0 if int(arguments[1]) in self._ladder.states else 1
        key, mode, _ = _mode(name, arguments)
        places = [key[: n + 1] for n in range(len(key))]
        unknown = (n + 1 for n, place in enumerate(places) if place not in self._ladder.modes)
        return next(unknown, 0 if mode < len(MODES) else len(key) + 1)

    def _carry_out(self, name: str, arguments: Mapping[int, float], time: int) -> list[Step]:
        ladder = self._ladder
        if name == RECOVER.name:
            return ladder.enter(int(arguments[1]), time)
        if name == REARM_LEVEL.name:
            return [ladder.rearm(int(arguments[1]), time)]
        if name == RESTORE_UNIT.name:
            return [ladder.restore(*_member(arguments), time)]
        key, mode, seconds = _mode(name, arguments)
        until = time + seconds * _NS if seconds else None
        return [ladder.set_mode(key, MODES[mode], until, time)]


def _member(arguments: Mapping[int, float]) -> tuple[int, int]:
    return int(arguments[1]), int(arguments[2])


def _mode(name: str, arguments: Mapping[int, float]) -> tuple[Key, int, int]:
    """Return the place, the raw mode and the seconds of a request for a mode."""
    numbers = [int(arguments[k]) for k in sorted(arguments)]
    *place, mode, seconds = numbers
    if name == ACTION_MODE.name:
        place[1] -= 1
    return tuple(place), mode, seconds
