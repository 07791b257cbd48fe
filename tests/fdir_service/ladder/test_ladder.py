"""A failure climbs the ladder: actions in order, levels that take over, attempts that come back."""

import pytest

from fdir_service.ladder.definitions import Member, Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.state import Phase
from tests.fdir_service.ladder.builders import (
    CONFIRM,
    CYCLE,
    REPLY,
    Hand,
    action,
    level,
    switch,
    tower,
)

VIOLATED, UNKNOWN, SILENT, NOMINAL = Cause.VIOLATED, Cause.UNKNOWN, Cause.SILENT, Cause.NOMINAL
CYCLED = {"function": CYCLE, "arguments": {1: Member.SELECTED}}


@pytest.fixture
def two():
    """Level 0 with two attempts, and level 1 above it."""
    return Hand(level(0, action(attempts=2)), level(1, action("cycle"), fmons=(), below=(1,)))


# --- actions and levels in order ---------------------------------------------------------------------


def test_each_action_has_its_attempts_before_the_next_one_is_taken():
    hand = Hand(level(0, action(attempts=2), action("cycle", **CYCLED)))
    hand.fail()
    hand.to_the_end()
    assert hand.functions == [("RESET", None), ("RESET", None), ("POWER_CYCLE", 0)]
    assert [s.attempt for s in hand.steps if s.request] == [1, 2, 1]


def test_a_level_with_nothing_left_is_exhausted_and_the_one_above_takes_over(two):
    two.fail()
    two.at(REPLY)
    assert two.at(2 * REPLY) == [
        "1/0 failed (no answer)", "1 exhausted", "2 entered (level-1 is exhausted)", "2/0 sent",
    ]  # fmt: skip
    assert two.steps[-1].causes == (1,)
    assert two.at(3 * REPLY) == ["2/0 failed (no answer)", "2 exhausted"]
    assert two.ladder.deadline is None


def test_a_level_that_takes_over_does_not_wait_to_confirm():
    hand = Hand(level(), level(1, fmons=(2,), below=(1,), wait=99))
    hand.fail()
    assert hand.at(REPLY)[-1] == "2/0 sent"


def test_several_levels_may_take_over_and_several_causes_are_resolved_together():
    hand = Hand(level(), level(0, known=7, fmons=(2,)), level(1, known=2, fmons=(), below=(1, 7)))
    hand.fail(1)
    hand.fail(2, level=7)
    hand.at(REPLY)
    assert hand.ladder.states[2].causes == (1, 2)
    hand.answer(time=REPLY + 1)
    assert hand.becomes(NOMINAL, 1, time=REPLY + 2) == []
    assert hand.becomes(NOMINAL, 2, time=REPLY + 3) == ["2/0 recovered"]


def test_actions_of_a_level_keep_its_cool_down_also_over_a_recovery():
    hand = Hand(level(0, action(attempts=9), cooldown=50))
    hand.fail()
    hand.answer(success=False, time=1)
    assert hand.ladder.deadline == 50
    hand.at(50)
    hand.answer(time=51)
    hand.becomes(NOMINAL, time=52)
    assert hand.fail(time=60) == ["1 entered"]
    assert hand.at(99) == []
    assert hand.at(100) == ["1/0 sent"]


def test_a_failure_of_a_level_that_is_open_joins_its_causes():
    hand = Hand(level(fmons=(1, 2)))
    hand.known.causes[2] = VIOLATED
    hand.ladder.enter(1, 0, (1,))
    assert hand.ladder.enter(1, 0, (2,)) == []
    assert hand.ladder.states[1].causes == (1, 2)


def test_a_higher_level_waits_for_every_level_beneath_it():
    low, middle = level(wait=100), level(1, fmons=(), below=(1,))
    hand = Hand(low, middle, level(2, fmons=(2,), below=(2,)))
    hand.fail(1)
    assert hand.fail(2, level=3) == ["3 entered", "3 withheld (a lower level is under way)"]
    assert hand.ladder.deadline == 100
    hand.at(50)
    assert hand.becomes(NOMINAL, 1, time=60) == ["1 recovered (by itself)", "3/0 sent"]


