"""A freeze frame holds the values behind a failure, from before its confirmation to after it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.audit import frames
from fdir_service.audit.frames import FreezeFrames, Past
from fdir_service.journal import Journal
from fdir_service.stream import Stream
from pus import codec
from pus.block import Block
from pus.packets import Tc
from pus.samples import Command
from tests.fdir_service.builders import cut, flight, samples

S = 1_000_000_000
FAILURE = 2_500_000_000
"""x freezes at 2.0 s: the window of 4 and a repetition of 3 make it 2.5 s."""


def run(mission, messages, before=1.0, after=0.5):
    """Return all parts of frames, and what a flush at the end adds."""
    stream = Stream(mission)
    freezing = FreezeFrames(stream, Journal(mission), before, after)
    found = [record for message in messages for record in freezing.take(stream.take([message]))]
    return found, freezing.flush()


def story(n=60):
    return samples(0, flight(n, slice(20, 40)))


def test_a_failure_is_frozen_in_two_parts(bench):
    (before, after), rest = run(bench, [story()])
    assert rest == []
    for part, name in ((before, "before"), (after, "after")):
        assert {k: part[k] for k in ("kind", "time_ns", "fmon", "name", "part")} == {
            "kind": "frame", "time_ns": FAILURE, "fmon": 1, "name": "x-sensor", "part": name,
        }  # fmt: skip
    assert before["sources"][0]["times_ns"] == [FAILURE - k * S // 10 for k in range(10, -1, -1)]
    assert after["sources"][0]["times_ns"] == [FAILURE + k * S // 10 for k in range(1, 6)]
    assert after["complete"]


def test_a_frame_holds_what_the_monitors_check_and_all_that_it_is_computed_from(bench):
    (before, _), _ = run(bench, [story()])
    (source,) = before["sources"]
    assert source["source"] == "s"
    assert list(source["values"]) == ["x.frozen", "x.frozen.score", "x", "y"]
    assert source["values"]["x"] == flight(60, slice(20, 40))[15:26, 0].tolist()
    assert source["values"]["x.frozen"] == [0.0] * 8 + [1.0] * 3
    digest = bench.detectors[0].sha256
    assert before["models"] == {"x.frozen": digest, "x.frozen.score": digest}


@settings(max_examples=40, deadline=None)
@given(cuts=st.sets(st.integers(1, 59)))
def test_any_chunking_gives_the_same_frames(bench, cuts):
    assert run(bench, cut(story(), cuts)) == run(bench, [story()])


def test_the_part_before_comes_at_once_and_the_part_after_when_it_is_complete(bench):
    stream = Stream(bench)
    freezing = FreezeFrames(stream, Journal(bench), 1.0, 0.5)
    parts = [[r["part"] for r in freezing.take(stream.take([m]))] for m in cut(story(), range(60))]
    assert parts[25] == ["before"]
    assert parts[30] == ["after"]
    assert sum(map(len, parts)) == 2


def test_a_frame_that_is_under_way_at_the_end_says_that_it_was_cut_short(bench):
    (before,), (after,) = run(bench, [story(28)])
    assert before["part"] == "before"
    assert after["sources"][0]["times_ns"] == [2_600_000_000, 2_700_000_000]
    assert not after["complete"]


def test_a_value_that_is_not_known_is_null(bench):
    values = flight(60, slice(20, 40))
    values[17, 1] = np.nan
    (before, _), _ = run(bench, [samples(0, values)])
    (source,) = before["sources"]
    assert source["values"]["y"][:4] == [values[15, 1], values[16, 1], None, values[18, 1]]


def test_a_second_failure_of_an_fmon_ends_its_frame(bench):
    """x moves again, the ground re-arms the FMON, and x freezes once more within the frame."""
    stream = Stream(bench)
    freezing = FreezeFrames(stream, Journal(bench), 0.2, 30.0)
    values = flight(80, slice(20, 28))
    values[50:, 0] = 0.25
    first, rest = cut(samples(0, values), [40])
    freezing.take(stream.take([first]))
    freezing.take(stream.take([Command(0, Tc(66, 12, k, codec.DEFAULT.ids([1])).pack()) for k in (20, 19)]))
    found = freezing.take(stream.take([rest]))
    assert [(r["part"], r.get("complete")) for r in found] == [("after", False), ("before", None)]
    assert found[0]["time_ns"] == FAILURE < found[1]["time_ns"]


def test_a_frame_of_no_length_holds_the_failure_itself(bench):
    (before, after), _ = run(bench, [story()], 0.0, 0.0)
    assert before["sources"][0]["times_ns"] == [FAILURE]
    assert after["sources"][0]["times_ns"] == []


def test_a_definition_that_the_ground_has_deleted_is_left_out(bench):
    stream = Stream(bench)
    freezing = FreezeFrames(stream, Journal(bench), 1.0, 0.0)
    output = stream.take([story(26)])
    stream.chain.monitoring.pmons.clear()
    assert freezing.take(output)[0]["sources"] == []


# --- what is remembered ------------------------------------------------------------------------------


def block(first, n, rows=2):
    return Block("s", np.arange(first, first + n, dtype=np.int64), np.ones((rows, n)))


def remembered(past):
    return past.between(-1, 1 << 62, [0])[0].tolist()


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(frames, "LIMIT", 20)
    past = Past("s")
    for first in range(0, 100, 4):
        past.put(block(first, 4))
    assert remembered(past) == list(range(92, 100))
    past.put(block(100, 50))
    assert remembered(past) == list(range(100, 150))


def test_what_no_frame_needs_is_forgotten(bench):
    stream = Stream(bench)
    freezing = FreezeFrames(stream, Journal(bench), 1.0, 0.5)
    for message in cut(samples(0, flight(300)), range(300)):
        freezing.take(stream.take([message]))
    assert len(remembered(freezing._past["s"])) == 11


def test_the_values_are_the_frames_own():
    past, given_block = Past("s"), block(0, 3)
    past.put(given_block)
    given_block.values[:] = 7
    assert past.between(-1, 9, [1])[1] == [[1.0, 1.0, 1.0]]


def test_times_that_go_back_with_a_new_session_are_no_obstacle():
    past = Past("s")
    past.put(block(100, 3))
    past.put(block(0, 3))
    past.forget(50)
    assert past.between(-1, 2, [0])[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("after", "until", "times"), [(0, 3, [1, 2, 3]), (-1, 0, [0]), (3, 3, []), (8, 99, [])]
)
def test_a_part_begins_behind_one_time_and_ends_with_another(after, until, times):
    past = Past("s")
    past.put(block(0, 2))
    past.put(block(2, 3))
    assert past.between(after, until, [0])[0].tolist() == times
