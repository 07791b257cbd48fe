"""The rules of the ladder, one by one; times are in ns that read as seconds."""

import pytest

from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.evidence import Cause
from fdir_service.ladder.state import Phase
from tests.fdir_service.ladder.rungs import (
    CONFIRM,
    PAIR,
    REPLY,
    View,
    action,
    answer,
    ladder,
    level,
    outcomes,
    selected_by,
    sent,
    switch,
    words,
)


@pytest.fixture
def view():
    return View()


def entered(target, view, time=10, level_id=1):
    """Enter a level and return what it does at once."""
    return target.enter(level_id, time) + target.judge(view, time)


# --- one attempt -------------------------------------------------------------------------------------


def test_a_level_that_is_entered_takes_its_first_action(view):
    target = ladder()
    steps = entered(target, view)
    assert words(steps) == [("entered", 1, None, ""), ("sent", 1, 0, "")]
    assert (steps[1].attempt, steps[1].apid, steps[1].causes) == (1, 80, (1,))
    assert target.deadline == 10 + REPLY


def test_an_executed_action_waits_for_its_effect_and_is_recovered_by_it(view):
    target = ladder()
    steps = answer(target, entered(target, view), 12)
    assert words(steps) == [("executed", 1, 0, "")]
    assert target.deadline == 12 + CONFIRM
    assert target.judge(view, 30) == []
    view.state = Cause.NOMINAL
    assert words(target.judge(view, 40)) == [("recovered", 1, 0, "")]
    assert target.states[1].phase is Phase.IDLE


def test_a_level_waits_for_its_confirmation_time(view):
    target = ladder(level(wait=7))
    assert outcomes(entered(target, view)) == ["entered"]
    assert target.deadline == 17
    assert target.judge(view, 16) == []
    assert outcomes(target.judge(view, 17)) == ["sent"]


def test_a_failure_that_goes_by_itself_needs_no_action(view):
    target = ladder(level(wait=7))
    entered(target, view)
    view.state = Cause.NOMINAL
    assert words(target.judge(view, 12)) == [("recovered", 1, None, "by itself")]
    assert target.deadline is None


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (lambda t, v, s: t.judge(v, 10 + REPLY), "no answer"),
        (lambda t, v, s: answer(t, s, 12, success=False), "the unit refused"),
        (lambda t, v, s: answer(t, s, 12) and t.judge(v, 12 + CONFIRM), "not nominal in time"),
    ],
)
def test_an_attempt_fails_for_a_reason(view, play, reason):
    target = ladder()
    assert words(play(target, view, entered(target, view)))[0] == ("failed", 1, 0, reason)


def test_a_failure_that_comes_back_ends_the_attempt_before_its_time(view):
    target = ladder()
    answer(target, entered(target, view), 12)
    view.state = Cause.UNKNOWN
    assert target.judge(view, 13) == []
    view.state = Cause.VIOLATED
    assert words(target.judge(view, 20))[0] == ("failed", 1, 0, "violated again")


def test_values_that_stay_unknown_are_not_nominal_in_time(view):
    target = ladder()
    answer(target, entered(target, view), 12)
    view.state = Cause.UNKNOWN
    target.judge(view, 13)
    assert words(target.judge(view, 12 + CONFIRM))[0] == ("failed", 1, 0, "not nominal in time")


def test_without_an_answer_a_nominal_status_is_no_success_but_ends_the_failure(view):
    target = ladder()
    entered(target, view)
    view.state = Cause.NOMINAL
    assert target.judge(view, 12) == []
    assert words(target.judge(view, 15)) == [
        ("failed", 1, 0, "no answer"),
        ("recovered", 1, None, "by itself"),
    ]


def test_answers_to_other_requests_change_nothing(view):
    target = ladder()
    entered(target, view)
    assert target.verified(b"\0\0\0\0", True, 12) == []
    assert target.states[1].phase is Phase.SENT


def test_an_action_that_is_confirmed_by_its_execution_ends_the_level(view):
    target = ladder(level(actions=(action(needs_nominal=False),)))
    steps = answer(target, entered(target, view), 12)
    assert outcomes(steps) == ["executed", "done"]
    assert target.states[1].phase is Phase.IDLE


