"""What the stream makes of gaps and silence, requests of the ground, answers of units, and strangers."""

import numpy as np
import pytest

from fdir_service.ladder.state import Outcome, Phase
from fdir_service.stream import CHUNK, Silence, Stream
from pus import codec
from pus.packets import Report, Tc, decode_tc
from pus.samples import Command, Heartbeat, Reply, Samples, Tick
from pus.st12.definitions import PmonChecking
from tests.fdir_service.builders import (
    MS,
    PERIOD,
    RESET,
    bench_with,
    flight,
    freeze,
    octets,
    reports,
    samples,
    unit,
)
from tests.fdir_service.outcomes import checking, events, outcomes, silences, take, tc

S = 1_000_000_000


@pytest.fixture
def stream(bench):
    return Stream(bench)


# --- gaps, silence, times ----------------------------------------------------------------------------


def test_a_gap_makes_the_pmons_of_its_source_invalid(stream):
    take(stream, samples(0, flight(10)), samples(0, [1.0, 1.0, 1.0], source="slow"))
    assert checking(stream, 1) is checking(stream, 2) is PmonChecking.NOMINAL
    take(stream, samples(11, flight(12)[11:]))
    assert checking(stream, 1) is checking(stream, 2) is PmonChecking.INVALID
    assert checking(stream, 3) is PmonChecking.NOMINAL


def test_after_a_gap_the_window_refills_before_a_status_is_established(stream):
    take(stream, samples(0, flight(10)))
    output = take(stream, samples(20, flight(40)[20:]))
    (time,) = [t.time for i in output.instants for t in i.transitions if t.pmon.id == 1]
    assert time == (20 + 3 + 2) * PERIOD


def test_a_source_is_silent_after_its_time_and_once(stream):
    take(stream, samples(0, flight(10)))
    assert silences(take(stream, Tick(9 * PERIOD + 2 * S))) == []
    output = take(stream, Tick(9 * PERIOD + 2 * S + 1))
    assert silences(output) == [Silence("s", 9 * PERIOD + 2 * S + 1)]
    assert checking(stream, 1) is PmonChecking.INVALID
    assert silences(take(stream, Tick(60 * S))) == []
    take(stream, samples(10, flight(11)[10:], late=60 * S))
    assert stream.silent == {"s": False, "slow": True}


def test_a_source_that_never_came_is_not_reported_as_silent(stream):
    take(stream, samples(0, flight(10)))
    assert [silence.source for silence in silences(take(stream, Tick(100 * S)))] == ["s"]


def test_time_is_that_of_samples_ticks_and_messages_and_never_goes_back(stream):
    assert (stream.sample_time, stream.duration, stream.first_time) == (0, 0, None)
    take(stream, samples(5, flight(10)))
    assert (stream.time, stream.first_time) == (14 * PERIOD, 5 * PERIOD)
    take(stream, Tick(3 * S), Tick(2 * S), Command(1 * S, RESET))
    assert stream.time == 3 * S
    assert (stream.sample_time, stream.duration) == (14 * PERIOD, 9 * PERIOD)


def test_housekeeping_comes_in_silence_too(stream):
    take(stream, samples(0, flight(11)))
    assert reports(take(stream, Tick(2 * S))) == [(3, 25)]


# --- requests of the ground --------------------------------------------------------------------------


def test_a_request_to_our_own_process_is_executed_and_answered_to_its_source(stream):
    output = take(stream, tc(17, 1))
    assert reports(output) == [(1, 1), (1, 3), (17, 2), (1, 7)]
    assert {tm.destination for tm in output.telemetry} == {9}


def test_a_request_that_changes_definitions_is_told_to_be_kept(stream):
    disable = tc(12, 2, codec.DEFAULT.ids([2]))
    assert take(stream, disable).definitions == [disable.packet]
    assert take(stream, tc(12, 13), tc(99, 1)).definitions == []


def test_definitions_that_were_kept_are_restored_without_telemetry(stream):
    stream.restore([tc(12, 2, codec.DEFAULT.ids([2])).packet])
    assert not stream.chain.monitoring.is_enabled(2)
    assert stream.chain.process.sequence == 0


def test_a_request_to_a_unit_goes_to_it_as_it_is(stream):
    output = take(stream, Command(0, RESET))
    assert output.requests == [RESET]
    assert output.telemetry == []


def test_a_request_to_nobody_is_not_routed(stream):
    packet = tc(17, 1, apid=99).packet
    (tm,) = take(stream, Command(0, packet)).telemetry
    assert (tm.service, tm.subtype, tm.data) == (1, 10, packet[:4] + b"\0\x04" + b"\0\x63")


@pytest.mark.parametrize("packet", [b"", b"\x18", tc(17, 1).packet[:-1]])
def test_what_is_no_packet_is_not_accepted(stream, packet):
    (tm,) = take(stream, Command(0, packet)).telemetry
    assert (tm.service, tm.subtype, tm.data[:4]) == (1, 2, packet[:4].ljust(4, b"\0"))


