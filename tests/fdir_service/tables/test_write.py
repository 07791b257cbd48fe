"""What is written reads back as it was, in every format, and is there only when it is whole."""

import sys
from unittest.mock import patch

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service import recording
from fdir_service.tables import parquet_write, write
from fdir_service.tables.faults import TableError
from fdir_service.tables.write import Output, with_period
from pus.samples import Samples
from tests.fdir_service.tables.builders import EPOCH, SECOND, read_all, rows, samples, source

FORMATS = ("rec", "csv", "parquet")


@st.composite
def streams(draw):
    """Samples of several sessions with gaps, in messages of any size, with any values."""
    parts, session = [], draw(st.integers(0, 5))
    for _ in range(draw(st.integers(0, 3))):
        sequence, time = draw(st.integers(0, 1 << 61)), draw(st.integers(0, 10**18))
        for _ in range(draw(st.integers(1, 4))):
            n = draw(st.integers(1, 5))
            steps = draw(
                st.one_of(st.just([SECOND] * n), st.lists(st.integers(1, 10**10), min_size=n, max_size=n))
            )
            times = time + np.cumsum(steps)
            values = draw(st.lists(st.tuples(st.floats(), st.floats(width=32)), min_size=n, max_size=n))
            parts.append(samples(sequence, times, values, session))
            sequence, time = sequence + n + draw(st.sampled_from([0, 0, 1, 9])), int(times[-1])
        session += draw(st.integers(1, 3))
    return parts


def written(path, parts, of=None):
    with Output(path, of or source()) as output:
        for part in parts:
            output.write(part)
    return path


def contents(path, of=None):
    """Return the samples of a file, one by one."""
    return rows(recording.read(path)) if path.suffix == ".rec" else read_all(path, of, strict=True)[0]


@pytest.mark.parametrize("suffix", FORMATS)
@given(parts=streams(), group=st.integers(1, 7))
def test_samples_read_back_exactly(tmp_path_factory, suffix, parts, group):
    path = tmp_path_factory.mktemp("written") / f"day.{suffix}"
    with (
        patch.object(write, "MESSAGE_OCTETS", 16 * group),
        patch.object(parquet_write, "GROUP_OCTETS", 16 * group),
        patch.object(parquet_write, "LEAST_ROWS", 1),
    ):
        written(path, parts)
    assert contents(path) == rows(parts)


@pytest.mark.parametrize("suffix", FORMATS)
def test_values_of_other_types_read_back_as_they_were(tmp_path, suffix):
    path = tmp_path / f"day.{suffix}"
    parts = [
        samples(0, [1], [[0.5, 1.0]]),
        Samples("board", 0, 1, np.array([2]), np.array([[1, 2**31]], np.uint32)),
        Samples("board", 0, 2, np.array([3]), np.array([[True, False]])),
    ]
    written(path, parts)
    assert contents(path) == rows(parts)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_without_samples_is_a_file(tmp_path, suffix):
    assert contents(written(tmp_path / f"day.{suffix}", [])) == []


def test_units_stand_in_the_header_and_times_have_the_digits_they_need(tmp_path):
    of = source("a [m/s2]", "b")
    path = written(tmp_path / "day.csv", [samples(3, [0, SECOND], [[1, np.nan], [0.1, -2]])], of)
    assert path.read_text() == (
        "time,fdir.session,fdir.sequence,a [m/s2],b\n"
        "2030-01-01T00:00:00Z,0,3,1,\n"
        "2030-01-01T00:00:01Z,0,4,0.1,-2\n"
    )
    assert contents(path, of) == [(0, 3, 0, (1.0, None)), (0, 4, SECOND, (0.1, -2.0))]


def test_units_epoch_and_source_stand_in_the_schema(tmp_path):
    path = written(tmp_path / "day.parquet", [samples(0, [7], [[1, 2]])], source("a [m/s2]", "b"))
    schema = pq.read_schema(path)
    assert schema.metadata == {
        b"fdir.format": b"1",
        b"fdir.source": b"board",
        b"fdir.epoch": b"2030-01-01T00:00:00Z",
    }
    assert [field.metadata for field in schema][-2:] == [{b"unit": b"m/s2"}, None]
    assert str(schema.field("time").type) == "timestamp[ns, tz=UTC]"
    assert pq.read_table(path)["time"].cast("int64").to_pylist() == [EPOCH + 7]


def test_row_groups_are_full(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_write, "GROUP_OCTETS", 1)
    long = samples(0, range(2500), np.zeros((2500, 2)))
    metadata = pq.read_metadata(written(tmp_path / "day.parquet", [long[:7], long[7:]]))
    assert [metadata.row_group(k).num_rows for k in range(3)] == [1024, 1024, 452]


def test_regular_samples_are_recorded_with_their_period():
    regular = samples(0, [5, 15, 25], np.zeros((3, 2)))
    assert with_period(regular).period == 10
    assert rows([with_period(regular)]) == rows([regular])
    assert with_period(with_period(regular)).period == 10
    assert with_period(samples(0, [5, 15, 26], np.zeros((3, 2)))).period == 0
    assert with_period(samples(0, [5], np.zeros((1, 2)))).period == 0


# --- what cannot be written ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".npy", ".h5", ".txt", ""])
def test_an_unknown_format_is_refused(tmp_path, suffix):
    with pytest.raises(TableError, match=r"cannot be written: known are \.rec, \.csv, \.parquet"):
        Output(tmp_path / f"day{suffix}", source())


@pytest.mark.parametrize("name", ["time", "fdir.session", "fdir.sequence"])
def test_a_parameter_must_not_be_called_like_a_column_of_ours(tmp_path, name):
    with pytest.raises(TableError, match=f"a parameter has the name of a column of ours: {name}"):
        Output(tmp_path / "day.csv", source(name))


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TableError, match=r"pip install 'fdir-service\[data\]'"):
        Output(tmp_path / "day.parquet", source())


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_that_is_not_finished_is_not_there(tmp_path, suffix):
    path = tmp_path / f"day.{suffix}"
    path.write_text("before")

    def interrupted():
        yield samples(0, [1], [[1, 2]])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(path, interrupted())
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_text() == "before"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_replaces_the_one_before_and_what_an_earlier_try_left(tmp_path, suffix):
    path = tmp_path / f"day.{suffix}"
    path.write_text("before")
    (tmp_path / f"day.{suffix}.part").write_text("half")
    written(path, [samples(0, [1], [[1, 2]])])
    assert contents(path, source()) == [(0, 0, 1, (1.0, 2.0))]
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_folder_that_does_not_exist_is_an_error(tmp_path, suffix):
    with pytest.raises(OSError, match="No such file"):
        Output(tmp_path / "none" / f"day.{suffix}", source())
