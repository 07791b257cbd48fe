"""The stream: samples in, packets and requests out; the same for any cutting of the same samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.journal import Journal
from fdir_service.recovery import Phase
from fdir_service.replay import replay
from fdir_service.sinks.files import Recording
from fdir_service.stream import CHUNK, Output, Silence, Stream, Verification
from pus import codec
from pus.packets import Report, Tc, decode_tc, decode_tm
from pus.samples import Command, Heartbeat, Reply, Samples, Tick
from pus.st12.definitions import FmonChecking, PmonChecking
from tests.fdir_service.builders import (
    MS,
    PERIOD,
    RESET,
    answers,
    bench_with,
    cut,
    flight,
    freeze,
    octets,
    reports,
    samples,
    unit,
)

S = 1_000_000_000


@pytest.fixture
def stream(bench):
    return Stream(bench)


def take(stream, *messages):
    return stream.take(messages)


def phases(output):
    return [step.phase for step in output.steps]


def transitions(output):
    return [(t.pmon.id, t.previous, t.current) for instant in output.instants for t in instant.transitions]


def fmons(output):
    return [(c.fmon.id, c.previous, c.current) for instant in output.instants for c in instant.fmon_changes]


def events(output):
    return [e.definition.id for instant in output.instants for e in instant.events]


def silences(output):
    return [entry for entry in output.timeline if isinstance(entry, Silence)]


def checking(stream, pmon):
    return stream.chain.monitoring.checking(pmon)


def tc(service, subtype, data=b"", apid=66):
    return Command(0, Tc(apid, service, subtype, data, source=9).pack())


# --- the way of a fault ------------------------------------------------------------------------------


def test_a_frozen_sensor_runs_down_the_whole_chain(stream):
    output = freeze(stream)
    assert (1, PmonChecking.NOMINAL, PmonChecking.LOW) in transitions(output)
    assert fmons(output)[-1] == (1, FmonChecking.RUNNING, FmonChecking.FAILED)
    assert events(output) == [1001]
    assert [(tm.service, tm.subtype) for tm in output.telemetry if tm.service == 5] == [(5, 4)]
    assert phases(output) == [Phase.SENT]
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
    assert phases(answered) == [Phase.EXECUTED]
    assert phases(after) == [Phase.RECOVERED]


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


def test_a_second_fault_after_a_recovery_is_reported_again(recovered):
    stream, _ = recovered
    again = take(stream, samples(40, flight(60, slice(50, 60), unit_b_from=0)[40:]))
    assert (1001 in events(again), phases(again)) == (True, [Phase.SENT])


def test_the_sample_of_a_unit_switch_is_not_trusted(recovered):
    stream, _ = recovered
    assert checking(stream, 1) is PmonChecking.NOMINAL
    clean = Stream(stream.mission)
    jump = flight(12, unit_b_from=6)
    jump[6:, 0] += 100.0  # a bias between units within one sample is no fault, beyond it is
    output = take(clean, samples(0, jump[:7]))
    assert PmonChecking.HIGH not in [current for _, _, current in transitions(output)]
    assert checking(clean, 2) is PmonChecking.INVALID


def test_the_ground_rearms_where_the_mission_says_so(tmp_path):
    stream = Stream(bench_with(tmp_path, ('mode = "active"', 'mode = "active"\nrearm = "ground"')))
    stream.take(answers(unit(), freeze(stream), stream.time))
    after = take(stream, samples(26, flight(40, slice(20, 27), unit_b_from=27)[26:]))
    assert phases(after) == [Phase.RECOVERED]
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED
    output = take(stream, tc(12, 20, codec.ids([1])), tc(12, 19, codec.ids([1])))
    assert reports(output) == [(1, 1), (1, 3), (1, 7)] * 2
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.UNCHECKED


def test_an_effect_that_precedes_the_answer_is_confirmed_with_the_answer(stream):
    replies = answers(unit(), freeze(stream), stream.time)
    take(stream, samples(26, flight(34, slice(20, 26))[26:]))
    assert checking(stream, 1) is PmonChecking.NOMINAL
    assert phases(stream.take(replies)) == [Phase.EXECUTED, Phase.RECOVERED]


def test_the_end_of_an_attempt_raises_no_event_where_the_mission_names_none(tmp_path):
    stream = Stream(bench_with(tmp_path, ("failed_event = 1011", "")))
    freeze(stream)
    output = take(stream, Tick(stream.time + S))
    assert (phases(output), events(output)) == ([Phase.FAILED], [])


def test_what_the_mission_disables_is_defined_and_not_enabled(tmp_path):
    off = "enabled = false\n"
    stream = Stream(
        bench_with(
            tmp_path,
            ("repetition = 3", f"repetition = 3\n{off}"),
            ("pmons = [1]", f"pmons = [1]\n{off}"),
            ("interval = 10", f"interval = 10\n{off}"),
            ("arguments = { 1 = 1 }", f"arguments = {{ 1 = 1 }}\n{off}"),
        )
    )
    output = take(stream, samples(0, flight(30, slice(20, 30))))
    assert (events(output), reports(output)) == ([], [])
    # Unprotect and enable the FMON, enable its PMON.
    assert (1, 4) not in reports(take(stream, *(tc(12, subtype, codec.ids([1])) for subtype in (22, 19, 1))))
    output = take(stream, samples(30, flight(40, slice(20, 40))[30:]))
    assert events(output) == [1001]
    assert output.requests == []


@pytest.mark.parametrize("mode", ["passive", "inhibited"])
def test_withheld_requests_are_reported_and_not_sent(tmp_path, mode):
    stream = Stream(bench_with(tmp_path, ('mode = "active"', f'mode = "{mode}"')))
    output = take(stream, samples(0, flight(26, slice(20, 26))))
    assert output.requests == []
    assert [(step.phase, step.reason) for step in output.steps] == [(Phase.WITHHELD, mode)]


def test_a_unit_that_does_not_answer_in_time_has_failed(stream):
    freeze(stream)
    output = take(stream, samples(26, flight(40, slice(20, 40))[26:]))
    (step,) = output.steps
    assert (step.phase, step.reason, step.time) == (Phase.FAILED, "no answer", 35 * PERIOD)
    assert 1011 in events(output)


def test_a_unit_that_does_not_answer_fails_in_silence_too(stream):
    freeze(stream)
    assert phases(take(stream, Tick(stream.time + S - 1))) == []
    assert phases(take(stream, Tick(stream.time + 1))) == [Phase.FAILED]


def test_a_refused_request_has_failed(stream):
    output = freeze(stream)
    refuse = unit()
    refuse.services.clear()
    after = stream.take(answers(refuse, output, stream.time))
    assert [(step.phase, step.reason) for step in after.steps] == [(Phase.FAILED, "the unit refused")]
    assert events(after) == [1011]


def test_an_unconfirmed_recovery_has_failed(stream):
    stream.take(answers(unit(), freeze(stream), stream.time))
    output = take(stream, samples(26, flight(60, slice(20, 60))[26:]))
    (step,) = output.steps
    assert (step.reason, step.time) == ("not nominal in time", 55 * PERIOD)
    assert stream.chain.monitoring.fmon_states[1].status is FmonChecking.FAILED


# --- any cutting gives the same ----------------------------------------------------------------------


def story(mission):
    """A fault and its recovery, a request of the ground, a loss, values out of range and silence."""
    rows = flight(120, slice(20, 30), unit_b_from=33)
    rows[60:64, 0] = 50.0
    requested = Output(requests=[mission.actions[0].request])
    return [
        samples(0, rows[:28]),
        *answers(unit(), requested, 27 * PERIOD),
        samples(28, rows[28:40]),
        tc(5, 6, codec.ids([1010])),
        samples(40, rows[40:45]),
        Heartbeat("s", 1, 47, 0),
        samples(47, rows[47:90]),
        Tick(12 * S),
        samples(200, rows[90:]),
    ]


def run(stream, messages, together):
    """Take messages one by one or all together; return octets, records and requests of everything."""
    outputs = [stream.take(messages)] if together else [stream.take([message]) for message in messages]
    journal = Journal(stream.mission)
    records = [record for output in outputs for record in journal.records(output)]
    return octets(outputs), records, [request for output in outputs for request in output.requests]


@settings(max_examples=50)
@given(st.lists(st.integers(1, 45), max_size=10), st.booleans())
def test_any_chunking_gives_identical_records_and_identical_octets(bench, cuts, together):
    pieces = []
    for message in story(bench):
        pieces += cut(message, cuts) if isinstance(message, Samples) else [message]
    assert run(Stream(bench), pieces, together) == run(Stream(bench), story(bench), together=True)


def test_the_story_holds_all_that_chunks_must_not_change(bench):
    packets, records, requests = run(Stream(bench), story(bench), together=True)
    kinds = {(packet[7], packet[8]) for packet in packets}
    assert {(1, 7), (3, 25), (5, 3), (5, 4)} <= kinds
    assert len(requests) == 1
    wanted = {"transition", "fmon", "event", "request", "recovery", "verification", "silence"}
    assert {record["kind"] for record in records} == wanted
    assert Phase.RECOVERED in {record["phase"] for record in records if record["kind"] == "recovery"}


def test_our_packets_are_counted_one_by_one(bench):
    packets, _, _ = run(Stream(bench), story(bench), together=True)
    own = [int.from_bytes(packet[2:4], "big") for packet in packets if packet[1] == 66]
    assert own == [0xC000 | k for k in range(len(own))]


def test_samples_of_several_sources_are_handled_in_order_of_time(bench):
    together = Stream(bench).take([samples(0, flight(30)), samples(0, [0.0, 5.0], source="slow", period=S)])
    times = [tm.time for tm in together.telemetry]
    assert times == sorted(times)
    by_step = Stream(bench)
    outputs = [
        by_step.take([samples(0, flight(5)), samples(0, [0.0], source="slow", period=S)]),
        by_step.take([samples(5, flight(30)[5:15]), samples(1, [5.0], source="slow", period=S)]),
        by_step.take([samples(15, flight(30)[15:])]),
    ]
    assert octets(outputs) == octets([together])


def flown(mission, path, sizes):
    """Fly with messages of the given sizes, record, and return the recording's path."""
    stream, process, recording = Stream(mission), unit(), Recording(path)
    rows = flight(700, slice(300, 420), unit_b_from=500)
    for part in cut(samples(0, rows), sizes):
        output = stream.take([part])
        recording.put([part], output)
        replies = answers(process, output, stream.time)
        recording.put(replies, stream.take(replies))
    recording.close()
    return path


