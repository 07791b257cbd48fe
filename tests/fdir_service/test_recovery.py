"""An attempt is sent once, executed, and ends recovered or failed; it always ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.recovery import Phase, Recovery, Step
from pus import codec
from pus.packets import Tc, request_id

REPLY, CONFIRM = 5, 60
EVENT = 1001


def recovery(mode="active"):
    return Recovery(mode, REPLY, CONFIRM)


def request(count=0, apid=81):
    return Tc(apid, 8, 1, codec.characters("RESET"), sequence=count).pack()


def never(event):
    return False


def always(event):
    return True


@pytest.fixture
def sent():
    """A recovery with one request on its way since time 10."""
    result = recovery()
    result.release(EVENT, request(), 10)
    return result


def test_a_request_is_sent_and_waits_for_its_answer(sent):
    assert sent.attempts[EVENT].phase is Phase.SENT
    assert sent.deadline == 10 + REPLY
    assert sent.judge(always, 14) == []


def test_an_executed_request_waits_for_its_effect_and_is_recovered_by_it(sent):
    assert sent.verified(request_id(request()), True, 12) == Step(12, EVENT, 81, Phase.EXECUTED)
    assert sent.deadline == 12 + CONFIRM
    assert sent.judge(never, 30) == []
    assert sent.judge(always, 40) == [Step(40, EVENT, 81, Phase.RECOVERED)]
    assert sent.attempts == {}
    assert sent.deadline is None


def test_a_refused_request_has_failed_at_once(sent):
    assert sent.verified(request_id(request()), False, 12) == Step(
        12, EVENT, 81, Phase.FAILED, "the unit refused"
    )
    assert sent.attempts == {}


def test_without_an_answer_in_time_the_attempt_has_failed(sent):
    assert sent.judge(never, 10 + REPLY - 1) == []
    assert sent.judge(never, 10 + REPLY) == [Step(15, EVENT, 81, Phase.FAILED, "no answer")]


def test_without_an_answer_a_nominal_status_is_no_recovery(sent):
    assert sent.judge(always, 10 + REPLY) == [Step(15, EVENT, 81, Phase.FAILED, "no answer")]


def test_without_an_effect_in_time_the_attempt_has_failed(sent):
    sent.verified(request_id(request()), True, 12)
    assert sent.judge(never, 12 + CONFIRM - 1) == []
    assert sent.judge(never, 12 + CONFIRM) == [Step(72, EVENT, 81, Phase.FAILED, "not nominal in time")]


def test_an_effect_at_the_last_moment_still_counts(sent):
    sent.verified(request_id(request()), True, 12)
    assert [step.phase for step in sent.judge(always, 12 + CONFIRM)] == [Phase.RECOVERED]


@pytest.mark.parametrize("mode", ["passive", "inhibited"])
def test_passive_and_inhibited_withhold_and_start_no_attempt(mode):
    withholding = recovery(mode)
    assert withholding.release(EVENT, request(), 10) == Step(10, EVENT, 81, Phase.WITHHELD, mode)
    assert withholding.release(None, request(), 10) == Step(10, None, 81, Phase.WITHHELD, mode)
    assert withholding.deadline is None


def test_there_are_never_two_attempts_for_one_event(sent):
    step = sent.release(EVENT, request(1), 11)
    assert step == Step(11, EVENT, 81, Phase.WITHHELD, "an attempt is under way")
    assert sent.deadline == 10 + REPLY


def test_attempts_for_different_events_go_on_beside_each_other(sent):
    assert sent.release(1002, request(1, 82), 11) == Step(11, 1002, 82, Phase.SENT)
    assert sent.deadline == 10 + REPLY
    sent.verified(request_id(request(1, 82)), True, 12)
    assert sent.judge(lambda event: event == 1002, 15) == [
        Step(15, EVENT, 81, Phase.FAILED, "no answer"),
        Step(15, 1002, 82, Phase.RECOVERED),
    ]


def test_after_its_end_an_event_may_have_another_attempt(sent):
    sent.judge(never, 10 + REPLY)
    assert sent.release(EVENT, request(1), 20).phase is Phase.SENT


def test_a_step_of_a_sequence_is_sent_and_nothing_waits_for_it():
    result = recovery()
    assert result.release(None, request(), 10) == Step(10, None, 81, Phase.SENT)
    assert result.attempts == {}


def test_verifications_of_other_requests_change_nothing(sent):
    assert sent.verified(request_id(request(7)), True, 12) is None
    assert sent.verified(b"", False, 12) is None
    sent.verified(request_id(request()), True, 12)
    assert sent.verified(request_id(request()), False, 13) is None
    assert sent.attempts[EVENT].phase is Phase.EXECUTED


# --- laws --------------------------------------------------------------------------------------------

EVENTS = st.integers(1, 3)
INPUTS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["release", "success", "failure", "judge"]), EVENTS),
    max_size=40,
)


@given(INPUTS, st.sets(EVENTS))
def test_every_attempt_ends_exactly_once_and_in_bounded_time(inputs, nominal):
    result, now, steps, began = recovery(), 0, [], {}
    for count, (elapsed, kind, event) in enumerate(inputs):
        now += elapsed
        if kind == "release":
            steps.append(result.release(event, request(count), now))
        elif kind == "judge":
            steps += result.judge(lambda e: e in nominal, now)
        elif event in result.attempts:
            attempt = result.attempts[event]
            steps.append(result.verified(request_id(attempt.request), kind == "success", now))
        assert all(attempt.deadline <= now + max(REPLY, CONFIRM) for attempt in result.attempts.values())
    while result.deadline is not None:
        now = max(now, result.deadline)
        closed = result.judge(never, now)
        assert closed
        steps += closed
    for step in filter(None, steps):
        if step.phase is Phase.SENT:
            assert step.event not in began
            began[step.event] = step.time
        elif step.phase in (Phase.RECOVERED, Phase.FAILED):
            assert step.time >= began.pop(step.event)
    assert began == {}
