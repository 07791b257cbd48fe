"""After a restart no request is sent twice, and an attempt whose answer was lost is judged by its effect."""

import pytest

from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.restart import resume
from fdir_service.ladder.state import Phase
from tests.fdir_service.ladder.rungs import (
    CONFIRM,
    PAIR,
    View,
    action,
    answer,
    ladder,
    level,
    outcomes,
    sent,
    switch,
    words,
)

AGAIN = 20
"""When the process goes on; it asked the unit at 10."""


@pytest.fixture
def view():
    return View()


def asked(view, *actions):
    """Return a ladder that has sent a request at 10, with what it sent."""
    target = ladder(level(actions=actions or (action(),)))
    return target, target.enter(1, 10) + target.judge(view, 10)


def test_an_attempt_that_waits_for_its_answer_is_judged_by_its_effect(view):
    target, _ = asked(view)
    (step,) = resume(target, AGAIN)
    assert words([step]) == [("resumed", 1, 0, "its answer may be lost")]
    assert (step.attempt, step.apid, step.causes) == (1, 80, (1,))
    assert target.deadline == AGAIN + CONFIRM
    assert target.judge(view, AGAIN + CONFIRM - 1) == []
    view.state = Cause.NOMINAL
    assert outcomes(target.judge(view, AGAIN + CONFIRM)) == ["recovered"]


def test_without_an_effect_the_attempt_has_failed_and_is_not_repeated(view):
    target, _ = asked(view)
    list(resume(target, AGAIN))
    steps = target.judge(view, AGAIN + CONFIRM)
    assert words(steps)[0] == ("failed", 1, 0, "not nominal in time")
    assert sent(steps) == []


def test_an_answer_that_comes_after_all_changes_nothing(view):
    target, steps = asked(view)
    list(resume(target, AGAIN))
    assert answer(target, steps, AGAIN + 1) == []
    assert target.states[1].phase is Phase.EXECUTED


@pytest.mark.parametrize("end", ["answered", "exhausted", "untouched"])
def test_what_waits_for_no_answer_goes_on_as_it_was(view, end):
    target, steps = asked(view)
    if end == "answered":
        answer(target, steps, 12)
    elif end == "exhausted":
        target.judge(view, 1000)
    else:
        target = ladder()
    before = str(target.states)
    assert list(resume(target, AGAIN)) == []
    assert str(target.states) == before


def test_an_action_that_only_its_answer_confirms_goes_on_waiting_for_it(view):
    target, steps = asked(view, action(needs_nominal=False))
    assert list(resume(target, AGAIN)) == []
    assert outcomes(answer(target, steps, AGAIN)) == ["executed", "done"]


# --- a switch: the selected unit tells whether it took place --------------------------------------------


def test_a_switch_that_never_arrived_keeps_its_attempt(view):
    target, _ = asked(view, switch())
    list(resume(target, AGAIN))
    steps = target.judge(view, AGAIN + CONFIRM)
    assert words(steps) == [("failed", 1, 0, "the request was lost"), ("sent", 1, 0, "")]
    assert steps[1].attempt == 1
    assert target.failed == {(PAIR, 0)}


def test_a_switch_that_took_place_has_failed_if_the_other_unit_is_no_better(view):
    target, _ = asked(view, switch())
    list(resume(target, AGAIN))
    view.selected = 1
    assert words(target.judge(view, AGAIN + CONFIRM))[0] == ("failed", 1, 0, "not nominal in time")


def test_a_switch_that_was_answered_and_did_not_take_place_has_failed(view):
    target, steps = asked(view, switch())
    answer(target, steps, 12)
    assert words(target.judge(view, 12 + CONFIRM))[0] == ("failed", 1, 0, "not nominal in time")


def test_a_switch_that_was_only_thought_of_was_not_lost(view):
    target = ladder(level(actions=(switch(),)), mode=Mode.PASSIVE)
    target.enter(1, 10)
    target.judge(view, 10)
    assert words(target.judge(view, 10 + CONFIRM))[0] == ("failed", 1, 0, "not nominal in time")


# --- what only its execution confirms -------------------------------------------------------------------


def test_in_passive_mode_an_action_that_its_execution_confirms_is_done(view):
    target = ladder(level(actions=(action(needs_nominal=False, attempts=3),), rearm=99), mode=Mode.PASSIVE)
    assert outcomes(target.enter(1, 10) + target.judge(view, 10)) == ["entered", "withheld"]
    assert target.deadline == 10
    assert outcomes(target.judge(view, 11)) == ["done"]
    assert target.judge(view, 12) == []


def test_a_sequence_that_its_execution_confirms_is_done(view):
    target = ladder(level(actions=(action(function=None, sequence="S", needs_nominal=False),)))
    assert outcomes(target.enter(1, 10) + target.judge(view, 10)) == ["entered", "sent"]
    assert outcomes(target.judge(view, 11)) == ["done"]