def test_a_replay_of_a_run_gives_the_octets_of_the_run(bench, tmp_path):
    path = flown(bench, tmp_path / "run.rec", range(0, 700, 3))
    first, second = (list(replay(Stream(bench), path)) for _ in range(2))
    assert octets(first) == octets(second)
    assert {decode_tm(packet).subtype for packet in octets(first)} >= {7, 25}


def test_replays_give_identical_octets_whatever_the_sizes_of_messages(bench, tmp_path):
    mission = bench_with(tmp_path / "counting", ('"x.frozen", "guard"]', '"x.frozen", "received"]'))
    runs = []
    for name, size in (("ones", 1), ("some", 7), ("many", CHUNK + 50)):
        recording = Recording(tmp_path / name)
        whole = samples(0, flight(700, slice(300, 420), unit_b_from=500))
        recording.put(cut(whole, range(0, 700, size)), Output())
        recording.close()
        advanced = []
        runs.append(octets(replay(Stream(mission), tmp_path / name, advanced.append)))
        assert sum(advanced) == 700
    assert runs[0] == runs[1] == runs[2]


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
    disable = tc(12, 2, codec.ids([2]))
    assert take(stream, disable).definitions == [disable.packet]
    assert take(stream, tc(12, 13), tc(99, 1)).definitions == []


def test_definitions_that_were_kept_are_restored_without_telemetry(stream):
    stream.restore([tc(12, 2, codec.ids([2])).packet])
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
    assert [(step.phase, step.time) for step in first.steps] == [(Phase.SENT, 4 * PERIOD)]
    assert [(step.phase, step.time) for step in second.steps] == [(Phase.SENT, 14 * PERIOD)]
    assert len(first.requests + second.requests) == 2
    assert stream.recovery.attempts == {}


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
    assert phases(output) == []
    assert list(stream.recovery.attempts) == [1001]


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
