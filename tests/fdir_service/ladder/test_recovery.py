"""What follows from the steps of the ladder: events, re-armed FMONs, reminders, requests of no level."""

from functools import cache

import pytest

from fdir_service.ladder.commands import ACTION_MODE, LADDER_MODE, LEVEL_MODE, REARM_LEVEL, RESTORE_UNIT
from fdir_service.ladder.state import Outcome, Phase
from fdir_service.stream import Stream
from pus import codec
from pus.packets import decode_tc
from pus.samples import Tick
from pus.st12.definitions import FmonChecking
from tests.fdir_service.builders import (
    BENCH,
    PERIOD,
    answers,
    flight,
    freeze,
    load_text,
    samples,
    unit,
    write_mission,
)
from tests.fdir_service.outcomes import outcomes, take, tc

S = 1_000_000_000
MORE = """
[[event]]
id = 1012
name = "exhausted"
severity = "high"
[[event]]
id = 1013
name = "restricted"
severity = "low"

[recovery]
exhausted_event = 1012
inhibited_event = 1013
nag_s = 100.0"""
RECOVERED, FAILED, EXHAUSTED, RESTRICTED = 1010, 1011, 1012, 1013


@pytest.fixture(scope="module")
def fly(tmp_path_factory):
    """Make a stream of the bench with all events of recovery, and other changes."""
    folder = tmp_path_factory.mktemp("recovery")
    write_mission(folder)

    @cache
    def mission(changes):
        text = BENCH.replace("[recovery]", MORE)
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return load_text(folder, text)

    return lambda *changes: Stream(mission(changes))


def command(function, *values):
    return tc(8, 1, function.encode(dict(zip(function.arguments, values, strict=True))))


def told(output):
    """Event, level and process of each event of recovery."""
    data = [tm.data for tm in output.telemetry if tm.service == 5]
    found = [tuple(int.from_bytes(d[k : k + 2]) for k in (0, 2, 4)) for d in data]
    return [event for event in found if event[0] in (RECOVERED, FAILED, EXHAUSTED, RESTRICTED)]


def refused(stream):
    """Let x freeze and the unit refuse the switch."""
    process = unit()
    output = freeze(stream)
    process.services.clear()
    return stream.take(answers(process, output, stream.time))


def recovered(stream):
    """Let x freeze and the switch help."""
    stream.take(answers(unit(), freeze(stream), stream.time))
    return take(stream, samples(26, flight(40, slice(20, 27), unit_b_from=27)[26:]))


# --- events ------------------------------------------------------------------------------------------


def test_the_ground_is_told_of_a_recovery_with_level_and_unit(fly):
    assert told(recovered(fly())) == [(RECOVERED, 1, 81)]


def test_the_ground_is_told_of_a_failed_attempt_and_of_exhaustion(fly):
    # Exhaustion is about no unit: it names our own process.
    assert told(refused(fly())) == [(FAILED, 1, 81), (EXHAUSTED, 1, 66)]


def test_an_event_of_recovery_may_have_an_action_of_its_own(fly):
    stream = fly(
        ("event = 1004\nunit", "event = 1012\nunit"),
        ("arguments = { 1 = 1 }\nenabled = false", "arguments = { 1 = 1 }"),
    )
    (request,) = refused(stream).requests
    assert decode_tc(request).data[-1] == 1


def test_a_passive_ladder_raises_no_event(fly):
    stream = fly(('mode = "active"', 'mode = "passive"'))
    take(stream, samples(0, flight(26, slice(20, 26))))
    output = take(stream, samples(26, flight(80, slice(20, 80))[26:]))
    assert outcomes(output) == [Outcome.FAILED, Outcome.EXHAUSTED]
    assert told(output) == []


def test_the_ground_is_told_what_it_restricts_and_not_what_it_allows(fly):
    stream = fly()
    assert told(take(stream, command(LADDER_MODE, 1, 0))) == [(RESTRICTED, 0, 66)]
    assert told(take(stream, command(LEVEL_MODE, 1, 0, 50))) == [(RESTRICTED, 1, 66)]
    assert told(take(stream, command(ACTION_MODE, 1, 1, 0, 0))) == [(RESTRICTED, 1, 66)]
    # Two places are still restricted.
    assert told(take(stream, command(LADDER_MODE, 2, 0))) == [(RESTRICTED, 0, 66)]
    take(stream, command(LEVEL_MODE, 1, 2, 0))
    assert told(take(stream, command(ACTION_MODE, 1, 1, 2, 0))) == []


def test_a_restriction_is_told_again_and_its_expiry_ends_it(fly):
    stream = fly()
    take(stream, samples(0, flight(1)), command(LEVEL_MODE, 1, 0, 0))
    assert told(take(stream, Tick(99 * S))) == []
    assert told(take(stream, Tick(100 * S))) == [(RESTRICTED, 1, 66)]
    take(stream, command(LEVEL_MODE, 1, 0, 20))
    output = take(stream, Tick(120 * S))
    assert [step.reason for step in output.steps] == ["active (expired)"]
    assert told(output) == []
    assert stream.recovery.ladder.modes.restricted == 0


