"""After a restart no request is sent twice, and an attempt whose answer was lost is judged by its effect."""

import pytest

from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.restart import resume
from fdir_service.ladder.state import Phase
from tests.fdir_service.ladder.builders import CONFIRM, REPLY, Hand, action, level, said, switch

AGAIN = 10
"""When the process goes on; it asked the unit at 0."""
RESUMED = "1/0 resumed (its answer may be lost)"


def asked(*actions):
    """A ladder whose level has sent its first request at 0."""
    hand = Hand(level(0, *actions))
    hand.fail()
    return hand


def resumed(hand):
    return said(resume(hand.ladder, AGAIN))


def test_an_attempt_that_waits_for_its_answer_is_judged_by_its_effect():
    hand = asked()
    (step,) = resume(hand.ladder, AGAIN)
    assert said([step]) == [RESUMED]
    assert (step.attempt, step.apid, step.causes) == (1, 81, (1,))
    assert hand.ladder.deadline == AGAIN + CONFIRM
    assert hand.at(AGAIN + CONFIRM - 1) == []
    assert hand.becomes(Cause.NOMINAL, time=AGAIN + CONFIRM) == ["1/0 recovered"]


def test_without_an_effect_the_attempt_has_failed_and_is_not_repeated():
    hand = asked()
    resumed(hand)
    assert hand.at(AGAIN + CONFIRM) == ["1/0 failed (not nominal in time)", "1 exhausted"]
    assert len(hand.requests) == 1


def test_an_answer_that_comes_after_all_changes_nothing():
    hand = asked()
    resumed(hand)
    assert hand.answer(time=AGAIN + 1) == []
    assert hand.ladder.states[1].phase is Phase.EXECUTED


@pytest.mark.parametrize("end", ["answered", "exhausted", "untouched"])
def test_what_waits_for_no_answer_goes_on_as_it_was(end):
    hand = Hand(level()) if end == "untouched" else asked()
    if end == "answered":
        hand.answer(time=2)
    elif end == "exhausted":
        hand.at(REPLY)
    before = str(hand.ladder.states)
    assert resumed(hand) == []
    assert str(hand.ladder.states) == before


def test_an_action_that_only_its_answer_confirms_goes_on_waiting_for_it():
    hand = asked(action(needs_nominal=False, reply=2 * AGAIN))
    assert resumed(hand) == []
    assert hand.answer(time=AGAIN) == ["1/0 executed", "1/0 done"]


# --- a switch: the selected unit tells whether it took place --------------------------------------------


def test_a_switch_that_never_arrived_keeps_its_attempt():
    hand = asked(switch())
    resumed(hand)
    assert hand.at(AGAIN + CONFIRM) == ["1/0 failed (the request was lost)", "1/0 sent"]
    assert [step.attempt for step in hand.steps[-2:]] == [1, 1]
    assert hand.ladder.failed == {(81, 0)}


def test_the_second_request_for_a_lost_switch_is_waited_for_like_any_other():
    hand = asked(switch())
    resumed(hand)
    hand.at(AGAIN + CONFIRM)
    hand.answer(time=AGAIN + CONFIRM)
    assert hand.at(AGAIN + 2 * CONFIRM) == ["1/0 failed (not nominal in time)", "1 exhausted"]


def test_a_switch_that_took_place_has_failed_if_the_other_unit_is_no_better():
    hand = asked(switch())
    resumed(hand)
    hand.known.selected[81] = 1
    assert hand.at(AGAIN + CONFIRM)[0] == "1/0 failed (not nominal in time)"


def test_a_switch_that_was_answered_and_did_not_take_place_has_failed():
    hand = asked(switch())
    hand.answer(time=2)
    assert hand.at(2 + CONFIRM)[0] == "1/0 failed (not nominal in time)"


def test_a_switch_that_was_only_walked_through_was_not_lost():
    hand = Hand(level(0, switch()), mode=Mode.PASSIVE)
    hand.fail()
    assert resumed(hand) == []
    assert hand.at(CONFIRM)[0] == "1/0 failed (not nominal in time)"


def test_a_lost_switch_in_a_silence_is_judged_when_the_source_is_heard_again():
    hand = asked(switch())
    resumed(hand)
    hand.becomes(Cause.SILENT, time=AGAIN + 1)
    assert hand.at(AGAIN + 2 * CONFIRM) == []
    hand.becomes(Cause.VIOLATED, time=100)
    assert hand.at(100 + CONFIRM)[0] == "1/0 failed (the request was lost)"
