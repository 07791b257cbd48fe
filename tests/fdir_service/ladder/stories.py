"""Random ladders over a pair of units, and stories of what happens to them."""

from dataclasses import dataclass, field
from functools import partial

from hypothesis import strategies as st

from fdir_service.ladder.definitions import MODES, Member, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.ladder import Ladder
from fdir_service.ladder.state import Outcome
from pus.packets import decode_tc, request_id
from tests.fdir_service.ladder.builders import action, level, switch

PAIR, PLATFORM = 81, 80
END = 160
"""Ticks of a run; everything that is drawn happens before."""


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


actions = st.builds(
    lambda make, attempts, reply, confirm, vote, mode: make(
        attempts=attempts, reply=reply, confirm=confirm, needs_classical=vote, mode=mode
    ),
    st.sampled_from([partial(action, apid=PLATFORM), switch]),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from([Mode.ACTIVE] * 4 + [Mode.PASSIVE, Mode.INHIBITED]),
)


@st.composite
def policies(draw):
    """Return levels, each entered by FMONs or by levels of a lower number."""
    found = []
    for key in range(1, draw(st.integers(1, 5)) + 1):
        lower = [k.id for k in found if k.number < key - 1]
        below = tuple(draw(st.lists(st.sampled_from(lower), unique=True, max_size=2))) if lower else ()
        found.append(
            level(
                key - 1,
                *draw(st.lists(actions, min_size=1, max_size=3)),
                known=key,
                fmons=(key,),
                below=below,
                wait=draw(st.integers(0, 5)),
                cooldown=draw(st.integers(0, 8)),
                rearm=draw(st.integers(1, 60)),
                latch=draw(st.booleans()),
                mode=draw(st.sampled_from([Mode.ACTIVE] * 4 + [Mode.PASSIVE, Mode.INHIBITED])),
            )
        )
    return found


events = st.one_of(
    st.tuples(st.just("enter"), st.integers(1, 5)),
    st.tuples(st.just("cause"), st.integers(1, 5), st.sampled_from(list(Cause))),
    st.tuples(st.just("vote"), st.booleans()),
    st.tuples(st.just("mode"), st.integers(0, 5), st.sampled_from(MODES), st.none() | st.integers(1, 60)),
    st.tuples(st.just("rearm"), st.integers(1, 5)),
    st.tuples(st.just("restore"), st.integers(0, 1)),
)
stories = st.lists(st.tuples(st.integers(0, END // 2), events), max_size=25).map(
    lambda story: sorted(story, key=lambda entry: entry[0])
)
replies = st.lists(st.sampled_from(["yes", "yes", "no", "silence"]), min_size=1, max_size=8)


@dataclass
class Run:
    """A vehicle whose unit answers a tick after it was asked, as drawn, and switches when it obeys."""

    policy: list
    mode: Mode
    replies: list
    view: View = field(default_factory=View)
    steps: list = field(default_factory=list)
    asked: int = 0
    owed: list = field(default_factory=list)

    def __post_init__(self):
        self.ladder = Ladder(self.policy, self.mode)

    def take(self, steps):
        for step in steps:
            self.steps.append(step)
            if step.outcome is Outcome.SENT:
                self.owed.append((step.time + 1, step.request, self.replies[self.asked % len(self.replies)]))
                self.asked += 1

    def answer(self, time):
        """Let the unit answer what it owes by now; return whether anything happened."""
        due, self.owed = [o for o in self.owed if o[0] <= time], [o for o in self.owed if o[0] > time]
        for _, request, reply in due:
            if reply == "silence":
                continue
            tc = decode_tc(request)
            if reply == "yes" and tc.apid == PAIR:
                self.view.selected = tc.data[-1]
            self.take(self.ladder.verified(request_id(request), reply == "yes", time))
        return bool(due)

    def happen(self, event, time):
        kind, *rest = event
        known = self.ladder.states
        if kind == "enter" and rest[0] in known:
            self.view.causes[rest[0]] = Cause.VIOLATED
            self.take(self.ladder.enter(rest[0], time))
        elif kind == "cause":
            self.view.causes[rest[0]] = rest[1]
        elif kind == "vote":
            self.view.classical = rest[0]
        elif kind == "mode" and (rest[0] in known or not rest[0]):
            key = (rest[0],) if rest[0] else ()
            until = None if rest[2] is None else time + rest[2]
            self.take([self.ladder.set_mode(key, rest[1], until, time)])
        elif kind == "rearm" and rest[0] in known:
            self.take([self.ladder.rearm(rest[0], time)])
        elif kind == "restore":
            self.take([self.ladder.restore(PAIR, rest[0], time)])

    def fly(self, story, *, every_tick, start=0, end=END):
        """Go through the story; judge at every tick, or only when something happens or is due."""
        waiting = [entry for entry in story if start <= entry[0] < end]
        for time in range(start, end):
            now = []
            while waiting and waiting[0][0] == time:
                now.append(waiting.pop(0)[1])
            for event in now:
                self.happen(event, time)
            happened = self.answer(time) or bool(now)
            due = self.ladder.deadline is not None and self.ladder.deadline <= time
            if every_tick or happened or due:
                self.take(self.ladder.judge(self.view, time))
        return self