# --- re-arming ---------------------------------------------------------------------------------------


def verified(output):
    return [tm.subtype for tm in output.telemetry if tm.service == 1 and tm.apid == 66]


def test_a_recovery_rearms_the_fmons_of_its_causes(fly):
    stream = fly()
    assert verified(recovered(stream)) == [1, 3, 7, 1, 3, 7]
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.UNCHECKED


def test_an_fmon_that_the_ground_disabled_stays_disabled(fly):
    stream = fly()
    stream.take(answers(unit(), freeze(stream), stream.time))
    output = take(stream, tc(12, 20, codec.DEFAULT.ids([1])))
    assert Outcome.RECOVERED in outcomes(output)
    assert not stream.chain.monitoring.fmon_states[1].enabled


def test_a_level_that_the_ground_rearms_rearms_the_fmons_of_failures_that_are_over(fly):
    stream = fly()
    refused(stream)
    take(stream, samples(26, flight(40, slice(20, 27))[26:]))
    assert stream.recovery.ladder.states[1].phase is Phase.EXHAUSTED
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED
    take(stream, command(REARM_LEVEL, 1))
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.UNCHECKED


def test_a_failure_that_goes_on_stays_latched(fly):
    stream = fly()
    refused(stream)
    take(stream, samples(26, flight(40, slice(20, 40))[26:]), command(REARM_LEVEL, 1))
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED


def test_a_level_that_rearms_itself_can_be_entered_again(fly):
    stream = fly(("last = true", "last = true\nlatch = false\nrearm_s = 5.0"))
    refused(stream)
    output = take(stream, samples(26, flight(120, slice(20, 27))[26:]))
    assert outcomes(output) == [Outcome.REARMED]
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.UNCHECKED
    again = take(stream, samples(120, flight(150, slice(130, 150))[120:]))
    assert outcomes(again)[0] is Outcome.SENT


def test_where_the_ground_rearms_the_service_does_not(fly):
    stream = fly(('mode = "active"', 'mode = "active"\nrearm = "ground"'))
    assert verified(recovered(stream)) == []
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED


# --- requests of no level ----------------------------------------------------------------------------

PLAIN_ACTION = (
    ("arguments = { 1 = 1 }\nenabled = false", "arguments = { 1 = 1 }"),
    ("high_event = 1004", "high_event = 1004\nlow_event = 1004"),
)
JUMP = samples(0, [0.0, 5.0], source="slow", period=S)


def test_a_plain_event_action_is_sent_where_the_whole_ladder_may_act(fly):
    stream = fly(*PLAIN_ACTION)
    output = take(stream, JUMP)
    assert [(step.outcome, step.level, step.apid) for step in output.steps] == [(Outcome.SENT, None, 81)]
    assert output.requests == [stream.mission.actions[0].request]


@pytest.mark.parametrize("mode", ["passive", "inhibited"])
def test_a_plain_event_action_is_withheld_where_it_may_not(fly, mode):
    stream = fly(*PLAIN_ACTION, ('mode = "active"', f'mode = "{mode}"'))
    output = take(stream, JUMP)
    assert [(step.outcome, step.reason) for step in output.steps] == [(Outcome.WITHHELD, mode)]
    assert output.requests == []


# --- gaps and silence --------------------------------------------------------------------------------


def test_a_gap_is_no_failed_attempt_however_long_it_is(fly):
    stream = fly()
    stream.take(answers(unit(), freeze(stream), stream.time))
    rows = flight(300, slice(20, 27), unit_b_from=27)
    output = take(stream, samples(26, rows[26:28]), samples(250, rows[250:260]))
    assert outcomes(output) == [Outcome.RECOVERED]


def test_after_a_gap_the_attempt_has_its_time_anew_from_the_first_sample(fly):
    stream = fly()
    stream.take(answers(unit(), freeze(stream), stream.time))
    output = take(stream, samples(250, flight(300, slice(20, 300))[250:]))
    (failed, _) = output.steps
    assert (failed.reason, failed.time) == ("not nominal in time", 250 * PERIOD + 3 * S)


def test_after_a_silence_the_attempt_has_its_time_anew_from_the_first_sample(fly):
    stream = fly()
    stream.take(answers(unit(), freeze(stream), stream.time))
    silent = take(stream, Tick(20 * S), Tick(60 * S))
    assert outcomes(silent) == []
    back = samples(26, flight(80, slice(20, 80))[26:], late=60 * S)
    (failed, _) = take(stream, back).steps
    assert (failed.reason, failed.time) == ("not nominal in time", int(back.times[0]) + 3 * S)


# --- the ground restores a unit ----------------------------------------------------------------------


def test_a_unit_that_the_ground_restores_may_be_used_again(fly):
    stream = fly()
    refused(stream)
    assert stream.recovery.ladder.failed == {(81, 0)}
    output = take(stream, command(RESTORE_UNIT, 81, 0))
    assert outcomes(output) == [Outcome.RESTORED]
    assert stream.recovery.ladder.failed == set()
    assert (1, 8) in [(tm.service, tm.subtype) for tm in take(stream, command(RESTORE_UNIT, 81, 0)).telemetry]
