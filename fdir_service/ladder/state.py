"""State of the ladder: plain values, so that a snapshot can carry them."""

from dataclasses import field
from enum import StrEnum

from fdir_service.ladder.definitions import Mode
from pus.records import frozen, mutable

Key = tuple[int, ...]
"""What a mode applies to: () the whole ladder, (level,), or (level, number of the action)."""


class Phase(StrEnum):
    """Where a level stands."""

    IDLE = "idle"
    WAITING = "waiting"
    SENT = "sent"
    EXECUTED = "executed"
    EXHAUSTED = "exhausted"


@mutable
class LevelState:
    """Where a level stands.

    Attributes
    ----------
    causes : FMONs whose failure it is to resolve.
    spent : attempts taken of each action.
    feigned : how many of them were only walked through, since the mode was passive.
    action : number of the action under way, or of the last one.
    passive : whether that action was not really taken.
    request : ID of the request that waits for its verification; empty where a restart has lost that.
    deadline : WAITING: earliest time of the next action; SENT, EXECUTED: when the attempt has failed.
    relieved : whether the failure was not seen for a while after the action under way.
    blind : whether nothing has been established since a gap or silence: that is no relief.
    held : why the level does nothing at present, whatever the time.
    last : when the last action was taken.
    quiet : since when the level has had nothing to resolve, while attempts are spent.

    """

    spent: list[int]
    feigned: list[int]
    phase: Phase = Phase.IDLE
    causes: tuple[int, ...] = ()
    action: int = 0
    passive: bool = False
    request: bytes = b""
    deadline: int = 0
    relieved: bool = False
    blind: bool = False
    held: str = ""
    last: int | None = None
    quiet: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the level tries to resolve a failure."""
        return self.phase in (Phase.WAITING, Phase.SENT, Phase.EXECUTED)

    @property
    def is_at_rest(self) -> bool:
        """Whether the level has nothing to resolve, and has all its attempts."""
        return self.phase is Phase.IDLE and self.quiet is None

    @property
    def is_acting(self) -> bool:
        """Whether an action that has really been taken is to show its effect."""
        return self.phase in (Phase.SENT, Phase.EXECUTED) and not self.passive and not self.held

    def give_back(self) -> None:
        """Give all attempts back; a level that was exhausted can be entered again."""
        self.spent, self.feigned, self.quiet = [0] * len(self.spent), [0] * len(self.spent), None
        if self.phase is Phase.EXHAUSTED:
            self.phase, self.causes = Phase.IDLE, ()


@mutable
class Override:
    """A mode that the ground set; `until` (ns) it expires, None: it does not."""

    mode: Mode
    until: int | None = None


class Outcome(StrEnum):
    """What a step of the ladder tells."""

    ENTERED = "entered"
    WITHHELD = "withheld"
    SENT = "sent"
    EXECUTED = "executed"
    RESUMED = "resumed"
    FAILED = "failed"
    RECOVERED = "recovered"
    DONE = "done"
    EXHAUSTED = "exhausted"
    REARMED = "rearmed"
    RESTORED = "restored"
    MODE = "mode"


@frozen
class Step:
    """What the ladder did or found, as it is reported, recorded and counted.

    Attributes
    ----------
    level : its ID; None for a request that belongs to no level (an event-action's, a sequence's).
    action : number of the action in its level, or None.
    attempt : which attempt of the action.
    request : what is to be sent (SENT), or would have been (WITHHELD).
    causes : FMONs behind it.

    """

    time: int
    outcome: Outcome
    level: int | None = None
    action: int | None = None
    attempt: int = 0
    apid: int = 0
    reason: str = ""
    request: bytes = b""
    causes: tuple[int, ...] = field(default=())
    passive: bool = False
