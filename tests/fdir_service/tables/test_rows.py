"""Rows become samples: what does not follow is left out by reason, what is missing shows in the sequence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.account import END_OF_TIME
from fdir_service.tables.faults import SHOWN, Faults, TableError
from fdir_service.tables.layout import Layout
from fdir_service.tables.rows import Block, to_samples
from fdir_service.tables.times import NO_TIME
from tests.fdir_service.tables.builders import EPOCH, SECOND, rows, source


def block(times, first=0, sessions=None, sequences=None):
    """Return rows whose only value is their number."""
    numbers = np.arange(first, first + len(times), dtype=np.int64)
    optional = [None if part is None else np.array(part, np.int64) for part in (sessions, sequences)]
    return Block(numbers, numbers + 1, numbers[:, None] * 1.0, np.array(times, np.int64) + EPOCH, *optional)


def taken(*blocks, strict=False):
    faults = Faults(Path("day.table"), strict=strict)
    parts = list(to_samples(blocks, source("a"), Layout(), faults))
    return parts, faults


def numbers(parts):
    return [int(values[0]) for *_, values in rows(parts)]


def test_good_rows_are_samples_numbered_from_zero():
    parts, faults = taken(block([0, 5]), block([9], first=2))
    assert rows(parts) == [(0, 0, 0, (0.0,)), (0, 1, 5, (1.0,)), (0, 2, 9, (2.0,))]
    assert not faults.counts


@pytest.mark.parametrize("times", [[5, 5, 6], [5, 3, 6], [5, 5], [5, -1, 7]])
def test_a_row_left_out_is_missing_in_the_sequence(times):
    parts, faults = taken(block(times))
    kept = [k for k, time in enumerate(times) if k != 1]
    assert [sequence for _, sequence, *_ in rows(parts)] == kept == numbers(parts)
    assert faults.counts.total() == 1
    assert len(parts) == min(2, len(kept))


@given(st.lists(st.lists(st.integers(0, 12), max_size=6), max_size=5))
def test_each_row_comes_after_all_before_it_whatever_the_blocks(lists):
    blocks, first = [], 0
    for times in lists:
        blocks.append(block(times, first))
        first += len(times)
    parts, faults = taken(*blocks)
    everything = [time for times in lists for time in times]
    expected = [k for k, time in enumerate(everything) if time > max(everything[:k], default=-1)]
    assert numbers(parts) == expected
    assert faults.counts.total() == len(everything) - len(expected)
    joined, _ = taken(block(everything))
    assert rows(parts) == rows(joined)


def test_sessions_begin_time_and_sequence_anew():
    parts, faults = taken(block([5, 6, 0, 1], sessions=[1, 1, 2, 2], sequences=[7, 8, 0, 1]))
    assert [(s.session, s.sequence, len(s)) for s in parts] == [(1, 7, 2), (2, 0, 2)]
    assert not faults.counts


def test_a_session_goes_on_from_block_to_block():
    parts, faults = taken(
        block([5, 6], sessions=[1, 1], sequences=[7, 9]),
        block([6, 8], first=2, sessions=[1, 1], sequences=[10, 11]),
    )
    assert [(s.sequence, len(s)) for s in parts] == [(7, 1), (9, 1), (11, 1)]
    assert faults.counts == {"time order": 1}


def test_a_sequence_that_does_not_increase_is_left_out():
    parts, faults = taken(block([1, 2, 3, 4], sequences=[4, 4, 3, 5]))
    assert numbers(parts) == [0, 3]
    assert faults.counts == {"sequence order": 2}
    assert faults.first[0] == "day.table: row 2: sequence does not increase"


@pytest.mark.parametrize("time", [EPOCH - 1, EPOCH + END_OF_TIME, NO_TIME])
def test_times_that_no_packet_can_carry_are_left_out(time):
    good = block([0, 5, 9])
    times = np.array([good.times[0], time, good.times[2]])
    parts, faults = taken(Block(good.rows, good.places, good.values, times))
    assert numbers(parts) == [0, 2]
    assert faults.counts == {"time": 1}


@pytest.mark.parametrize(("key", "reason"), [("sessions", "session"), ("sequences", "sequence")])
@pytest.mark.parametrize("number", [-1, 1 << 62])
def test_numbers_that_no_message_can_carry_are_left_out(key, reason, number):
    parts, faults = taken(block([0, -1, 9], **{key: [3, number, 3 + (key == "sequences")]}))
    assert numbers(parts) == [0, 2]
    assert faults.counts == {"time": 1}
    parts, faults = taken(block([0, 1, 9], **{key: [3, number, 3 + (key == "sequences")]}))
    assert numbers(parts) == [0, 2]
    assert faults.counts == {reason: 1}


def test_strict_faults_stop_at_the_first():
    with pytest.raises(TableError, match=r"^day\.table: row 2: time does not increase$"):
        taken(block([5, 5, 5]), strict=True)


def test_many_faults_are_counted_and_few_are_kept():
    _, faults = taken(block([0] * 30), block([0] * 30, first=30))
    assert faults.counts == {"time order": 59}
    assert len(faults.first) == SHOWN
    _, faults = taken(block([0, 0, 0]))
    assert faults.counts == {"time order": 2}


def test_blocks_without_rows_are_nothing():
    assert taken(block([]), block([])) == ([], Faults(Path("day.table")))


def test_a_period_takes_the_place_of_times():
    faults = Faults(Path("day.table"))
    blocks = [Block(np.arange(3), np.arange(3), np.zeros((3, 1)), None)]
    layout = Layout(period=SECOND, start=EPOCH - SECOND)
    parts = list(to_samples(blocks, source("a"), layout, faults))
    assert [time for _, _, time, _ in rows(parts)] == [0, SECOND]
    assert faults.counts == {"time": 1}


def test_a_period_that_leaves_on_board_time_is_an_error():
    blocks = [Block(np.arange(3), np.arange(3), np.zeros((3, 1)), None)]
    with pytest.raises(TableError, match="row 3 is more than 2\\^32 s"):
        list(to_samples(blocks, source("a"), Layout(period=1 << 61), Faults(Path("day.table"))))
