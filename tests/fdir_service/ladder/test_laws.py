"""What holds for every ladder, whatever happens to it."""

from collections import Counter
from dataclasses import dataclass
from itertools import count

import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.ladder.definitions import MODES, Kind, Level, Member, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.ladder import Ladder
from fdir_service.ladder.state import Outcome, Phase, Step
from fdir_service.snapshot import CODEC
from pus.packets import decode_tc
from tests.fdir_service.ladder.builders import CYCLE, RESET, SELECT, Known, action

FMONS = (1, 2, 3)
UNITS = {81: (0, 1), 82: (0, 1, 2)}

# --- random ladders ----------------------------------------------------------------------------------

FUNCTIONS = st.sampled_from([
    {"kind": Kind.RETRY, "function": RESET},
    {"kind": Kind.POWER_CYCLE, "function": CYCLE, "arguments": {1: Member.SELECTED}},
    {"kind": Kind.SWITCH, "function": SELECT, "arguments": {1: Member.REDUNDANT}},
    {"kind": Kind.RECONFIGURE, "function": None, "apid": 66, "sequence": "WITHOUT"},
])  # fmt: skip
USUALLY_ACTIVE = st.sampled_from([Mode.ACTIVE] * 6 + [Mode.PASSIVE, Mode.INHIBITED])


@st.composite
def actions(draw):
    what = {"apid": draw(st.sampled_from(sorted(UNITS)))} | draw(FUNCTIONS)
    return action(
        **what,
        attempts=draw(st.integers(1, 3)),
        reply=draw(st.integers(1, 4)),
        confirm=draw(st.integers(1, 8)),
        needs_nominal=draw(st.sampled_from([True, True, False])),
        needs_classical=draw(st.booleans()),
        mode=draw(USUALLY_ACTIVE),
    )


@st.composite
def ladders(draw):
    """Levels of which each may follow from any of lower numbers."""
    levels: list[Level] = []
    for number in sorted(draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))):
        lower = [k.id for k in levels if k.number < number]
        below = draw(st.sets(st.sampled_from(lower))) if lower else set()
        fmons = draw(st.sets(st.sampled_from(FMONS), min_size=0 if below else 1))
        levels.append(
            Level(
                len(levels) + 1, f"level-{len(levels)}", number, tuple(sorted(fmons)), tuple(sorted(below)),
                tuple(draw(st.lists(actions(), min_size=1, max_size=3))),
                wait=draw(st.integers(0, 5)), cooldown=draw(st.integers(0, 9)),
                rearm=draw(st.integers(1, 30)), latch=draw(st.booleans()), mode=draw(USUALLY_ACTIVE),
            )
        )  # fmt: skip
    return tuple(levels)


# --- random stories ----------------------------------------------------------------------------------

KINDS = ["cause"] * 4 + ["enter"] * 4 + ["answer"] * 4
KINDS += ["classical", "select", "postpone", "mode", "rearm", "restore", "none"]
NUMBER = st.integers(0, 11)
EVENTS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(KINDS), NUMBER, NUMBER, NUMBER), min_size=1, max_size=30
)


class Watched(Ladder):
    """A ladder that looks over its own shoulder whenever it takes an action."""

    def __init__(self, levels, mode, nag=0):
        super().__init__(levels, mode, nag)
        self.condemned = set()

    def _take(self, level, number, evidence, time):
        chain = self.order
        assert self.modes.of(level.id, number) is not Mode.INHIBITED
        assert not [k for k in chain.beneath[level.id] if self.states[k].is_open]
        assert not [k for k in chain.over[level.id] if self.states[k].is_acting]
        assert evidence.agrees(self.states[level.id].causes) or not level.actions[number].needs_classical
        used = dict(evidence.selected)
        steps = super()._take(level, number, evidence, time)
        for step in steps:
            if step.outcome is Outcome.SENT:
                assert self.modes.of(level.id, number) is Mode.ACTIVE
                if level.actions[number].kind is Kind.SWITCH:
                    tc = decode_tc(step.request)
                    self.condemned.add((tc.apid, used[tc.apid]))
                    assert (tc.apid, tc.data[-1]) not in self.condemned
        return steps

    def restore(self, apid, member, time):
        self.condemned.discard((apid, member))
        return super().restore(apid, member, time)


