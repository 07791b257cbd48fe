"""A conversion keeps every sample of one source with its time and its gaps, and counts all else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service import recording
from fdir_service.convert import convert
from fdir_service.recording import Recorder
from fdir_service.replay import replay
from fdir_service.sources.table import source_of
from fdir_service.stream import Stream
from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import Layout
from pus.samples import Command, Heartbeat, Reply, Samples, Tick
from tests.fdir_service.builders import octets, samples
from tests.fdir_service.tables.builders import read_all, rows, source

MS = 10**6
OTHER = [Tick(3), Command(4, b"tc"), Reply(5, b"tm"), Heartbeat("board", 1, 99, 6)]


@st.composite
def flights(draw):
    """A recording: two sources, gaps, new sessions, other messages, and some that come twice."""
    messages, sequence, session, time = [], 0, 1, 0
    for _ in range(draw(st.integers(1, 8))):
        n = draw(st.integers(1, 6))
        values = draw(st.lists(st.tuples(st.floats(0, 2), st.floats()), min_size=n, max_size=n))
        period = draw(st.sampled_from([1, MS, 100 * MS]))
        time += draw(st.integers(1, 10**9))
        messages.append(Samples.regular("board", session, sequence, time, period, np.array(values)))
        time += n * period
        sequence += n
        match draw(st.integers(0, 6)):
            case 0:
                sequence += draw(st.integers(1, 300))
            case 1:
                sequence, session, time = 0, session + 1, draw(st.sampled_from([0, time]))
            case 2:
                messages.append(draw(st.sampled_from(OTHER)))
            case 3:
                messages.append(samples(7, [1.0, 2.0], "other"))
            case 4:
                messages.append(messages[-1])
    return messages


def recorded(path, messages):
    with Recorder(path) as recorder:
        for message in messages:
            recorder.write(message)
    return path


def contents(path, of):
    return rows(recording.read(path)) if path.suffix == ".rec" else read_all(path, of, strict=True)[0]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "rec"])
@given(messages=flights())
def test_a_recording_comes_back_with_its_samples_times_and_gaps(tmp_path_factory, plain, suffix, messages):
    folder = tmp_path_factory.mktemp("flight")
    path, of = recorded(folder / "run.rec", messages), source_of(folder / "run.rec", plain)
    there = convert(path, folder / f"there.{suffix}", of, Layout())
    back = convert(folder / f"there.{suffix}", folder / "back.rec", of, Layout())
    direct = convert(path, folder / "direct.rec", of, Layout())
    again = convert(folder / "direct.rec", folder / "again.rec", of, Layout())
    assert contents(folder / "back.rec", of) == contents(folder / "direct.rec", of)
    assert back.account == again.account
    assert back.dropped == {}
    assert direct.account == there.account
    board = sum(len(m) for m in messages if isinstance(m, Samples) and m.source == "board")
    assert there.account.received + sum(there.dropped.values()) == board == there.sources["board"]


@given(messages=flights())
def test_a_replay_of_what_was_converted_gives_the_same_octets(tmp_path_factory, plain, messages):
    folder = tmp_path_factory.mktemp("flight")
    board = [m for m in messages if isinstance(m, Samples) and m.source == "board"]
    path, of = recorded(folder / "run.rec", board), source_of(folder / "run.rec", plain)
    expected = octets(replay(Stream(plain), path))
    for suffix in ("parquet", "csv"):
        convert(path, folder / f"run.{suffix}", of, Layout())
        assert octets(replay(Stream(plain), folder / f"run.{suffix}")) == expected


def test_what_is_left_out_is_counted(tmp_path):
    board = samples(0, [[1.0, 2.0]] * 3, "board")
    messages = [*OTHER, board, board, samples(0, [1.0], "star"), samples(5, [[1.0, 2.0]], "board")]
    messages += [samples(6, [[1.0, 2.0, 3.0]], "board"), samples(7, [[1.0, 2.0]], "board", late=-300 * MS)]
    path = recorded(tmp_path / "run.rec", messages)
    advanced = []
    result = convert(path, tmp_path / "run.csv", source("a", "b"), Layout(), advanced.append)
    assert result.left_out == {"ticks": 1, "ground TCs": 1, "unit TM packets": 1, "heartbeats": 1}
    assert result.sources == {"board": 9, "star": 1}
    assert result.dropped == {"duplicate": 3, "shape": 1, "time": 1}
    assert (result.account.received, result.account.lost, result.account.gaps) == (4, 2, 1)
    assert result.duration == 500 * MS
    assert sum(advanced) == 10


def test_bad_rows_of_a_table_stay_gaps(tmp_path):
    path = tmp_path / "day.csv"
    path.write_text("time,a,b\n2030-01-01T00:00:00,1,1\nsoon,1,1\n2030-01-01T00:00:02,1,1\n")
    result = convert(path, tmp_path / "day.rec", source(), Layout())
    assert result.dropped == {"time": 1}
    assert (result.account.received, result.account.lost, result.account.gaps) == (2, 1, 1)
    assert [row[1] for row in contents(tmp_path / "day.rec", source())] == [0, 2]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([samples(0, [1.0], "star")], r"run\.rec: no samples of board, but 1 of star"),
        ([samples(0, [1.0], "board")], r"run\.rec: no sample can be used: 1 of shape"),
    ],
)
def test_a_recording_of_which_nothing_can_be_used_is_an_error(tmp_path, messages, reason):
    path = recorded(tmp_path / "run.rec", messages)
    with pytest.raises(TableError, match=reason):
        convert(path, tmp_path / "run.csv", source(), Layout())
    assert not (tmp_path / "run.csv").exists()


def test_a_table_of_which_nothing_can_be_used_is_an_error_with_the_first_row(tmp_path):
    path = tmp_path / "day.csv"
    path.write_text("time,a,b\nsoon,1,1\n")
    with pytest.raises(TableError, match=r"no row can be used: .*day\.csv: line 2: column time"):
        convert(path, tmp_path / "day.rec", source(), Layout())


def test_a_file_without_samples_is_converted(tmp_path):
    result = convert(recorded(tmp_path / "run.rec", [Tick(1)]), tmp_path / "run.csv", source(), Layout())
    assert (result.account.received, result.duration, result.left_out) == (0, 0, {"ticks": 1})


def test_an_array_becomes_telemetry(tmp_path):
    np.save(tmp_path / "day.npy", np.arange(6.0).reshape(3, 2))
    convert(tmp_path / "day.npy", tmp_path / "day.parquet", source(), Layout(period=MS))
    assert contents(tmp_path / "day.parquet", source())[2] == (0, 2, 2 * MS, (4.0, 5.0))
