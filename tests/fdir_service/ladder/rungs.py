"""Short words for levels, and a view of the vehicle that a test sets."""

from dataclasses import dataclass, field

from fdir_service.ladder.definitions import Action, Kind, Level, Member, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.ladder import Ladder
from pus.packets import decode_tc, request_id
from pus.parameters import ValueType
from pus.st08 import Function

PAIR, PLATFORM = 81, 80
RESET = Function("RESET", {})
SELECT = Function("SELECT_UNIT", {1: ValueType.U8})
REPLY, CONFIRM = 5, 50


@dataclass
class View:
    """What the ladder sees; see `fdir_service.ladder.evidence.Evidence`."""

    state: Cause = Cause.VIOLATED
    classical: bool = True
    selected: int = 0
    causes: dict[int, Cause] = field(default_factory=dict)

    def cause(self, fmons):
        found = {self.causes.get(k, self.state) for k in fmons}
        order = (Cause.VIOLATED, Cause.SILENT, Cause.UNKNOWN, Cause.NOMINAL)
        return next((cause for cause in order if cause in found), Cause.NOMINAL)

    def agrees(self, fmons):
        return self.classical

    def members(self, apid, failed):
        if apid != PAIR:
            return {}
        found = {Member.SELECTED: self.selected}
        sound = [k for k in (0, 1) if k != self.selected and (apid, k) not in failed]
        return found | ({Member.REDUNDANT: sound[0]} if sound else {})


def action(name="reset", kind=Kind.RETRY, **changes):
    given = {"apid": PLATFORM, "function": RESET, "reply": REPLY, "confirm": CONFIRM} | changes
    return Action(name, kind, **given)


def switch(**changes):
    given = {"apid": PAIR, "function": SELECT, "arguments": {1: Member.REDUNDANT}} | changes
    return action("switch", Kind.SWITCH, **given)


def level(key=1, number=1, actions=None, fmons=(1,), below=(), **changes):
    return Level(key, f"level-{key}", number, fmons, below, actions or (action(),), **changes)


def ladder(*levels, mode=Mode.ACTIVE, nag=0):
    return Ladder(levels or (level(),), mode, nag)


def words(steps):
    """Return the steps as (outcome, level, action, reason)."""
    return [(s.outcome.value, s.level, s.action, s.reason) for s in steps]


def outcomes(steps):
    return [step.outcome.value for step in steps]


def sent(steps):
    """Return the requests that leave."""
    return [step.request for step in steps if step.outcome.value == "sent"]


def answer(target, steps, time, success=True):
    """Let the unit answer what was sent in `steps`."""
    (request,) = sent(steps)
    return target.verified(request_id(request), success, time)


def selected_by(request):
    """Return the member that a request selects."""
    return decode_tc(request).data[-1]