def test_a_sequence_asks_our_own_process_and_is_executed_at_once(view):
    target = ladder(level(actions=(action(function=None, sequence="SAFE", apid=66),)))
    (_, step) = entered(target, view)
    assert (step.apid, step.request[7:9], b"SAFE" in step.request) == (66, b"\x15\x04", True)
    assert target.states[1].phase is Phase.EXECUTED


# --- attempts, actions, levels -----------------------------------------------------------------------


def fail(target, view, steps, time):
    """Let the unit refuse what was sent; return what the ladder does then."""
    return answer(target, steps, time, success=False) + target.judge(view, time)


def test_actions_are_taken_in_order_as_often_as_they_may(view):
    target = ladder(level(actions=(action(attempts=2), action("cycle"))))
    steps, taken = entered(target, view), []
    for time in (11, 12, 13):
        taken.append(next((s.action, s.attempt) for s in steps if sent([s])))
        steps = fail(target, view, steps, time)
    assert taken == [(0, 1), (0, 2), (1, 1)]
    assert outcomes(steps) == ["failed", "exhausted"]


def test_requests_of_attempts_can_be_told_apart(view):
    target = ladder(level(actions=(action(attempts=2),)))
    first = entered(target, view)
    second = fail(target, view, first, 11)
    assert sent(first)[0][:4] != sent(second)[0][:4]


def test_sequence_counts_wrap_within_their_half(view):
    target = ladder(level(actions=(action(attempts=3),)))
    target.count = (1 << 14) - 1
    steps = fail(target, view, entered(target, view), 11)
    assert int.from_bytes(sent(steps)[0][2:4], "big") & 0x3FFF == 1 << 13


def test_two_actions_of_a_level_are_a_cool_down_apart(view):
    target = ladder(level(actions=(action(attempts=2),), cooldown=20))
    assert outcomes(fail(target, view, entered(target, view), 11)) == ["failed"]
    assert target.deadline == 30
    assert target.judge(view, 29) == []
    assert outcomes(target.judge(view, 30)) == ["sent"]


def test_an_exhausted_level_hands_its_failure_over(view):
    target = ladder(level(), level(2, 2, fmons=(), below=(1,)))
    steps = fail(target, view, entered(target, view), 11)
    assert words(steps)[1:] == [
        ("exhausted", 1, None, ""),
        ("entered", 2, None, "level-1 is exhausted"),
        ("sent", 2, 0, ""),
    ]
    assert steps[-1].causes == (1,)


def test_a_level_is_not_taken_while_one_below_it_is_open(view):
    target = ladder(level(), level(2, 2, fmons=(2,), below=(1,)))
    entered(target, view)
    assert words(entered(target, view, 11, 2)) == [
        ("entered", 2, None, ""),
        ("withheld", 2, None, "a lower level is under way"),
    ]
    view.causes[1] = Cause.NOMINAL
    assert outcomes(target.judge(view, 10 + REPLY)) == ["failed", "recovered", "sent"]


def test_a_higher_level_starts_where_the_lower_one_ended_and_waits_no_longer(view):
    target = ladder(level(), level(2, 2, fmons=(2,), below=(1,), wait=1000))
    assert outcomes(fail(target, view, entered(target, view), 11))[-1] == "sent"


def test_an_exhausted_level_that_is_entered_again_hands_over_at_once(view):
    target = ladder(level(), level(2, 2, fmons=(), below=(1,)))
    steps = fail(target, view, fail(target, view, entered(target, view), 11), 12)
    assert outcomes(steps)[-1] == "exhausted"
    assert words(target.enter(1, 20)) == [
        ("withheld", 1, None, "exhausted"),
        ("withheld", 2, None, "exhausted"),
    ]


def test_a_second_failure_of_an_open_level_joins_the_first(view):
    target = ladder(level(fmons=(1, 2)))
    target.enter(1, 10, (1,))
    assert target.enter(1, 11, (2,)) == []
    assert target.states[1].causes == (1, 2)


