"""Parquet in: numbers of any type, times of any unit, what is missing is not known."""

import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import Layout, TimeUnit
from fdir_service.tables.rows import ROWS
from tests.fdir_service.tables.builders import EPOCH, SECOND, read_all, source


@pytest.fixture
def table(tmp_path):
    def write(*, row_group_size=None, **columns):
        path = tmp_path / "day.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=row_group_size)
        return path

    return write


def stamps(*seconds, unit="ns", zone="UTC"):
    times = pa.array([None if s is None else EPOCH + round(s * SECOND) for s in seconds], pa.timestamp("ns"))
    return times.cast(pa.timestamp(unit)).cast(pa.int64()).cast(pa.timestamp(unit, zone))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Luxembourg"])
def test_timestamps_of_any_unit_are_times(table, unit, zone):
    taken, _ = read_all(table(time=stamps(0, 3, unit=unit, zone=zone), a=[1, 2], b=[3, 4]))
    assert taken == [(0, 0, 0, (1.0, 3.0)), (0, 1, 3 * SECOND, (2.0, 4.0))]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1, None, 0], pa.int8()),
        pa.array([1, None, 0], pa.uint64()),
        pa.array([1, None, 0], pa.float32()),
        pa.array([True, None, False]),
        pa.array([decimal.Decimal(1), None, decimal.Decimal(0)]),
        pa.array([1.0, float("nan"), 0.0]),
    ],
)
def test_numbers_of_any_type_are_values_and_null_is_not_known(table, values):
    taken, faults = read_all(table(time=stamps(0, 1, 2), a=values, b=pa.nulls(3)))
    assert [row[3] for row in taken] == [(1.0, None), (None, None), (0.0, None)]
    assert not faults.counts


@pytest.mark.parametrize("numbers", [pa.array([0, 1500, None], pa.int32()), pa.array([0.0, 1500.0, None])])
def test_numbers_are_times_when_their_unit_is_said(table, numbers):
    path = table(t_ms=numbers, a=[1, 2, 3], b=[1, 2, 3])
    taken, faults = read_all(path, layout=Layout(time="t_ms", time_unit=TimeUnit.MS))
    assert [row[2] for row in taken] == [0, 1500 * 10**6]
    assert faults.counts == {"time": 1}


def test_numbers_may_count_from_another_epoch(table):
    path = table(time=pa.array([EPOCH // SECOND + 2]), a=[1], b=[1])
    taken, _ = read_all(path, layout=Layout(time_unit=TimeUnit.S, epoch=0))
    assert [row[2] for row in taken] == [2 * SECOND]


@pytest.mark.parametrize("time", [stamps(0, None, 2, unit="us"), stamps(0, None, 2)])
def test_a_row_without_a_time_is_left_out_and_missing(table, time):
    taken, faults = read_all(table(time=time, a=[1, 2, 3], b=[1, 2, 3]))
    assert [row[1] for row in taken] == [0, 2]
    assert faults.first[0].endswith(
        "row 2: the time is not known, before the mission epoch, or more than 2^32 s after it"
    )


def test_times_beyond_int64_nanoseconds_are_left_out(table):
    time = pa.array([EPOCH // 10**9, 1 << 40], pa.timestamp("s"))
    taken, faults = read_all(table(time=time, a=[1, 2], b=[1, 2]))
    assert (len(taken), faults.counts) == (1, {"time": 1})


def test_sessions_and_sequence_numbers_are_kept_and_null_is_no_number(table):
    columns = {
        "fdir.session": pa.array([4, 4, None, 5]),
        "fdir.sequence": pa.array([7, 9, 10, None], pa.uint16()),
    }
    taken, faults = read_all(table(time=stamps(0, 1, 2, 3), a=[1] * 4, b=[1] * 4, **columns))
    assert [row[:2] for row in taken] == [(4, 7), (4, 9)]
    assert faults.counts == {"session": 1, "sequence": 1}


def test_a_period_takes_the_place_of_times(table):
    taken, _ = read_all(table(a=[1, 2], b=[1, 2]), layout=Layout(period=SECOND))
    assert [row[2] for row in taken] == [0, SECOND]


@pytest.mark.parametrize("size", [None, 1000])
def test_a_long_file_comes_in_blocks_whatever_its_row_groups(table, size):
    n = ROWS + 3
    path = table(time=stamps(*range(n)), a=[*range(n)], b=[0] * n, row_group_size=size)
    taken, faults = read_all(path)
    assert [row[1] for row in taken] == [*range(n)] == [row[3][0] for row in taken]
    assert not faults.counts


def test_the_unit_of_a_column_is_in_its_metadata(tmp_path):
    field = pa.field("a", pa.float64(), metadata={"unit": "mV"})
    schema = pa.schema([pa.field("time", pa.timestamp("ns")), field, pa.field("b", pa.float64())])
    pq.write_table(
        pa.Table.from_arrays([stamps(0, zone=None), [1.0], [2.0]], schema=schema), tmp_path / "d.parquet"
    )
    assert len(read_all(tmp_path / "d.parquet", source("a [mV]", "b [V]"))[0]) == 1
    with pytest.raises(TableError, match=r"d\.parquet: column a is in mV, the mission says V"):
        read_all(tmp_path / "d.parquet", source("a [V]", "b"))


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"a": ["hot"]}, "column a is string, not a number"),
        ({"a": [{"deep": 1}]}, r"column a is struct<deep: int64>, not a number"),
        ({"fdir.sequence": [1.0]}, "column fdir.sequence is double, not an integer"),
        ({"time": [1.0]}, "column time is double, not a timestamp; give the unit of a number"),
    ],
)
def test_columns_of_another_type_are_refused(table, columns, reason):
    path = table(**{"time": stamps(0), "a": [1.0], "b": [1.0]} | columns)
    with pytest.raises(TableError, match=rf"day\.parquet: {reason}"):
        read_all(path)


def test_a_timestamp_is_no_number(table):
    path = table(time=stamps(0), a=[1.0], b=[1.0])
    with pytest.raises(TableError, match=r"column time is timestamp\[ns, tz=UTC\], not a number of s"):
        read_all(path, layout=Layout(time_unit=TimeUnit.S))


def test_a_file_that_breaks_off_is_an_error(table):
    path = table(time=stamps(0), a=[1.0], b=[1.0])
    octets = bytearray(path.read_bytes())
    octets[4:40] = b"\xff" * 36
    path.write_bytes(octets)
    with pytest.raises(TableError, match=r"day\.parquet: "):
        read_all(path)
