"""An attempt is judged: the unit must answer, then the failure must be gone. A silence blames nobody."""

import pytest

from fdir_service.ladder.definitions import Kind
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.state import Phase
from pus.packets import SEQUENCE_MODULO, decode_tc, request_id
from tests.fdir_service.ladder.builders import (
    CONFIRM,
    REPLY,
    Hand,
    action,
    level,
)

VIOLATED, UNKNOWN, SILENT, NOMINAL = Cause.VIOLATED, Cause.UNKNOWN, Cause.SILENT, Cause.NOMINAL


# --- one attempt -------------------------------------------------------------------------------------


def test_a_level_without_a_confirmation_time_acts_at_once():
    assert Hand(level()).fail() == ["1 entered", "1/0 sent"]


def test_a_level_confirms_the_failure_before_its_first_action():
    hand = Hand(level(wait=10))
    assert hand.fail() == ["1 entered"]
    assert hand.ladder.deadline == 10
    assert hand.at(9) == []
    assert hand.at(10) == ["1/0 sent"]


def test_what_is_over_before_the_first_action_needs_none():
    hand = Hand(level(wait=10))
    hand.fail()
    assert hand.becomes(NOMINAL, time=4) == ["1 recovered (by itself)"]
    assert hand.ladder.deadline is None


def test_an_attempt_is_executed_and_the_failure_is_gone():
    hand = Hand(level())
    hand.fail()
    assert hand.answer(time=2) == ["1/0 executed"]
    assert hand.ladder.deadline == 2 + CONFIRM
    assert hand.becomes(UNKNOWN, time=10) == []
    assert hand.becomes(NOMINAL, time=12) == ["1/0 recovered"]


def test_an_effect_at_the_last_moment_still_counts():
    hand = Hand(level())
    hand.fail()
    hand.answer(time=2)
    assert hand.becomes(NOMINAL, time=2 + CONFIRM) == ["1/0 recovered"]


def test_without_an_answer_the_effect_is_no_recovery_of_the_action():
    hand = Hand(level())
    hand.fail()
    assert hand.becomes(NOMINAL, time=1) == []
    assert hand.at(REPLY) == ["1/0 failed (no answer)", "1 recovered (by itself)"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (lambda hand: hand.at(REPLY), "1/0 failed (no answer)"),
        (lambda hand: hand.answer(success=False, time=1), "1/0 failed (the unit refused)"),
        (lambda hand: hand.answer(time=0) + hand.at(CONFIRM), "1/0 failed (not nominal in time)"),
    ],
)
def test_an_attempt_fails_without_answer_by_refusal_or_without_effect(how, words):
    hand = Hand(level())
    hand.fail()
    assert words in how(hand)


def test_an_attempt_fails_when_the_failure_is_gone_and_comes_back():
    hand = Hand(level())
    hand.fail()
    hand.answer()
    hand.becomes(UNKNOWN, time=3)
    assert hand.becomes(VIOLATED, time=7)[0] == "1/0 failed (violated again)"


def test_values_that_were_never_seen_again_since_a_gap_are_no_relief():
    hand = Hand(level())
    hand.fail()
    hand.answer()
    hand.ladder.postpone([1], 3)
    hand.becomes(UNKNOWN, time=3)
    assert hand.becomes(VIOLATED, time=7) == []
    hand.becomes(UNKNOWN, time=8)
    assert hand.becomes(VIOLATED, time=9)[0] == "1/0 failed (violated again)"


def test_an_action_taken_while_nothing_is_known_since_a_gap_does_not_make_it_known():
    hand = Hand(level(0, action(attempts=2)))
    hand.fail()
    hand.ladder.postpone([1], 3)
    hand.becomes(UNKNOWN, time=3)
    hand.at(REPLY)
    hand.answer(time=REPLY)
    hand.at(REPLY + 1)
    assert hand.becomes(VIOLATED, time=REPLY + 2) == []


def test_a_gap_while_the_answer_is_awaited_is_no_relief_either():
    hand = Hand(level())
    hand.fail()
    hand.ladder.postpone([1], 1)
    hand.becomes(UNKNOWN, time=1)
    hand.answer(time=2)
    assert hand.becomes(VIOLATED, time=3) == []


def test_an_answer_to_another_request_or_an_answer_too_late_changes_nothing():
    hand = Hand(level(0, action(attempts=2)))
    hand.fail()
    assert hand.ladder.verified(b"\0\0\0\0", True, 1) == []
    hand.at(REPLY)
    assert hand.ladder.verified(request_id(hand.requests[0]), True, REPLY + 1) == []
    assert hand.answer(time=REPLY + 1) == ["1/0 executed"]


