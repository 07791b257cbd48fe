"""Laws that hold for any policy, any vehicle and any ground."""

from dataclasses import dataclass, field
from itertools import pairwise

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service import snapshot
from fdir_service.ladder.definitions import MODES, Kind, Member, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.ladder import Ladder
from fdir_service.ladder.state import Outcome, Phase
from pus.packets import decode_tc, request_id
from tests.fdir_service.ladder.rungs import PAIR, View, action, level, switch

END = 160
"""Ticks of a run; everything that is drawn happens before."""
MEMBERS = 2

actions = st.builds(
    lambda make, attempts, reply, confirm, vote, mode: make(
        attempts=attempts, reply=reply, confirm=confirm, needs_classical=vote, mode=mode
    ),
    st.sampled_from([action, switch]),
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
                key,
                key - 1,
                tuple(draw(st.lists(actions, min_size=1, max_size=3))),
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


runs = st.builds(
    Run, policies(), st.sampled_from([Mode.ACTIVE] * 3 + [Mode.PASSIVE, Mode.INHIBITED]), replies
)


def of(run, outcome):
    return [step for step in run.steps if step.outcome is outcome]


def fresh(run):
    return Run(run.policy, run.mode, run.replies)


@given(runs, stories)
def test_judging_when_something_is_due_is_judging_always(run, story):
    often, seldom = fresh(run).fly(story, every_tick=True), fresh(run).fly(story, every_tick=False)
    # Where a source is silent, each judgement gives its levels time anew: the last one counts.
    if not any(event[0] == "cause" and event[2] is Cause.SILENT for _, event in story):
        assert often.steps == seldom.steps


@given(runs, stories)
def test_nothing_is_due_that_has_just_been_judged(run, story):
    for time in range(0, END, 7):
        for event in (event for at, event in story if time <= at < time + 7):
            run.happen(event, time)
        run.answer(time)
        run.take(run.ladder.judge(run.view, time))
        assert run.ladder.deadline is None or run.ladder.deadline > time


@given(runs, stories)
def test_what_may_not_act_does_not_act(run, story):
    modes = {}
    run.fly(story, every_tick=False)
    definitions = {k.id: k for k in run.policy}
    for step in run.steps:
        if step.outcome is Outcome.MODE:
            modes[step.level] = step.reason.split()[0]
        elif step.outcome is Outcome.SENT:
            own = definitions[step.level]
            assert modes.get(None, run.mode) == Mode.ACTIVE
            assert modes.get(step.level, own.mode) == Mode.ACTIVE
            assert own.actions[step.action].mode is Mode.ACTIVE


@given(runs, stories)
def test_a_level_is_never_faster_than_its_cool_down(run, story):
    run.fly(story, every_tick=False)
    for own in run.policy:
        times = [step.time for step in of(run, Outcome.SENT) if step.level == own.id]
        assert all(b - a >= own.cooldown for a, b in pairwise(times))


@given(runs, stories)
def test_attempts_are_bounded_between_two_gifts_of_attempts(run, story):
    run.fly(story, every_tick=False)
    gifts = (Outcome.REARMED, Outcome.MODE)
    for own in run.policy:
        attempts = [action.attempts for action in own.actions]
        spent = [0] * len(attempts)
        for step in run.steps:
            renewed = step.outcome is Outcome.RECOVERED and Kind.SWITCH in _kinds(run, step)
            if (step.outcome in gifts and step.level in (own.id, None)) or renewed:
                spent = [0] * len(attempts)
            elif step.outcome is Outcome.SENT and step.level == own.id:
                spent[step.action] += 1
                assert spent[step.action] <= attempts[step.action]


def _kinds(run, step):
    """Return the kinds of the actions that the level of a step has."""
    return {action.kind for own in run.policy if own.id == step.level for action in own.actions}


@given(runs, stories)
def test_a_failed_member_is_selected_again_only_after_the_ground_restored_it(run, story):
    run.fly(story, every_tick=False)
    failed, selected = set(), 0
    for step in run.steps:
        if step.outcome is Outcome.RESTORED:
            failed.discard(int(step.reason.split()[-1]))
        elif step.outcome is Outcome.SENT and step.apid == PAIR:
            member = decode_tc(step.request).data[-1]
            assert member not in failed
            failed.add(1 - member)
            selected = member
    assert selected in range(MEMBERS)


@given(runs, stories)
def test_a_level_never_acts_while_one_below_it_is_open(run, story):
    opened, definitions = set(), {k.id: k for k in run.policy}
    closing = (Outcome.RECOVERED, Outcome.DONE, Outcome.EXHAUSTED)
    for step in run.fly(story, every_tick=False).steps:
        if step.outcome is Outcome.ENTERED:
            opened.add(step.level)
        elif step.outcome in closing:
            opened.discard(step.level)
        elif step.outcome is Outcome.SENT:
            assert not opened & set(definitions[step.level].below)


@given(runs, stories)
def test_every_failure_comes_to_an_end_once_everybody_may_act(run, story):
    run.fly(story, every_tick=False)
    ladder = run.ladder
    for key in ((), *((k.id,) for k in run.policy)):
        ladder.set_mode(key, Mode.ACTIVE, None, END)
    for own in run.policy:
        for number in range(len(own.actions)):
            ladder.set_mode((own.id, number), Mode.ACTIVE, None, END)
        run.view.causes[own.id] = Cause.VIOLATED
    run.view.classical = True
    run.take(ladder.judge(run.view, END))
    run.fly([], every_tick=False, start=END, end=6 * END)
    assert all(not state.is_open for state in ladder.states.values())


@given(runs, stories, st.integers(0, END))
def test_a_snapshot_anywhere_gives_the_same_remainder(run, story, cut):
    whole = fresh(run).fly(story, every_tick=False)
    first = fresh(run).fly(story, every_tick=False, end=cut)
    second = Run(run.policy, run.mode, run.replies, first.view, first.steps, first.asked, first.owed)
    for owner, other, names in (
        (first.ladder, second.ladder, ("states", "failed", "count", "nag")),
        (first.ladder.modes, second.ladder.modes, ("overrides",)),
    ):
        for name in names:
            plain = msgpack.packb(snapshot.CODEC.pack(getattr(owner, name)))
            setattr(other, name, snapshot.CODEC.unpack(msgpack.unpackb(plain, strict_map_key=False)))
    assert second.fly(story, every_tick=False, start=cut).steps == whole.steps


@pytest.mark.parametrize("phase", list(Phase))
def test_phases_are_plain(phase):
    assert snapshot.CODEC.unpack(snapshot.CODEC.pack(phase)) is phase


def test_a_member_that_is_named_must_be_known():
    assert switch().members == {Member.SELECTED, Member.REDUNDANT}
