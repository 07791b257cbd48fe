"""Laws that hold although the process dies at any time, again and again, and goes on from its snapshot."""

from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal

import msgpack
from hypothesis import given
from hypothesis import strategies as st

from fdir_service import snapshot
from fdir_service.ladder.definitions import Kind, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.ladder import NO_ANSWER
from fdir_service.ladder.restart import LOST, resume
from fdir_service.ladder.state import Outcome
from pus.packets import decode_tc
from tests.fdir_service.ladder.stories import END, PAIR, Run, policies, replies
from tests.fdir_service.ladder.stories import stories as any_stories

CLOSING = (Outcome.RECOVERED, Outcome.DONE, Outcome.EXHAUSTED)

Stage = Literal["before the snapshot", "before the requests", "after"]
STAGES: tuple[Stage, ...] = ("before the snapshot", "before the requests", "after")


@dataclass(frozen=True)
class Death:
    """The process dies in the round of a time, and another one goes on some time later."""

    time: int
    stage: Stage
    away: int


@dataclass
class Mortal(Run):
    """A run whose process writes a snapshot at each step, and may die; the unit goes on without it.

    Attributes
    ----------
    reached, obeyed : requests that came to the unit, and those that it carried out.
    revived : how many steps there were when a process began last.

    """

    reached: list = field(default_factory=list)
    obeyed: set = field(default_factory=set)
    revived: int = 0

    def __post_init__(self):
        super().__post_init__()
        self.save()

    def save(self):
        ladder = self.ladder
        kept = [ladder.states, ladder.failed, ladder.count, ladder.modes.nag, ladder.modes.overrides]
        self.saved = msgpack.packb([snapshot.CODEC.pack(part) for part in kept])

    def restart(self):
        super().__post_init__()
        parts = msgpack.unpackb(self.saved, strict_map_key=False)
        restored = [snapshot.CODEC.unpack(part) for part in parts]
        ladder = self.ladder
        ladder.states, ladder.failed, ladder.count, ladder.modes.nag, ladder.modes.overrides = restored

    def live(self, story, deaths):
        """Go through the story, and judge at every tick at which a process lives."""
        waiting, dying, time = list(story), {death.time: death for death in deaths}, 0
        while time < END:
            steps, owed = len(self.steps), list(self.owed)
            while waiting and waiting[0][0] <= time:
                self.happen(waiting.pop(0)[1], time)
            self.answer(time)
            self.take(self.ladder.judge(self.view, time))
            stage = dying[time].stage if time in dying else "after"
            if stage == "before the snapshot":
                del self.steps[steps:]
            elif len(self.steps) > steps:
                self.save()
            if stage == "after":
                asked = [due for due in self.owed if due not in owed]
                self.reached += [request for _, request, _ in asked]
                self.obeyed |= {request for _, request, reply in asked if reply == "yes"}
            else:
                self.owed = [due for due in self.owed if due in owed]
            time = self.die(time + dying[time].away) if time in dying else time + 1
        return self

    def die(self, time):
        """Let the unit obey what it has, unheard, and another process go on; return when."""
        for _, request, reply in self.owed:
            if reply == "yes" and decode_tc(request).apid == PAIR:
                self.view.selected = decode_tc(request).data[-1]
        self.owed = []
        self.restart()
        self.revived = len(self.steps)
        self.take(resume(self.ladder, time))
        for key in self.ladder.states:  # what is violated still is found and confirmed once more
            if self.view.causes.get(key) is Cause.VIOLATED:
                self.take(self.ladder.enter(key, time))
        self.save()
        return time


runs = st.builds(
    Mortal, policies(), st.sampled_from([Mode.ACTIVE] * 3 + [Mode.PASSIVE, Mode.INHIBITED]), replies
)
failures = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 3)), min_size=1, max_size=4)
stories = st.builds(
    lambda failures, story: sorted([(at, ("enter", key)) for at, key in failures] + story, key=itemgetter(0)),
    failures,
    any_stories,
)
"""Stories in which something fails early, so that there is something to die of."""
deaths = st.lists(
    st.builds(Death, st.integers(0, 40), st.sampled_from(STAGES), st.integers(1, 20)),
    min_size=1,
    max_size=5,
    unique_by=lambda death: death.time,
)