def test_a_setting_of_the_ground_takes_the_index_out_of_the_chain(stream):
    off = tc(20, 3, codec.u16(1) + codec.u16(6) + b"\0")
    output = take(stream, samples(0, flight(10)), off, samples(10, flight(40, slice(20, 40))[10:]))
    assert (1, 3) in reports(output)
    assert 1001 not in events(output)
    assert checking(stream, 1) is PmonChecking.INVALID


def test_a_sequence_of_requests_is_sent_step_by_step_and_nothing_waits_for_it(tmp_path):
    sequence = """[[sequence]]
name = "RESTART"
steps = [{ unit = "pair", function = "RESET", delay_s = 1.0 }, { unit = "pair", function = "RESET" }]

[recovery]"""
    stream = Stream(bench_with(tmp_path, ("[recovery]", sequence)))
    first = take(stream, samples(0, flight(5)), tc(21, 4, codec.characters("RESTART")))
    second = take(stream, samples(5, flight(20)[5:]))
    assert [(step.outcome, step.time) for step in first.steps] == [(Outcome.SENT, 4 * PERIOD)]
    assert [(step.outcome, step.time) for step in second.steps] == [(Outcome.SENT, 14 * PERIOD)]
    assert len(first.requests + second.requests) == 2
    assert stream.recovery.ladder.states[1].phase is Phase.IDLE


# --- telemetry of units ------------------------------------------------------------------------------


def test_telemetry_of_a_unit_is_passed_on_as_it_is(stream):
    process = unit()
    packets = [tm.pack() for tm in process.execute(Tc(81, 8, 1, codec.characters("NONE")).pack(), 5)]
    output = stream.take([Reply(7, packet) for packet in packets])
    assert octets([output]) == packets


@pytest.mark.parametrize("packet", [b"", b"hello", b"\xff" * 40])
def test_malformed_telemetry_of_a_unit_is_counted_and_dropped(stream, packet):
    output = take(stream, Reply(0, packet))
    assert (output.telemetry, output.timeline) == ([], [])
    assert stream.refused == {"unit telemetry": 1}


def test_housekeeping_of_a_unit_is_passed_on_and_means_nothing_to_us(stream):
    packet = unit().packet(Report(3, 25, b"\0\1"), 5).pack()
    output = take(stream, Reply(7, packet))
    assert (octets([output]), output.timeline) == ([packet], [])


def test_an_answer_to_a_request_of_the_ground_ends_no_attempt_of_ours(stream):
    freeze(stream)
    replies = [Reply(stream.time, tm.pack()) for tm in unit().execute(RESET, stream.time)]
    output = stream.take(replies)
    assert outcomes(output) == []
    assert stream.recovery.ladder.states[1].phase is Phase.SENT


def test_the_ground_can_test_the_connection_to_a_unit(stream):
    output = take(stream, tc(17, 3, codec.u16(81)))
    (request,) = output.requests
    assert (decode_tc(request).apid, decode_tc(request).service, decode_tc(request).subtype) == (81, 17, 1)
    alive = unit()
    tm = alive.packet(Report(17, 2, b""), 0)
    assert (17, 4) in reports(take(stream, Reply(0, tm.pack())))


# --- foreign messages --------------------------------------------------------------------------------


def test_messages_of_unknown_sources_are_counted_and_dropped(stream):
    take(stream, samples(0, [1.0], source="other"), Heartbeat("other", 1, 0, 0))
    assert stream.refused == {"unknown source": 2}


def test_values_that_are_not_finite_or_foreign_are_counted_and_make_pmons_invalid(stream):
    take(stream, samples(0, flight(10)))
    rows = flight(13)[10:]
    rows[0, 0], rows[1, 1], rows[2, 2] = np.nan, np.inf, 256.0
    take(stream, samples(10, rows))
    assert stream.pools["s"].invalid_values == 3
    assert checking(stream, 1) is PmonChecking.INVALID


def test_a_wrong_shape_is_rejected_and_leaves_a_gap(stream):
    take(stream, samples(0, flight(10)), samples(10, np.ones((2, 7))), samples(12, flight(13)[12:]))
    account = stream.accounts["s"]
    assert dict(account.rejected) == {"shape": 2}
    assert account.balances
    assert checking(stream, 2) is PmonChecking.INVALID


def test_more_samples_than_a_chunk_in_one_message_are_all_handled(stream):
    output = take(stream, samples(0, flight(3 * CHUNK + 5)))
    assert stream.accounts["s"].received == 3 * CHUNK + 5
    assert stream.pools["s"].detectors[0].windows == 3 * CHUNK + 5 - 3
    assert output.telemetry[-1].time <= stream.time


def test_a_time_near_the_end_of_time_ends_nothing(stream):
    far = Samples("s", 1, 10, np.array([(1 << 32) * S - MS]), flight(1))
    beyond = Samples("s", 1, 11, np.array([(1 << 32) * S + MS]), flight(1))
    output = take(stream, samples(0, flight(10)), far, beyond, Heartbeat("s", 1, 12, 0))
    assert all(tm.pack() for tm in output.telemetry)
    assert dict(stream.accounts["s"].rejected) == {"time": 1}