# --- giving attempts back ----------------------------------------------------------------------------


def recovered(target, view, time=10):
    answer(target, entered(target, view, time), time + 1)
    view.state = Cause.NOMINAL
    target.judge(view, time + 2)
    view.state = Cause.VIOLATED


def test_a_failure_that_comes_back_soon_finds_the_attempts_spent(view):
    target = ladder(level(actions=(action(), action("cycle")), rearm=100))
    recovered(target, view)
    assert words(entered(target, view, 50))[-1] == ("sent", 1, 1, "")


def test_after_a_quiet_time_the_attempts_are_given_back(view):
    target = ladder(level(actions=(action(), action("cycle")), rearm=100))
    recovered(target, view)
    assert target.deadline == 112
    assert words(target.judge(view, 112)) == [("rearmed", 1, None, "quiet")]
    assert words(entered(target, view, 150))[-1] == ("sent", 1, 0, "")


def test_a_latched_level_waits_for_the_ground(view):
    target = ladder(level(rearm=100))
    fail(target, view, entered(target, view), 11)
    view.state = Cause.NOMINAL
    assert target.judge(view, 5000) == []
    assert words([target.rearm(1, 5001)]) == [("rearmed", 1, None, "ground")]
    view.state = Cause.VIOLATED
    assert outcomes(entered(target, view, 5002)) == ["entered", "sent"]


def test_a_level_without_a_latch_is_ready_again_after_a_quiet_time(view):
    target = ladder(level(rearm=100, latch=False))
    fail(target, view, entered(target, view), 11)
    view.state = Cause.NOMINAL
    assert target.judge(view, 50) == []
    view.state = Cause.UNKNOWN
    assert target.judge(view, 60) == []
    view.state = Cause.NOMINAL
    assert target.judge(view, 70) == []
    assert target.deadline == 170
    assert outcomes(target.judge(view, 170)) == ["rearmed"]


# --- redundancy --------------------------------------------------------------------------------------


def test_a_switch_selects_the_other_member_and_declares_this_one_failed(view):
    target = ladder(level(actions=(switch(),)))
    (request,) = sent(entered(target, view))
    assert selected_by(request) == 1
    assert target.failed == {(PAIR, 0)}


def test_a_failed_member_is_not_selected_again_until_the_ground_restores_it(view):
    target = ladder(level(actions=(switch(attempts=9),)))
    recovered(target, view)
    view.selected = 1
    assert outcomes(entered(target, view, 50)) == ["entered", "exhausted"]
    assert words([target.restore(PAIR, 0, 51)]) == [("restored", None, None, "member 0")]
    target.rearm(1, 52)
    assert [selected_by(r) for r in sent(entered(target, view, 53))] == [0]


def test_a_switch_gives_the_levels_below_their_attempts_for_the_other_member(view):
    target = ladder(level(), level(2, 2, actions=(action("cycle"), switch()), fmons=(), below=(1,)))
    steps = fail(target, view, entered(target, view), 11)
    steps = fail(target, view, steps, 12)
    answer(target, steps, 13)
    view.state = Cause.NOMINAL
    target.judge(view, 14)
    assert [state.spent for state in target.states.values()] == [[0], [0, 0]]
    assert target.states[1].phase is Phase.IDLE


def test_an_action_whose_member_is_not_known_is_left_out(view):
    target = ladder(level(actions=(switch(), action())))
    view.members = lambda apid, failed: {}
    assert words(entered(target, view))[-1] == ("sent", 1, 1, "")


# --- votes, silence ----------------------------------------------------------------------------------


def test_an_action_waits_until_a_classical_check_agrees(view):
    target = ladder(level(actions=(action(needs_classical=True),)))
    view.classical = False
    assert words(entered(target, view))[-1] == ("withheld", 1, None, "no classical check agrees")
    assert target.deadline is None
    assert target.judge(view, 500) == []
    view.classical = True
    assert outcomes(target.judge(view, 501)) == ["sent"]


