"""The way of a fault through the stream: from a frozen sensor to a recovery that is confirmed."""

import pytest

from fdir_service.ladder.commands import RESTORE_UNIT
from fdir_service.ladder.state import Outcome
from fdir_service.stream import Stream, Verification
from pus import codec
from pus.packets import decode_tc
from pus.samples import Tick
from pus.st12.definitions import FmonChecking, PmonChecking
from tests.fdir_service.builders import (
    PERIOD,
    answers,
    bench_with,
    flight,
    freeze,
    reports,
    samples,
    unit,
)
from tests.fdir_service.outcomes import checking, events, fmons, outcomes, take, tc, transitions

S = 1_000_000_000


@pytest.fixture
def stream(bench):
    return Stream(bench)


def test_a_frozen_sensor_runs_down_the_whole_chain(stream):
    output = freeze(stream)
    assert (1, PmonChecking.NOMINAL, PmonChecking.LOW) in transitions(output)
    assert fmons(output)[-1] == (1, FmonChecking.RUNNING, FmonChecking.FAILED)
    assert events(output) == [1001]
    assert [(tm.service, tm.subtype) for tm in output.telemetry if tm.service == 5] == [(5, 4)]
    assert outcomes(output) == [Outcome.SENT]
    (request,) = output.requests
    assert decode_tc(request).apid == 81
    assert stream.time == 25 * PERIOD


def test_detection_takes_the_window_and_the_repetition(stream):
    (event,) = [e for instant in freeze(stream).instants for e in instant.events]
    # The window of four is frozen from sample 23 on; three checks establish it.
    assert event.time == 25 * PERIOD


@pytest.fixture
def recovered(stream):
    """A stream at the end of a recovery, and all its outputs."""
    outputs = [freeze(stream)]
    outputs.append(stream.take(answers(unit(), outputs[0], stream.time)))
    rows = flight(40, slice(20, 27), unit_b_from=27)
    outputs.append(take(stream, samples(26, rows[26:])))
    return stream, outputs


def test_the_unit_executes_and_the_cause_becomes_nominal(recovered):
    _, (_, answered, after) = recovered
    assert [entry.subtype for entry in answered.timeline if isinstance(entry, Verification)] == [1, 3, 7]
    assert [(tm.apid, tm.subtype) for tm in answered.telemetry] == [(81, 1), (81, 3), (81, 7)]
    assert outcomes(answered) == [Outcome.EXECUTED]
    assert outcomes(after) == [Outcome.RECOVERED]


def test_a_confirmed_recovery_rearms_the_latched_fmon_by_audited_requests(recovered):
    stream, (_, _, after) = recovered
    assert stream.chain.monitoring.fmon_states[1].status is not FmonChecking.FAILED
    assert stream.chain.monitoring.fmon_states[1].enabled
    verified = [tm for tm in after.telemetry if tm.service == 1]
    assert [tm.subtype for tm in verified] == [1, 3, 7, 1, 3, 7]
    assert {tm.apid for tm in verified} == {66}
    assert events(after) == [1010]
    assert events(after)[0] == int.from_bytes(
        next(tm.data for tm in after.telemetry if tm.service == 5)[:2], "big"
    )


def test_a_second_fault_has_no_sound_member_left(recovered):
    stream, _ = recovered
    again = take(stream, samples(40, flight(60, slice(50, 60), unit_b_from=0)[40:]))
    assert (1001 in events(again), outcomes(again)) == (True, [Outcome.EXHAUSTED])


def test_a_member_that_the_ground_restores_is_selected_again(recovered):
    stream, _ = recovered
    restore = RESTORE_UNIT.encode({1: 81, 2: 0})
    assert outcomes(take(stream, tc(8, 1, restore))) == [Outcome.RESTORED]
    again = take(stream, samples(40, flight(60, slice(50, 60), unit_b_from=0)[40:]))
    assert outcomes(again) == [Outcome.SENT]


def test_the_sample_of_a_unit_switch_is_not_trusted(recovered):
    stream, _ = recovered
    assert checking(stream, 1) is PmonChecking.NOMINAL
    clean = Stream(stream.mission)
    jump = flight(12, unit_b_from=6)
    jump[6:, 0] += 100.0  # a step between two units is no fault
    output = take(clean, samples(0, jump[:7]))
    assert PmonChecking.HIGH not in [current for _, _, current in transitions(output)]
    assert checking(clean, 2) is PmonChecking.INVALID


