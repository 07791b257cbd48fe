"""Passive: the ladder is walked as if the unit had obeyed. Inhibited: it waits. Nothing is forgotten."""

import pytest

from fdir_service.ladder.definitions import Kind, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.state import Outcome, Phase
from pus.packets import decode_tc
from tests.fdir_service.ladder.builders import CONFIRM, REPLY, Hand, action, level, switch

PASSIVE, INHIBITED, ACTIVE = Mode.PASSIVE, Mode.INHIBITED, Mode.ACTIVE
KEYS = [(), (1,), (1, 0)]


def passive(*floors):
    return Hand(*floors, mode=PASSIVE)


# --- passive -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_where_the_mode_is_passive_the_request_is_told_and_not_sent(key):
    hand = Hand(level())
    hand.mode(PASSIVE, *key)
    assert hand.fail() == ["1 entered", "1/0 withheld (passive)"]
    assert decode_tc(hand.steps[-1].request).apid == 81
    assert (hand.steps[-1].passive, hand.requests) == (True, [])


def test_a_passive_ladder_is_walked_to_its_end():
    hand = passive(level(0, action(attempts=2)), level(1, fmons=(), below=(1,)))
    hand.fail()
    assert hand.to_the_end() == [
        "1/0 failed (not nominal in time)", "1/0 withheld (passive)",
        "1/0 failed (not nominal in time)", "1 exhausted", "2 entered (level-1 is exhausted)",
        "2/0 withheld (passive)", "2/0 failed (not nominal in time)", "2 exhausted",
    ]  # fmt: skip
    told = [s for s in hand.steps if s.outcome in (Outcome.FAILED, Outcome.EXHAUSTED)]
    assert all(step.passive for step in told)


def test_a_passive_action_that_only_has_to_be_executed_is_done():
    hand = passive(level(4, action("safe", Kind.SAFE_MODE, needs_nominal=False), known=1))
    assert hand.fail() == ["1 entered", "1/0 withheld (passive)", "1/0 done"]


def test_a_passive_switch_condemns_nobody_and_renews_nothing():
    hand = passive(level(0, switch()))
    hand.fail()
    assert hand.ladder.failed == set()
    hand.becomes(Cause.NOMINAL)
    assert hand.ladder.states[1].spent == [1]


@pytest.mark.parametrize("key", KEYS)
def test_a_ladder_that_may_act_again_takes_what_it_only_walked_through(key):
    hand = Hand(level(0, action(attempts=2)))
    hand.mode(PASSIVE, *key)
    hand.fail()
    hand.at(3)
    assert hand.mode(ACTIVE, *key)[1:] == ["1/0 sent"]
    assert hand.ladder.states[1].spent == [1]


def test_a_level_that_was_exhausted_in_passive_mode_acts_before_the_one_above():
    hand = passive(level(), level(1, fmons=(), below=(1,)))
    hand.fail()
    hand.at(CONFIRM)
    words = hand.mode(ACTIVE)
    assert words[1:] == ["1/0 sent", "2 withheld (a lower level is under way)"]


def test_attempts_that_were_really_taken_are_not_given_back():
    hand = Hand(level(0, action(), action("cycle"), latch=False, rearm=100))
    hand.fail()
    hand.mode(PASSIVE)
    hand.at(REPLY)
    hand.at(REPLY + CONFIRM)
    assert hand.ladder.states[1].phase is Phase.EXHAUSTED
    hand.mode(ACTIVE)
    assert [s.action for s in hand.steps if s.outcome is Outcome.SENT] == [0, 1]


def test_only_the_action_that_may_be_taken_again_has_its_attempts_back():
    hand = Hand(level(0, action(), action("cycle")))
    hand.mode(PASSIVE, 1, 0)
    hand.mode(PASSIVE, 1, 1)
    hand.fail()
    hand.at(CONFIRM)
    assert hand.mode(ACTIVE, 1, 1)[1:] == ["1/1 sent"]
    assert hand.ladder.states[1].spent == [1, 1]


