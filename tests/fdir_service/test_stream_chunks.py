"""The stream gives the same octets and records for any cutting of the same samples, live and replayed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.journal import Journal
from fdir_service.ladder.state import Outcome
from fdir_service.replay import replay
from fdir_service.sinks.files import Recording
from fdir_service.stream import CHUNK, Output, Stream
from pus import codec
from pus.packets import decode_tm
from pus.samples import Heartbeat, Samples, Tick
from tests.fdir_service.builders import (
    PERIOD,
    SWITCH,
    answers,
    bench_with,
    cut,
    flight,
    octets,
    samples,
    unit,
)
from tests.fdir_service.outcomes import tc

S = 1_000_000_000


def story():
    """A fault and its recovery, a request of the ground, a loss, values out of range and silence."""
    rows = flight(120, slice(20, 30), unit_b_from=33)
    rows[60:64, 0] = 50.0
    requested = Output(requests=[SWITCH])
    return [
        samples(0, rows[:28]),
        *answers(unit(), requested, 27 * PERIOD),
        samples(28, rows[28:40]),
        tc(5, 6, codec.DEFAULT.ids([1010])),
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
    for message in story():
        pieces += cut(message, cuts) if isinstance(message, Samples) else [message]
    assert run(Stream(bench), pieces, together) == run(Stream(bench), story(), together=True)


def test_the_story_holds_all_that_chunks_must_not_change(bench):
    packets, records, requests = run(Stream(bench), story(), together=True)
    kinds = {(packet[7], packet[8]) for packet in packets}
    assert {(1, 7), (3, 25), (5, 3), (5, 4)} <= kinds
    assert len(requests) == 1
    wanted = {"transition", "fmon", "event", "recovery", "tc", "verification", "silence"}
    assert {record["kind"] for record in records} == wanted
    assert Outcome.RECOVERED in {record["outcome"] for record in records if record["kind"] == "recovery"}


def test_our_packets_are_counted_one_by_one(bench):
    packets, _, _ = run(Stream(bench), story(), together=True)
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


def recorded(path, size):
    """Record two sources of different rates in messages of so many samples, each when its last has come."""
    rows, steps = flight(900, slice(300, 420), unit_b_from=500), np.arange(90) // 3 * 1.5
    messages = [
        *cut(samples(0, rows), range(0, 900, size)),
        *cut(samples(0, steps, source="slow", period=S), range(0, 90, size)),
    ]
    recording = Recording(path)
    recording.put(sorted(messages, key=lambda m: (int(m.times[-1]), m.source)), Output())
    recording.close()
    return path


def test_replays_of_several_sources_give_identical_octets_whatever_the_sizes_of_messages(bench, tmp_path):
    runs = [octets(replay(Stream(bench), recorded(tmp_path / str(n), n))) for n in (1, 7, CHUNK + 50)]
    assert sum((packet[7], packet[8]) == (5, 2) for packet in runs[0]) == 29
    assert runs[0] == runs[1] == runs[2]