def test_the_ground_rearms_where_the_mission_says_so(tmp_path):
    stream = Stream(bench_with(tmp_path, ('mode = "active"', 'mode = "active"\nrearm = "ground"')))
    stream.take(answers(unit(), freeze(stream), stream.time))
    after = take(stream, samples(26, flight(40, slice(20, 27), unit_b_from=27)[26:]))
    assert outcomes(after) == [Outcome.RECOVERED]
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED
    output = take(stream, tc(12, 20, codec.DEFAULT.ids([1])), tc(12, 19, codec.DEFAULT.ids([1])))
    assert reports(output) == [(1, 1), (1, 3), (1, 7)] * 2
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.UNCHECKED


def test_an_effect_that_precedes_the_answer_is_confirmed_with_the_answer(stream):
    replies = answers(unit(), freeze(stream), stream.time)
    take(stream, samples(26, flight(34, slice(20, 26))[26:]))
    assert checking(stream, 1) is PmonChecking.NOMINAL
    assert outcomes(stream.take(replies)) == [Outcome.EXECUTED, Outcome.RECOVERED]


def test_the_end_of_an_attempt_raises_no_event_where_the_mission_names_none(tmp_path):
    stream = Stream(bench_with(tmp_path, ("failed_event = 1011", "")))
    freeze(stream)
    output = take(stream, Tick(stream.time + S))
    assert (outcomes(output), events(output)) == ([Outcome.FAILED, Outcome.EXHAUSTED], [])


def test_what_the_mission_disables_is_defined_and_not_enabled(tmp_path):
    off = "enabled = false\n"
    stream = Stream(
        bench_with(
            tmp_path,
            ("repetition = 3", f"repetition = 3\n{off}"),
            ("pmons = [1]", f"pmons = [1]\n{off}"),
            ("interval = 10", f"interval = 10\n{off}"),
        )
    )
    output = take(stream, samples(0, flight(30, slice(20, 30))))
    assert (events(output), reports(output)) == ([], [])
    # Unprotect and enable the FMON, enable its PMON.
    one = codec.DEFAULT.ids([1])
    assert (1, 4) not in reports(take(stream, *(tc(12, subtype, one) for subtype in (22, 19, 1))))
    output = take(stream, samples(30, flight(40, slice(20, 40))[30:]))
    assert events(output) == [1001]


@pytest.mark.parametrize("mode", ["passive", "inhibited"])
def test_withheld_requests_are_reported_and_not_sent(tmp_path, mode):
    stream = Stream(bench_with(tmp_path, ('mode = "active"', f'mode = "{mode}"')))
    output = take(stream, samples(0, flight(26, slice(20, 26))))
    assert output.requests == []
    assert [(s.outcome, s.reason) for s in output.steps][1:] == [(Outcome.WITHHELD, mode)]


def test_a_unit_that_does_not_answer_in_time_has_failed(stream):
    freeze(stream)
    output = take(stream, samples(26, flight(40, slice(20, 40))[26:]))
    step = next(output.steps)
    assert (step.outcome, step.reason, step.time) == (Outcome.FAILED, "no answer", 35 * PERIOD)
    assert 1011 in events(output)


def test_a_unit_that_does_not_answer_fails_in_silence_too(stream):
    freeze(stream)
    assert outcomes(take(stream, Tick(stream.time + S - 1))) == []
    assert outcomes(take(stream, Tick(stream.time + 1))) == [Outcome.FAILED, Outcome.EXHAUSTED]


def test_a_refused_request_has_failed(stream):
    output = freeze(stream)
    refuse = unit()
    refuse.services.clear()
    after = stream.take(answers(refuse, output, stream.time))
    steps = [(step.outcome, step.reason) for step in after.steps]
    assert steps == [(Outcome.FAILED, "the unit refused"), (Outcome.EXHAUSTED, "")]
    assert events(after) == [1011]


def test_an_unconfirmed_recovery_has_failed(stream):
    stream.take(answers(unit(), freeze(stream), stream.time))
    output = take(stream, samples(26, flight(60, slice(20, 60))[26:]))
    step = next(output.steps)
    assert (step.reason, step.time) == ("not nominal in time", 55 * PERIOD)
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED
