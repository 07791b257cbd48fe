"""Tables as a source: columns by name, times checked, every fault named with file and place."""

import math
import sys
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fdir_service.mission import load
from fdir_service.sources.table import TableError, read, source_of
from fdir_service.tables import text_blocks
from fdir_service.tables.parquet import count_rows
from pus.samples import Samples

EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
DAY = ["2030-01-01T00:00:00", "2030-01-01T00:00:01.5", "2030-01-01T00:00:02Z"]


@pytest.fixture
def rows_of(tmp_path, plain):
    """Write a CSV text, read it, and return (times, values) of all rows."""

    def run(text):
        path = tmp_path / "day.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return joined(read(path, plain))

    return run


@pytest.fixture
def rows_of_parquet(tmp_path, plain):
    def run(**columns):
        path = tmp_path / "day.parquet"
        pq.write_table(pa.table(columns), path)
        return joined(read(path, plain))

    return run


def joined(parts):
    parts = list(parts)
    assert all(isinstance(part, Samples) and part.source == "board" for part in parts)
    times = [time for part in parts for time in part.times.tolist()]
    values = [row for part in parts for row in part.values.tolist()]
    sequence = 0
    for part in parts:
        assert part.sequence == sequence
        sequence += len(part)
    return times, values


def csv(*rows, header="time,a,b"):
    return "\n".join([header, *rows]) + "\n"


# --- CSV ---------------------------------------------------------------------------------------------


def test_times_count_from_the_mission_epoch_and_without_a_zone_are_utc(rows_of):
    times, values = rows_of(csv(*(f"{time},{k}.5,7" for k, time in enumerate(DAY))))
    assert times == [0, 1_500_000_000, 2_000_000_000]
    assert values == [[0.5, 7.0], [1.5, 7.0], [2.5, 7.0]]


def test_the_order_of_columns_is_free_and_unknown_columns_are_ignored(rows_of):
    _, values = rows_of(csv(f"1,x,{DAY[0]},0.25", header="b,note,time,a"))
    assert values == [[0.25, 1.0]]


def test_an_empty_field_is_not_known(rows_of):
    _, values = rows_of(csv(f"{DAY[0]},,7"))
    assert math.isnan(values[0][0])
    assert values[0][1] == 7.0


def test_empty_lines_are_no_rows_and_do_not_shift_the_line_of_an_error(rows_of):
    assert len(rows_of(csv(f"{DAY[0]},1,1", "", f"{DAY[1]},1,1", "", ""))[0]) == 2
    with pytest.raises(TableError, match="line 5: column a: could not convert"):
        rows_of(csv(f"{DAY[0]},1,1", "", "", f"{DAY[1]},bad,1"))


def test_a_quoted_field_may_span_lines_without_shifting_the_line_of_an_error(rows_of):
    text = csv(f'{DAY[0]},1,1,"two\nlines"', f"{DAY[1]},bad,1,", header="time,a,b,note")
    with pytest.raises(TableError, match="line 4: column a: could not convert"):
        rows_of(text)


def test_a_long_table_comes_in_parts(tmp_path, plain):
    path = tmp_path / "long.csv"
    n = 2 * text_blocks.BLOCK // 40
    path.write_text(
        csv(
            *(
                f"2030-01-{k // 86400 + 1:02}T{k // 3600 % 24:02}:{k // 60 % 60:02}:{k % 60:02}.000,{k:015},1"
                for k in range(n)
            )
        )
    )
    parts = list(read(path, plain))
    assert len(parts) == 3
    assert sum(map(len, parts)) == n
    assert joined(parts)[1][-1] == [n - 1, 1.0]