def test_a_lower_level_waits_while_an_action_of_a_higher_one_is_to_show_its_effect():
    hand = Hand(level(), level(1, fmons=(2,), below=(1,)))
    hand.fail(2, level=2)
    assert hand.fail(1, time=1) == ["1 entered", "1 withheld (an action of a higher level is under way)"]
    # The end of that attempt is at once the lower level's turn.
    assert hand.at(REPLY) == [
        "2/0 failed (no answer)", "2 withheld (a lower level is under way)", "1/0 sent",
    ]  # fmt: skip


@pytest.mark.parametrize("quiet", ["passive", "silent"])
def test_a_lower_level_does_not_wait_for_an_action_that_was_not_taken_or_cannot_be_judged(quiet):
    hand = Hand(level(), level(1, fmons=(2,), below=(1,)))
    if quiet == "passive":
        hand.mode(Mode.PASSIVE, 2)
    hand.fail(2, level=2)
    if quiet == "silent":
        hand.answer()
        hand.becomes(SILENT, 2)
    assert hand.fail(1, time=1) == ["1 entered", "1/0 sent"]


def test_levels_beside_each_other_act_at_the_same_time():
    hand = Hand(level(), level(0, known=2, fmons=(2,)))
    hand.fail(1)
    assert hand.fail(2, level=2) == ["2 entered", "2/0 sent"]


def test_no_two_levels_wait_for_each_other():
    hand = Hand(level(), level(1, fmons=(2,), below=(1,)))
    hand.fail(2, level=2)
    hand.fail(1)
    hand.to_the_end()
    assert {state.phase for state in hand.ladder.states.values()} == {Phase.EXHAUSTED}


# --- bounded: attempts come back only so -------------------------------------------------------------


def test_attempts_that_were_used_are_given_back_after_a_quiet_time():
    hand = Hand(level(rearm=100))
    hand.fail()
    hand.answer(time=1)
    hand.becomes(NOMINAL, time=2)
    assert hand.ladder.deadline == 102
    assert hand.at(101) == []
    assert hand.at(102) == ["1 rearmed (quiet)"]
    assert hand.fail(time=103) == ["1 entered", "1/0 sent"]


def test_a_failure_that_comes_back_before_finds_fewer_attempts():
    hand = Hand(level(rearm=100))
    hand.fail()
    hand.answer(time=1)
    hand.becomes(NOMINAL, time=2)
    assert hand.fail(time=101) == ["1 entered", "1 exhausted"]


def test_a_latched_level_waits_for_the_ground_and_hands_new_failures_on(two):
    two.fail()
    two.to_the_end()
    two.becomes(NOMINAL, time=1000)
    assert two.ladder.deadline is None
    assert two.fail(time=2000) == ["1 withheld (exhausted)", "2 withheld (exhausted)"]
    two.ladder.rearm(2, 2001)
    assert two.fail(time=2002)[:2] == ["1 withheld (exhausted)", "2 entered (level-1 is exhausted)"]
    assert two.ladder.rearm(1, 2003).outcome == "rearmed"
    assert two.fail(time=2004)[0] == "1 entered"


def test_a_level_that_is_not_latched_waits_until_the_failure_has_long_been_gone():
    hand = Hand(level(latch=False, rearm=100))
    hand.fail()
    hand.to_the_end()
    assert hand.becomes(NOMINAL, time=50) == []
    assert hand.becomes(VIOLATED, time=149) == []
    assert hand.ladder.deadline is None
    hand.becomes(NOMINAL, time=200)
    assert hand.at(300) == ["1 rearmed (quiet)"]
    assert hand.steps[-1].causes == (1,)