def test_while_a_source_is_silent_nobody_is_blamed(view):
    target = ladder(level(wait=5))
    entered(target, view)
    view.state = Cause.SILENT
    assert target.judge(view, 100) == []
    view.state = Cause.VIOLATED
    assert target.judge(view, 101) == []
    assert outcomes(target.judge(view, 100 + CONFIRM)) == ["sent"]


def test_an_attempt_is_not_failed_by_silence(view):
    target = ladder()
    answer(target, entered(target, view), 12)
    view.state = Cause.SILENT
    assert target.judge(view, 12 + CONFIRM) == []
    view.state = Cause.NOMINAL
    assert outcomes(target.judge(view, 13 + CONFIRM)) == ["recovered"]


def test_a_unit_that_owes_an_answer_is_not_excused_by_a_silent_source(view):
    target = ladder()
    entered(target, view)
    view.state = Cause.SILENT
    assert words(target.judge(view, 10 + REPLY)) == [("failed", 1, 0, "no answer")]


def test_after_a_gap_a_failure_has_its_time_to_show_itself_again(view):
    target = ladder()
    answer(target, entered(target, view), 12)
    target.postpone([1], 60)
    assert target.deadline == 60 + CONFIRM
    target.postpone([7], 90)
    assert target.deadline == 60 + CONFIRM


# --- modes -------------------------------------------------------------------------------------------


def test_passive_walks_the_ladder_and_sends_nothing(view):
    target = ladder(level(), level(2, 2, fmons=(), below=(1,)), mode=Mode.PASSIVE)
    steps = entered(target, view)
    assert words(steps)[-1] == ("withheld", 1, 0, "passive")
    assert steps[-1].request
    steps = target.judge(view, 10 + CONFIRM)
    assert outcomes(steps) == ["failed", "exhausted", "entered", "withheld"]
    assert all(step.passive for step in steps[:2])


def test_passive_declares_no_member_failed(view):
    target = ladder(level(actions=(switch(),)), mode=Mode.PASSIVE)
    entered(target, view)
    assert target.failed == set()


def test_what_passive_mode_spent_is_given_back_when_the_level_may_act(view):
    target = ladder(mode=Mode.PASSIVE)
    entered(target, view)
    target.judge(view, 10 + CONFIRM)
    assert target.states[1].phase is Phase.EXHAUSTED
    target.set_mode((), Mode.ACTIVE, None, 100)
    assert outcomes(target.judge(view, 100)) == ["sent"]


@pytest.mark.parametrize("key", [(), (1,)])
def test_an_inhibited_level_waits_and_goes_on_when_it_may(view, key):
    target = ladder()
    target.set_mode(key, Mode.INHIBITED, None, 5)
    assert words(entered(target, view))[-1] == ("withheld", 1, None, "inhibited")
    assert target.deadline is None
    target.set_mode(key, Mode.ACTIVE, None, 200)
    assert outcomes(target.judge(view, 200)) == ["sent"]


def test_an_inhibited_action_is_left_out_and_keeps_the_level_from_being_exhausted(view):
    target = ladder(level(actions=(action(), action("cycle"))))
    target.set_mode((1, 0), Mode.INHIBITED, None, 5)
    steps = entered(target, view)
    assert words(steps)[-1] == ("sent", 1, 1, "")
    assert words(fail(target, view, steps, 11))[-1] == ("withheld", 1, None, "inhibited")


def test_a_mode_expires(view):
    target = ladder()
    target.set_mode((), Mode.INHIBITED, 100, 5)
    entered(target, view)
    assert target.deadline == 100
    assert words(target.judge(view, 100)) == [("mode", None, None, "active (expired)"), ("sent", 1, 0, "")]


def test_a_restriction_without_an_end_nags(view):
    target = ladder(nag=60)
    assert words([target.set_mode((1,), Mode.PASSIVE, None, 5)]) == [("mode", 1, None, "passive (ground)")]
    assert target.deadline == 65
    assert words(target.judge(view, 65)) == [("mode", 1, None, "passive (still)")]
    assert target.deadline == 125
    target.set_mode((1,), Mode.ACTIVE, None, 70)
    assert target.deadline is None