def test_a_table_without_rows_holds_nothing(rows_of):
    assert rows_of(csv()) == ([], [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"column\(s\) missing: time, a, b"),
        (csv(header="time,b"), r"column\(s\) missing: a"),
        (csv(f"{DAY[0]},1,1", f"{DAY[1]},1.5.1,1"), "line 3: column a: could not convert string to float"),
        (csv(f"{DAY[0]},1,1", "yesterday,1,1"), "line 3: column time: Invalid isoformat string: 'yesterday'"),
        (csv(f"{DAY[0]},1"), r"line 2: 2 field\(s\), the header has 3"),
        (csv("9999-01-01T00:00:00,1,1"), "line 2: "),
        (csv(f"{DAY[1]},1,1", f"{DAY[0]},1,1"), "line 3: time does not increase"),
        (csv(f"{DAY[0]},1,1", f"{DAY[0]},1,1"), "line 3: time does not increase"),
        (csv("2029-12-31T23:59:59,1,1"), "line 2: the time is not known, before the mission epoch"),
        (b"\xff\xfe,a,b\n", "line 1: not UTF-8 text"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused_with_place_and_reason(rows_of, text, reason):
    with pytest.raises(TableError, match=rf"day\.csv: {reason}"):
        rows_of(text)


def test_a_missing_table_is_named(tmp_path, plain):
    with pytest.raises(TableError, match=r"none\.csv: cannot be read: No such file"):
        list(read(tmp_path / "none.csv", plain))


def test_a_mission_of_several_sources_has_no_table(tmp_path, bench):
    with pytest.raises(TableError, match="a table holds one source, the mission bench has several"):
        list(read(tmp_path / "day.csv", bench))


def test_the_source_of_a_table_may_be_named(tmp_path, bench, plain):
    names = [section.name for section in bench.file.source]
    assert [source_of(tmp_path, bench, name).name for name in names] == names
    assert source_of(tmp_path, plain, "board") == source_of(tmp_path, plain)
    with pytest.raises(TableError, match=f"the mission bench has no source moon, but {', '.join(names)}"):
        source_of(tmp_path, bench, "moon")


def test_an_array_is_not_replayed_as_it_is(tmp_path, plain):
    with pytest.raises(TableError, match=r"day\.npy: an array is no telemetry yet: .* fdir convert"):
        read(tmp_path / "day.npy", plain)


# --- Parquet -----------------------------------------------------------------------------------------


def stamps(*seconds, unit="us"):
    moments = [EPOCH.timestamp() * 1e6 + 1e6 * s for s in seconds]
    return pa.array([int(m) for m in moments], pa.timestamp("us", "UTC")).cast(pa.timestamp(unit, "UTC"))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_parquet_table_is_read_by_column_name(rows_of_parquet, unit):
    times, values = rows_of_parquet(b=[1, 2], time=stamps(0, 3, unit=unit), note=["x", "y"], a=[0.5, None])
    assert times == [0, 3_000_000_000]
    assert values[0] == [0.5, 1.0]
    assert math.isnan(values[1][0])


def test_integers_and_booleans_that_are_missing_are_not_known(rows_of_parquet):
    _, values = rows_of_parquet(time=stamps(0, 1), a=pa.array([True, None]), b=pa.array([3, None], pa.int8()))
    assert values[0] == [1.0, 3.0]
    assert all(map(math.isnan, values[1]))


def test_an_empty_parquet_table_holds_nothing(rows_of_parquet):
    assert rows_of_parquet(time=stamps(), a=pa.array([], "f8"), b=pa.array([], "i1")) == ([], [])


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"time": stamps(0), "b": [1]}, r"column\(s\) missing: a"),
        ({"time": [1.0], "a": [1.0], "b": [1]}, "column time is double, not a timestamp"),
        ({"time": stamps(1, 0), "a": [1.0, 1.0], "b": [1, 1]}, "row 2: time does not increase"),
        ({"time": stamps(0), "a": ["hot"], "b": [1]}, "column a is string, not a number"),
        ({"time": stamps(0), "a": [{"deep": 1}], "b": [1]}, "not a number"),
        (
            {"time": pa.array([None], pa.timestamp("ns")), "a": [1.0], "b": [1]},
            "row 1: the time is not known",
        ),
    ],
)
def test_a_parquet_table_that_cannot_be_used_is_refused(rows_of_parquet, columns, reason):
    with pytest.raises(TableError, match=rf"day\.parquet: .*{reason}"):
        rows_of_parquet(**columns)


def test_a_file_that_is_no_parquet_is_refused(tmp_path, plain):
    path = tmp_path / "day.parquet"
    path.write_text("hello")
    with pytest.raises(TableError, match=r"day\.parquet"):
        list(read(path, plain))
    assert count_rows(path) is None


def test_the_rows_of_a_parquet_table_can_be_counted(tmp_path):
    path = tmp_path / "day.parquet"
    pq.write_table(pa.table({"time": stamps(0, 1, 2)}), path)
    assert count_rows(path) == 3


def test_without_pyarrow_the_extra_is_named(tmp_path, plain, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(TableError, match=r"pip install 'fdir-service\[data\]'"):
        list(read(tmp_path / "day.parquet", plain))
    assert count_rows(tmp_path / "day.parquet") is None


def test_columns_may_be_named_with_underscores_where_parameters_have_dots(tmp_path):
    mission = tmp_path / "mission.toml"
    mission.write_text(
        '[mission]\nname = "m"\napid = 5\n[[source]]\nname = "s"\n'
        'parameters = [{ id = 1, name = "temp.0" }, { id = 2, name = "temp.1" }]\n'
    )
    file = tmp_path / "day.csv"
    file.write_text("temp_1,time,temp.0\n2,2030-01-01T00:00:00,1\n")
    (samples,) = read(file, load(mission))
    assert samples.values.tolist() == [[1.0, 2.0]]
