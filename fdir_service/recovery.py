"""Recovery: what happens to a request that an event-action releases to a unit. Pure; time is an argument.

An attempt waits for the unit's TM[1,7], then for the cause to be nominal again. Confirmed, it re-arms the
latched FMONs of its event; without an answer or a nominal status in time it has failed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pus.packets import apid_of, request_id

Mode = Literal["active", "passive", "inhibited"]


class Phase(StrEnum):
    """Where an attempt stands."""

    WITHHELD = "withheld"
    SENT = "sent"
    EXECUTED = "executed"
    RECOVERED = "recovered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an attempt, as it is reported and counted; `event` is None for a sequence's request."""

    time: int
    event: int | None
    apid: int
    phase: Phase
    reason: str = ""


@dataclass(slots=True)
class Attempt:
    """A request under way."""

    event: int
    request: bytes
    deadline: int
    phase: Phase = Phase.SENT

    @property
    def apid(self) -> int:
        """Who was asked."""
        return apid_of(self.request)


@dataclass(slots=True)
class Recovery:
    """All attempts of one application process, at most one an event."""

    mode: Mode
    reply_ns: int
    confirm_ns: int
    attempts: dict[int, Attempt] = field(default_factory=dict)

    @property
    def deadline(self) -> int | None:
        """When the next attempt times out (ns), or None."""
        return min((attempt.deadline for attempt in self.attempts.values()), default=None)

    def release(self, event: int | None, request: bytes, time: int) -> Step:
        """Judge a released request; it is to be sent if the step says SENT.

        A request without an event is a step of a sequence: it is sent, but nothing waits for its effect.
        """
        apid = apid_of(request)
        if self.mode != "active":
            return Step(time, event, apid, Phase.WITHHELD, self.mode)
        if event is None:
            return Step(time, None, apid, Phase.SENT)
        if event in self.attempts:
            return Step(time, event, apid, Phase.WITHHELD, "an attempt is under way")
        self.attempts[event] = Attempt(event, request, time + self.reply_ns)
        return Step(time, event, apid, Phase.SENT)

    def verified(self, request: bytes, success: bool, time: int) -> Step | None:
        """Take a unit's final verification of the request with this request ID."""
        for attempt in self.attempts.values():
            if attempt.phase is Phase.SENT and request_id(attempt.request) == request:
                break
        else:
            return None
        if not success:
            return self._end(attempt, time, Phase.FAILED, "the unit refused")
        attempt.phase = Phase.EXECUTED
        attempt.deadline = time + self.confirm_ns
        return Step(time, attempt.event, attempt.apid, Phase.EXECUTED)

    def judge(self, is_nominal: Callable[[int], bool], time: int) -> list[Step]:
        """Close the attempts whose cause is nominal again, or whose time is over."""
        steps = []
        for attempt in list(self.attempts.values()):
            if attempt.phase is Phase.EXECUTED and is_nominal(attempt.event):
                steps.append(self._end(attempt, time, Phase.RECOVERED, ""))
            elif time >= attempt.deadline:
                waited = "no answer" if attempt.phase is Phase.SENT else "not nominal in time"
                steps.append(self._end(attempt, time, Phase.FAILED, waited))
        return steps

    def _end(self, attempt: Attempt, time: int, phase: Phase, reason: str) -> Step:
        del self.attempts[attempt.event]
        return Step(time, attempt.event, attempt.apid, phase, reason)
