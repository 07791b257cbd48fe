import builtins

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.dclop.table import joined, read_table
from models.errors import TrainingDataError
from models.metadata import digest


def test_numeric_columns_of_a_csv_file_are_the_channels(table_file, rows):
    table = read_table(table_file)
    assert table.names == ("a", "b", "c", "d", "e", "label")
    assert table.units == ("uT", "", "", "", "V", "")
    assert np.array_equal(table.samples[:, :5], rows)
    assert (table.dropped, table.digest) == (0, digest(table_file))


def test_columns_can_be_named_and_left_out(table_file, rows):
    assert read_table(table_file, without=["label"]).names == ("a", "b", "c", "d", "e")
    assert np.array_equal(read_table(table_file, ["e", "a"]).samples, rows[:, [4, 0]])


def test_rows_with_a_missing_value_are_dropped_and_counted(tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("a,b\n1,2\n,3\n4,inf\n5,6\n")
    table = read_table(path)
    assert (table.samples.tolist(), table.dropped) == ([[1.0, 2.0], [5.0, 6.0]], 2)


def test_parquet_is_read_with_units_whole_numbers_and_flags(tmp_path):
    fields = [
        pa.field("time", pa.timestamp("ns")),
        pa.field("u", pa.float32(), metadata={b"unit": b"V"}),
        pa.field("n", pa.int16()),
        pa.field("on", pa.bool_()),
        pa.field("word", pa.string()),
    ]
    columns = [[0, 1], [1.5, None], [3, 4], [True, False], ["x", "y"]]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, fields, strict=True)]
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), path)
    table = read_table(path)
    assert (table.names, table.units, table.dropped) == (("u", "n", "on"), ("V", "", ""), 1)
    assert table.samples.tolist() == [[1.5, 3.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("t.csv", "a,b\n1,2\n3\n", "a row has not the 2 columns of the header"),
        ("t.csv", "a,b\n", "no rows"),
        ("t.csv", "", "no rows"),
        ("t.csv", "a,a [V]\n1,2\n", "names of columns repeat"),
        ("t.csv", "a,b\nx,y\n", "no column with numbers"),
        ("t.csv", "a,b\n1,\n,2\n", "no row with a number in every column"),
        ("t.parquet", "PAR0", "Parquet"),
        ("t.txt", "", "must be .csv or .parquet"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_the_reason(tmp_path, name, text, reason):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(TrainingDataError, match=reason) as error:
        read_table(path)
    assert str(error.value).startswith(f"{path}: ")


def test_columns_that_are_not_there_or_not_numeric_are_named(table_file):
    with pytest.raises(TrainingDataError, match="no column x, y, it has time, a, b"):
        read_table(table_file, ["a", "x"], ["y"])
    with pytest.raises(TrainingDataError, match="no numbers in time"):
        read_table(table_file, ["a", "time"])


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(TrainingDataError, match="No such file"):
        read_table(tmp_path / "none.csv")


def test_parquet_without_its_extra_is_told(tmp_path, monkeypatch):
    original = builtins.__import__

    def refuse(name, *arguments, **named):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return original(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(TrainingDataError, match=r"needs the extra: pip install 'fdir-service\[data\]'"):
        read_table(tmp_path / "t.parquet")


def test_several_tables_are_one_after_the_other(table_file, tmp_path):
    first = read_table(table_file, ("b", "c"))
    second = tmp_path / "second.csv"
    second.write_text("c,b\n1,2\n,3\n")
    found = joined([first, read_table(second, ("b", "c"))])
    assert found.samples.tolist() == [*first.samples.tolist(), [2.0, 1.0]]
    assert (found.names, found.dropped) == (("b", "c"), 1)
    assert found.digest not in {first.digest, joined([first, first]).digest}
    assert joined([first]) is first


def test_tables_of_different_channels_are_refused(table_file, tmp_path):
    second = tmp_path / "second.csv"
    second.write_text("b,e [mV]\n1,2\n")
    tables = [read_table(path, ("b", "e")) for path in (table_file, second)]
    with pytest.raises(TrainingDataError, match=r"channels differ: b, e \[V\] and b, e \[mV\]"):
        joined(tables)
