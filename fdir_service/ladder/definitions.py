"""Definitions of the FDIR ladder: levels 0 (unit internal) to 4 (safe mode), each with actions in order.

Levels of the same number may stand side by side, one for each unit or subsystem. Numbering and meaning
follow the five-level scheme of European practice (Olive, "FDI(R) for satellites", 2012).
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from pus.codec import DEFAULT, Codec, characters
from pus.packets import Tc
from pus.records import frozen
from pus.st08 import PERFORM, Function
from pus.st08 import SERVICE as ST08
from pus.st21 import ACTIVATE
from pus.st21 import SERVICE as ST21


class Mode(StrEnum):
    """What the ladder may do: act, only tell what it would have done, or nothing at all."""

    INHIBITED = "inhibited"
    PASSIVE = "passive"
    ACTIVE = "active"


MODES = tuple(Mode)
"""Modes by raw value, the most restrictive first."""


class Kind(StrEnum):
    """What an action does to the vehicle."""

    RETRY = "retry"
    REINITIALISE = "reinitialise"
    POWER_CYCLE = "power_cycle"
    SWITCH = "switch"
    RECONFIGURE = "reconfigure"
    RESTART = "restart"
    SAFE_MODE = "safe_mode"


class Member(StrEnum):
    """An argument that is known only when the action is taken: a member of a redundant unit."""

    SELECTED = "selected"
    REDUNDANT = "redundant"


@frozen
class Action:
    """One action of a level.

    Attributes
    ----------
    apid : who is asked: a unit, or our own process for a request sequence.
    function, arguments : the ST[08] function and its arguments by ID, or
    sequence : the ST[21] request sequence.
    attempts : how often the action may be taken before the level goes on to the next one.
    reply : no TM[1,7] within this time: the attempt failed (ns).
    confirm : not nominal again within this time after it: the attempt failed (ns).
    needs_nominal : False: TM[1,7] alone confirms the action.
    needs_classical : the action waits until a check that no detector feeds is violated as well.
    codec : how wide the fields of the request are.

    """

    name: str
    kind: Kind
    apid: int
    function: Function | None = None
    arguments: Mapping[int, float | Member] = field(default_factory=dict)
    sequence: str = ""
    attempts: int = 1
    reply: int = 0
    confirm: int = 0
    needs_nominal: bool = True
    needs_classical: bool = False
    mode: Mode = Mode.ACTIVE
    codec: Codec = DEFAULT

    @property
    def members(self) -> frozenset[Member]:
        """Members of the unit that must be known to take the action; a switch leaves the selected one."""
        named = {value for value in self.arguments.values() if isinstance(value, Member)}
        return frozenset(named | ({Member.SELECTED} if self.kind is Kind.SWITCH else set()))

    def request(self, members: Mapping[Member, int], count: int) -> bytes:
        """Return the request packet; `count` tells the verification reports of attempts apart."""
        if self.function is None:
            return Tc(self.apid, ST21, ACTIVATE, characters(self.sequence), sequence=count).pack()
        values = {k: members[v] if isinstance(v, Member) else v for k, v in self.arguments.items()}
        return Tc(self.apid, ST08, PERFORM, self.function.encode(values, self.codec), sequence=count).pack()


@frozen
class Level:
    """One level of the ladder.

    Attributes
    ----------
    number : 0 unit internal, 1 unit, 2 subsystem, 3 system, 4 safe mode.
    fmons : FMONs whose failure enters the level.
    below : IDs of the levels whose exhaustion enters it.
    actions : in the order in which they are taken.
    wait : confirmation time between the failure of an FMON and the first action (ns).
    cooldown : least time between two actions of the level (ns).
    rearm : after so long without a failure the attempts are given back (ns).
    latch : an exhausted level stays so until the ground re-arms it.

    """

    id: int
    name: str
    number: int
    fmons: tuple[int, ...]
    below: tuple[int, ...]
    actions: tuple[Action, ...]
    wait: int = 0
    cooldown: int = 0
    rearm: int = 0
    latch: bool = True
    mode: Mode = Mode.ACTIVE

    @property
    def longest(self) -> int:
        """Longest time in which the level resolves a failure or is exhausted (ns)."""
        attempts = ((a.attempts, a.reply + a.confirm) for a in self.actions)
        return self.wait + sum(n * max(each, self.cooldown) for n, each in attempts)

    @property
    def settle(self) -> int:
        """Time in which a failure shows itself again after a gap (ns)."""
        return max((action.confirm for action in self.actions), default=0)