def test_an_action_under_way_is_not_disturbed_by_the_mode_of_another():
    hand = Hand(level(0, action(), action("cycle")))
    hand.mode(PASSIVE, 1, 0)
    hand.fail()
    hand.at(CONFIRM)
    assert hand.ladder.states[1].phase is Phase.SENT
    assert hand.mode(ACTIVE, 1, 0) == ["1/0 mode (active (ground))"]
    assert hand.at(CONFIRM + REPLY) == ["1/1 failed (no answer)", "1/0 sent"]


def test_attempts_given_back_while_nothing_is_open_need_no_quiet_time():
    hand = passive(level())
    hand.fail()
    hand.becomes(Cause.NOMINAL, time=2)
    hand.mode(ACTIVE)
    assert hand.ladder.deadline is None


# --- inhibited ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_where_the_mode_is_inhibited_the_level_waits_and_goes_on(key):
    hand = Hand(level())
    hand.mode(INHIBITED, *key)
    assert hand.fail() == ["1 entered", "1 withheld (inhibited)"]
    assert hand.ladder.deadline is None
    assert hand.at(1000) == []
    assert hand.mode(ACTIVE, *key, time=1001)[1:] == ["1/0 sent"]


def test_an_inhibited_action_is_left_out_while_there_are_others():
    hand = Hand(level(0, action(), action("cycle")))
    hand.mode(INHIBITED, 1, 0)
    hand.fail()
    assert hand.at(REPLY) == ["1/1 failed (no answer)", "1 withheld (inhibited)"]
    assert hand.mode(ACTIVE, 1, 0)[1:] == ["1/0 sent"]


def test_an_inhibited_action_without_attempts_does_not_keep_its_level_from_exhaustion():
    hand = Hand(level())
    hand.fail()
    hand.mode(INHIBITED, 1, 0)
    assert hand.at(REPLY) == ["1/0 failed (no answer)", "1 exhausted"]


def test_an_attempt_that_was_taken_before_is_judged_all_the_same():
    hand = Hand(level())
    hand.fail()
    hand.mode(INHIBITED)
    hand.answer(time=1)
    assert hand.becomes(Cause.NOMINAL, time=2) == ["1/0 recovered"]


def test_an_inhibited_lower_level_keeps_those_above_from_acting():
    hand = Hand(level(), level(1, fmons=(2,), below=(1,)))
    hand.mode(INHIBITED, 1)
    hand.fail()
    assert hand.fail(2, level=2)[-1] == "2 withheld (a lower level is under way)"


# --- expiry and reminders ----------------------------------------------------------------------------


def test_a_mode_that_expires_is_told_and_the_ladder_goes_on():
    hand = Hand(level())
    assert hand.mode(INHIBITED, until=50) == [" mode (inhibited (ground))"]
    hand.fail()
    assert hand.ladder.deadline == 50
    assert hand.at(49) == []
    assert hand.at(50) == [" mode (active (expired))", "1/0 sent"]


def test_a_passive_mode_that_expires_gives_back_what_was_walked_through():
    hand = Hand(level())
    hand.mode(PASSIVE, until=8)
    hand.fail()
    assert hand.at(8) == [" mode (active (expired))", "1/0 sent"]


def test_a_restriction_without_an_end_is_told_again_and_again():
    hand = Hand(level(), nag=100)
    hand.mode(INHIBITED, 1)
    hand.mode(PASSIVE, 1, 0, time=10)
    assert hand.at(109) == []
    reminder = ["1 mode (inhibited (still))", "1/0 mode (passive (still))"]
    assert [hand.at(110), hand.at(111), hand.at(210)] == [reminder, [], reminder]
    hand.mode(ACTIVE, 1)
    hand.mode(ACTIVE, 1, 0)
    assert hand.ladder.deadline is None


def test_a_restriction_that_expires_needs_no_reminder():
    hand = Hand(level(), nag=100)
    hand.mode(INHIBITED, 1, until=1000)
    assert hand.ladder.deadline == 1000


def test_without_a_time_for_it_nobody_is_reminded():
    hand = Hand(level())
    hand.mode(INHIBITED, 1)
    assert hand.ladder.deadline is None