def test_a_failure_that_joins_an_exhausted_level_keeps_it_from_being_rearmed():
    hand = Hand(level(latch=False, rearm=100, fmons=(1, 2)))
    hand.known.causes[1] = VIOLATED
    hand.ladder.enter(1, 0, (1,))
    hand.at(0)
    hand.at(REPLY)
    hand.known.causes = {2: VIOLATED}
    assert hand.ladder.enter(1, 10, (2,))[0].reason == "exhausted"
    assert hand.to_the_end() == []
    assert hand.ladder.states[1].causes == (1, 2)


def test_the_ground_gives_an_open_level_its_attempts_back():
    hand = Hand(level())
    hand.fail()
    step = hand.ladder.rearm(1, 1)
    assert (step.reason, step.causes) == ("ground", ())
    assert hand.at(REPLY) == ["1/0 failed (no answer)", "1/0 sent"]


# --- redundant units ---------------------------------------------------------------------------------


def test_a_failed_unit_is_never_selected_again():
    hand = Hand(level(0, switch(attempts=3)))
    hand.fail()
    hand.known.selected[81] = 1
    hand.answer()
    hand.at(CONFIRM)
    assert hand.functions == [("SELECT_UNIT", 1)]
    assert hand.ladder.states[1].phase is Phase.EXHAUSTED
    assert hand.ladder.failed == {(81, 0)}


def test_a_member_that_the_ground_restores_may_be_selected_again():
    hand = Hand(level(0, switch(attempts=3)))
    hand.fail()
    hand.known.selected[81] = 1
    assert hand.ladder.restore(81, 0, 1).reason == "member 0"
    hand.answer(success=False, time=2)
    assert hand.functions == [("SELECT_UNIT", 1), ("SELECT_UNIT", 0)]


def test_of_several_members_the_first_sound_one_replaces_the_failed_one():
    hand = Hand(level(0, switch(attempts=3)))
    hand.known.units = {81: (0, 1, 2)}
    hand.ladder.failed.add((81, 0))
    hand.known.selected[81] = 1
    hand.fail()
    assert hand.functions == [("SELECT_UNIT", 2)]


def test_an_action_on_a_member_that_is_not_known_is_left_out():
    hand = Hand(level(0, action("cycle", **CYCLED), switch(), action("last")))
    hand.known.selected = {}
    hand.fail()
    assert hand.functions == [("RESET", None)]


def test_a_switch_that_helped_gives_the_other_member_all_attempts_before_it():
    hand = Hand(level(0), level(1, switch(attempts=2), below=(1,), fmons=()))
    hand.known.units = {81: (0, 1, 2)}
    for member in (0, 1):
        hand.known.selected[81] = member
        assert hand.fail(time=hand.time + 1) == ["1 entered", "1/0 sent"]
        hand.answer(success=False)
        hand.answer()
        assert hand.becomes(NOMINAL, time=hand.time + 1) == ["2/0 recovered"]
    assert hand.ladder.failed == {(81, 0), (81, 1)}
    assert hand.ladder.states[1].spent == hand.ladder.states[2].spent == [0]


def test_another_action_that_helped_leaves_the_lower_level_exhausted(two):
    two.fail()
    two.at(REPLY)
    two.at(2 * REPLY)
    two.answer()
    assert two.becomes(NOMINAL, time=12) == ["2/0 recovered"]
    assert two.ladder.states[1].phase is Phase.EXHAUSTED


# --- entered by the ground ---------------------------------------------------------------------------


def test_a_level_without_fmons_that_the_ground_enters_resolves_what_those_beneath_it_do():
    hand = Hand(level(), level(1, fmons=(), below=(1,)))
    hand.known.causes[1] = VIOLATED
    hand.ladder.enter(2, 0)
    assert hand.at(0) == ["2/0 sent"]
    assert hand.steps[-1].causes == (1,)


def test_a_level_that_is_entered_without_a_failure_is_over_at_once():
    hand = Hand(level())
    hand.ladder.enter(1, 0)
    assert hand.at(0) == ["1 recovered (by itself)"]


def test_a_ladder_without_levels_has_nothing_to_do():
    assert tower().deadline is None
    assert Hand(mode=Mode.ACTIVE).at(5) == []
