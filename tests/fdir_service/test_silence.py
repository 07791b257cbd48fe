"""A source that falls silent while others go on: noticed at its own time, nobody is blamed for it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.mission import load
from fdir_service.output import Silence
from fdir_service.silence import late, limits, pauses
from fdir_service.stream import Stream
from pus.samples import Samples, Tick
from tests.fdir_service.outcomes import checking, events, silences, take, transitions

S = 1_000_000_000
PERIOD = S // 10
MISSION = """
mission = { name = "two", apid = 66 }
pmon = [
    { id = 1, name = "x", parameter = "x", check = "limit", low = 0, high = 1 },
    { id = 2, name = "y", parameter = "y", check = "limit", low = 0, high = 1 },
]
fmon = [
    { id = 1, name = "x-fails", pmons = [1], event = 9 },
    { id = 2, name = "y-fails", pmons = [2], event = 9 },
]
event = [{ id = 9, name = "failed", severity = "high" }]
[[source]]
name = "a"
silence_s = 2.0
parameters = [{ id = 1, name = "x" }]
[[source]]
name = "b"
silence_s = 1.0
parameters = [{ id = 2, name = "y" }]
"""


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    (folder / "mission.toml").write_text(MISSION)
    return load(folder)


def part(source, first, stop):
    """Samples number `first` to `stop` of a source, all in range; it may begin anew after a pause."""
    values = np.full((stop - first, 1), 0.5)
    return Samples.regular(source, 1, first, first * PERIOD, PERIOD, values)


def rounds(edges):
    """Both sources in rounds that end at the edges; the second one pauses from sample 31 to 60."""
    edges = [0, *sorted({*edges, 150})]
    for first, stop in pairwise(edges):
        yield [
            part(name, begin, end)
            for name, low, high in (("a", 0, 150), ("b", 0, 31), ("b", 60, 150))
            if (begin := max(first, low)) < (end := min(stop, high))
        ]


def test_a_source_that_pauses_is_late_once_another_one_has_passed_its_limit():
    chunks = [part("a", 10, 40)]
    assert late(chunks, [(2 * S, "b"), (4 * S, "c")]) == [(2 * S, "b")]
    assert late([*chunks, part("b", 15, 20)], [(2 * S, "b")]) == []
    assert late([*chunks, part("b", 25, 30)], [(2 * S, "b")]) == [(2 * S, "b")]


def test_a_silent_source_has_no_limit(mission):
    heard, silent = {"a": 5 * S, "b": 3 * S}, {"a": False, "b": True}
    assert limits(pauses(mission.file.source), heard, silent) == [(7 * S, "a")]


def test_a_source_that_dies_while_another_goes_on_is_noticed_and_nobody_is_blamed(mission):
    stream = Stream(mission)
    output = take(stream, part("a", 0, 100), part("b", 0, 31))
    assert silences(output) == [Silence("b", 4 * S)]
    assert stream.silent == {"a": False, "b": True}
    assert events(output) == []
    assert [checking(stream, pmon).name for pmon in (1, 2)] == ["NOMINAL", "INVALID"]


@given(st.lists(st.integers(1, 149), max_size=8))
def test_the_silence_of_a_source_begins_at_the_same_time_for_any_chunking(mission, edges):
    whole, pieces = Stream(mission), Stream(mission)
    expected = take(whole, *(message for messages in rounds([]) for message in messages))
    found = [take(pieces, *messages) for messages in rounds(edges)]
    assert [entry for output in found for entry in silences(output)] == [Silence("b", 4 * S)]
    assert silences(expected) == [Silence("b", 4 * S)]
    assert [t for output in found for t in transitions(output)] == transitions(expected)
    assert pieces.silent == whole.silent == {"a": False, "b": False}


def test_a_tick_notices_all_sources_that_are_late(mission):
    stream = Stream(mission)
    take(stream, part("a", 0, 10), part("b", 0, 10))
    output = take(stream, Tick(5 * S))
    assert silences(output) == [Silence("a", 5 * S), Silence("b", 5 * S)]