@given(runs, stories, deaths)
def test_no_request_reaches_a_unit_twice(run, story, deaths):
    run.live(story, deaths)
    assert len(set(run.reached)) == len(run.reached)
    assert set(run.reached) <= {step.request for step in run.steps if step.outcome is Outcome.SENT}


@given(runs, stories, deaths)
def test_no_action_is_carried_out_more_often_than_it_may_be(run, story, deaths):
    """Attempts are given back by the ground, by time and by a switch that helped: without those, never."""
    gifts = {Outcome.REARMED, Outcome.MODE}
    run.live([entry for entry in story if entry[1][0] not in ("mode", "rearm")], deaths)
    definitions = {own.id: own for own in run.policy}
    asked = Counter((step.level, step.action) for step in run.steps if step.request in run.obeyed)
    if not any(step.outcome in gifts or has_helped(definitions, step) for step in run.steps):
        assert all(n <= definitions[level].actions[k].attempts for (level, k), n in asked.items())


def has_helped(definitions, step):
    is_end = step.outcome is Outcome.RECOVERED and step.action is not None
    return is_end and definitions[step.level].actions[step.action].kind is Kind.SWITCH


@given(runs, stories, deaths)
def test_what_has_begun_comes_to_an_end_or_is_still_open(run, story, deaths):
    run.live(story, deaths)
    begun = set()
    for step in run.steps:
        if step.outcome is Outcome.ENTERED:
            begun.add(step.level)
        elif step.outcome in CLOSING:
            begun.discard(step.level)
    assert all(run.ladder.states[level].is_open for level in begun)


@given(runs, stories, deaths)
def test_every_failure_comes_to_an_end_once_everybody_may_act(run, story, deaths):
    ladder = run.live(story, deaths).ladder
    for own in run.policy:
        for key in ((), (own.id,), *((own.id, number) for number in range(len(own.actions)))):
            ladder.set_mode(key, Mode.ACTIVE, None, END)
        run.view.causes[own.id] = Cause.VIOLATED
    run.view.classical = True
    run.fly([], every_tick=True, start=END, end=6 * END)
    assert all(not state.is_open for state in ladder.states.values())


@given(runs, stories, deaths)
def test_a_member_is_not_selected_after_it_failed_until_the_ground_restored_it(run, story, deaths):
    failed = set()
    for step in run.live(story, deaths).steps:
        if step.outcome is Outcome.RESTORED:
            failed.discard(int(step.reason.split()[-1]))
        elif step.outcome is Outcome.SENT and step.apid == PAIR:
            member = decode_tc(step.request).data[-1]
            assert member not in failed
            failed.add(1 - member)


@given(runs, stories, deaths)
def test_an_attempt_is_given_back_only_to_a_switch_that_did_not_take_place(run, story, deaths):
    under_way = {}
    for step in run.live(story, deaths).steps:
        if step.outcome is Outcome.SENT:
            under_way[step.level] = step.request
        elif step.reason == LOST:
            assert under_way[step.level] not in run.obeyed


@given(runs, stories, st.builds(Death, st.integers(0, 40), st.just("after"), st.integers(1, 20)))
def test_an_attempt_is_never_put_down_to_an_answer_that_nobody_could_hear(run, story, death):
    """Every unit answers at once or never; what waits for an answer at the death is judged by its effect."""
    run.live(story, [death])
    waiting = {}
    for step in run.steps[: run.revived]:
        if step.outcome is Outcome.SENT:
            waiting[step.level] = step
        elif step.outcome is not Outcome.WITHHELD:
            waiting.pop(step.level, None)
    for step in run.steps[run.revived :]:
        if step.outcome is Outcome.SENT:
            waiting.pop(step.level, None)
        assert step.level not in waiting or step.reason != NO_ANSWER