def test_every_request_has_a_sequence_count_of_its_own_that_stored_requests_do_not_use():
    hand = Hand(level(0, action(attempts=4)))
    hand.ladder.count = SEQUENCE_MODULO - 2
    hand.fail()
    hand.to_the_end()
    half = SEQUENCE_MODULO // 2
    counts = [decode_tc(request).sequence for request in hand.requests]
    assert counts == [SEQUENCE_MODULO - 2, SEQUENCE_MODULO - 1, half, half + 1]


def test_values_that_stay_unknown_are_not_nominal_in_time():
    hand = Hand(level())
    hand.fail()
    hand.answer()
    hand.becomes(UNKNOWN, time=3)
    assert hand.at(CONFIRM)[0] == "1/0 failed (not nominal in time)"


# --- what ends without a nominal status --------------------------------------------------------------


def test_an_action_that_only_has_to_be_executed_is_done_with_the_answer():
    hand = Hand(level(4, action("safe", Kind.SAFE_MODE, needs_nominal=False), known=1))
    hand.fail()
    assert hand.answer(time=2) == ["1/0 executed", "1/0 done"]
    assert hand.ladder.states[1].phase is Phase.IDLE


def test_a_sequence_of_our_own_needs_no_answer_but_an_effect():
    own = action("reconfigure", Kind.RECONFIGURE, apid=66, function=None, sequence="WITHOUT")
    hand = Hand(level(0, own))
    assert hand.fail() == ["1 entered", "1/0 sent"]
    tc = decode_tc(hand.requests[0])
    assert (tc.apid, tc.service, tc.subtype, tc.data) == (66, 21, 4, b"WITHOUT".ljust(16, b"\0"))
    assert hand.ladder.deadline == CONFIRM
    assert hand.becomes(NOMINAL, time=3) == ["1/0 recovered"]


def test_a_sequence_that_only_has_to_be_executed_is_done_at_once():
    own = action("safe", Kind.SAFE_MODE, apid=66, function=None, sequence="SAFE", needs_nominal=False)
    assert Hand(level(0, own)).fail() == ["1 entered", "1/0 sent", "1/0 done"]


# --- the vote ----------------------------------------------------------------------------------------


def test_an_action_that_needs_a_classical_check_waits_for_one():
    hand = Hand(level(2, action(needs_classical=True), known=1))
    hand.known.classical = False
    assert hand.fail() == ["1 entered", "1 withheld (no classical check agrees)"]
    assert hand.ladder.deadline is None
    assert hand.at(1000) == []
    hand.known.classical = True
    assert hand.at(1001) == ["1/0 sent"]


def test_the_actions_before_it_need_none():
    hand = Hand(level(1, action(), action("cycle", needs_classical=True), known=1))
    hand.known.classical = False
    assert hand.fail()[-1] == "1/0 sent"
    assert hand.at(REPLY) == ["1/0 failed (no answer)", "1 withheld (no classical check agrees)"]


# --- silence -----------------------------------------------------------------------------------------


def test_a_silent_source_blames_nobody_and_the_level_has_its_time_anew():
    hand = Hand(level())
    hand.fail()
    hand.answer(time=1)
    assert hand.becomes(SILENT, time=2) == []
    assert hand.ladder.deadline is None
    assert hand.at(500) == []
    assert hand.becomes(UNKNOWN, time=600) == []
    assert hand.ladder.deadline == 600 + CONFIRM
    assert hand.becomes(VIOLATED, time=610) == []
    assert hand.at(620) == ["1/0 failed (not nominal in time)", "1 exhausted"]


def test_no_answer_is_a_failed_attempt_in_silence_too_but_nothing_follows():
    hand = Hand(level(0, action(attempts=2)))
    hand.fail()
    hand.becomes(SILENT, time=1)
    assert hand.at(REPLY) == ["1/0 failed (no answer)"]
    assert hand.ladder.deadline is None
    hand.becomes(VIOLATED, time=30)
    assert hand.at(30 + CONFIRM) == ["1/0 sent"]


def test_a_gap_gives_what_is_judged_by_its_source_its_time_anew():
    hand = Hand(level(wait=10), level(0, known=2, fmons=(2,), wait=10))
    hand.fail(1)
    hand.fail(2, level=2)
    hand.ladder.postpone([1, 3], 8)
    assert hand.at(10) == ["2/0 sent"]
    assert hand.at(8 + CONFIRM) == ["1/0 sent", "2/0 failed (no answer)", "2 exhausted"]


def test_what_is_sound_after_a_silence_is_recovered():
    hand = Hand(level())
    hand.fail()
    hand.answer()
    hand.becomes(SILENT, time=2)
    assert hand.becomes(NOMINAL, time=900) == ["1/0 recovered"]