@dataclass
class Flight:
    """A ladder, what is known, and what has come of it."""

    ladder: Ladder
    known: Known
    steps: list[Step]

    @classmethod
    def of(cls, levels, mode=Mode.ACTIVE, nag=0):
        return cls(Watched(levels, mode, nag), Known(selected={81: 0, 82: 0}, units=UNITS), [])

    def happen(self, kind, time, a, b, c):
        """Let something happen; the numbers choose what."""
        self._show(kind, a, b)
        self._command(kind, time, a, b, c)
        ladder, level = self.ladder, self.ladder.levels[a % len(self.ladder.levels)]
        match kind:
            case "enter":
                for fmon in level.fmons:
                    self.known.causes[fmon] = Cause.VIOLATED
                self.steps += ladder.enter(level.id, time)
            case "answer":
                waiting = [s for s in ladder.states.values() if s.phase is Phase.SENT]
                if waiting:
                    self.steps += ladder.verified(waiting[a % len(waiting)].request, b % 4 > 0, time)
            case "postpone":
                ladder.postpone([FMONS[a % 3]], time)

    def _show(self, kind, a, b):
        """Let something else be known of the vehicle."""
        match kind:
            case "cause":
                self.known.causes[FMONS[a % 3]] = tuple(Cause)[b % 4]
            case "classical":
                self.known.classical = bool(a % 2)
            case "select":
                apid = sorted(UNITS)[a % 2]
                self.known.selected[apid] = UNITS[apid][b % len(UNITS[apid])]

    def _command(self, kind, time, a, b, c):
        """Let the ground command the ladder."""
        ladder, level = self.ladder, self.ladder.levels[a % len(self.ladder.levels)]
        match kind:
            case "mode":
                key = ((), (level.id,), (level.id, b % len(level.actions)))[b % 3]
                until = None if a % 2 else time + 1 + a
                self.steps.append(ladder.set_mode(key, MODES[c % 3], until, time))
            case "rearm":
                self.steps.append(ladder.rearm(level.id, time))
            case "restore":
                for apid, member in sorted(ladder.failed)[:1]:
                    self.steps.append(ladder.restore(apid, member, time))

    def judge(self, time):
        self.steps += self.ladder.judge(self.known, time)
        assert self.ladder.deadline is None or self.ladder.deadline > time

    def run(self, events, start=0, *, every=False):
        """Play a story; judge at every time, or only at deadlines and when something happens."""
        time = start
        for elapsed, kind, *numbers in events:
            then = time + elapsed
            if every:
                for between in range(time + 1, then):
                    self.judge(between)
            else:
                while (due := self.ladder.deadline) is not None and due < then:
                    self.judge(due)
            time = then
            self.happen(kind, time, *numbers)
            self.judge(time)
        return time


@settings(max_examples=120, deadline=None)
@given(ladders(), EVENTS)
def test_judging_at_deadlines_and_changes_is_judging_always(levels, events):
    sparse, dense = Flight.of(levels), Flight.of(levels)
    sparse.run(events)
    dense.run(events, every=True)
    assert sparse.steps == dense.steps


@settings(max_examples=120, deadline=None)
@given(ladders(), EVENTS)
def test_two_actions_of_a_level_are_never_closer_than_its_cool_down(levels, events):
    flight = Flight.of(levels)
    flight.run(events)
    last = {}
    for step in flight.steps:
        if step.outcome is Outcome.SENT or step.reason == "passive":
            level = flight.ladder.order.by_id[step.level]
            assert step.time >= last.get(level.id, -100) + level.cooldown
            last[level.id] = step.time


@settings(max_examples=120, deadline=None)
@given(ladders(), EVENTS)
def test_a_level_sends_no_more_than_its_attempts_until_they_are_given_back(levels, events):
    flight = Flight.of(levels)
    flight.run(events)
    order, sent = flight.ladder.order, Counter()
    for step in flight.steps:
        if step.outcome is Outcome.SENT:
            sent[step.level, step.action] += 1
            assert sent[step.level, step.action] <= order.by_id[step.level].actions[step.action].attempts
        switched = step.outcome is Outcome.RECOVERED and step.action is not None and not step.passive
        if switched and order.by_id[step.level].actions[step.action].kind is Kind.SWITCH:
            for key in [k for k in sent if k[0] in order.beneath[step.level] | {step.level}]:
                del sent[key]
        if step.outcome is Outcome.REARMED:
            for key in [k for k in sent if k[0] == step.level]:
                del sent[key]


@settings(max_examples=120, deadline=None)
@given(ladders(), EVENTS)
def test_every_failure_comes_to_an_end_when_nothing_helps(levels, events):
    flight = Flight.of(levels)
    time = flight.run(events)
    before = len([s for s in flight.steps if s.outcome is Outcome.SENT])
    for k in count():
        if (due := flight.ladder.deadline) is None:
            break
        time = max(time, due)
        flight.judge(time)
        assert k < 500
    after = len([s for s in flight.steps if s.outcome is Outcome.SENT])
    # Each level has its attempts once, and once more for every member that can still be replaced.
    attempts = sum(a.attempts for level in levels for a in level.actions)
    assert after - before <= attempts * (1 + sum(map(len, UNITS.values())))


@settings(max_examples=80, deadline=None)
@given(ladders(), EVENTS, st.sampled_from([Mode.PASSIVE, Mode.INHIBITED]))
def test_nothing_is_sent_while_the_whole_ladder_may_not_act(levels, events, mode):
    flight = Flight.of(levels, mode)
    flight.run([event for event in events if event[1] != "mode"])
    assert [s for s in flight.steps if s.outcome is Outcome.SENT] == []
    assert flight.ladder.failed == set()


def kept(value):
    """Return what a snapshot makes of a value."""
    return CODEC.unpack(msgpack.unpackb(msgpack.packb(CODEC.pack(value)), strict_map_key=False))


@settings(max_examples=80, deadline=None)
@given(ladders(), EVENTS, st.integers(0, 30))
def test_a_ladder_restored_in_the_middle_goes_on_in_the_same_way(levels, events, cut):
    whole, first = Flight.of(levels, nag=7), Flight.of(levels, nag=7)
    whole.run(events)
    time = first.run(events[:cut])
    second = Flight(Watched(levels, Mode.ACTIVE, 7), first.known, first.steps)
    for name in ("states", "failed", "count"):
        setattr(second.ladder, name, kept(getattr(first.ladder, name)))
    for name in ("overrides", "nag"):
        setattr(second.ladder.modes, name, kept(getattr(first.ladder.modes, name)))
    second.ladder.condemned = set(first.ladder.condemned)
    second.run(events[cut:], time)
    assert second.steps == whole.steps
