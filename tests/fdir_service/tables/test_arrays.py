"""NPY in: columns by the order of the parameters or by names, fields by their own names."""

import numpy as np
import pytest

from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import Layout, TimeUnit
from fdir_service.tables.rows import ROWS
from fdir_service.tables.times import NO_TIME
from tests.fdir_service.tables.builders import EPOCH, SECOND, read_all, source

REGULAR = Layout(period=SECOND)


@pytest.fixture
def saved(tmp_path):
    def write(array):
        path = tmp_path / "day.npy"
        np.save(path, array, allow_pickle=array.dtype.hasobject)
        return path

    return write


@pytest.mark.parametrize("dtype", ["f8", "f4", ">f8", "i2", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_columns_are_the_parameters_in_order(saved, dtype, order):
    path = saved(np.array([[1, 2], [3, 4]], dtype, order=order))
    assert read_all(path, layout=REGULAR)[0] == [(0, 0, 0, (1.0, 2.0)), (0, 1, SECOND, (3.0, 4.0))]


def test_columns_may_be_named_with_units_and_hold_the_time(saved):
    path = saved(np.array([[2.0, 0.5, 9.0, 1.0], [4.0, 1.5, 9.0, 3.0]]))
    layout = Layout(time_unit=TimeUnit.S, columns=("b", "time", "other", "a [V]"))
    taken, _ = read_all(path, source("a [V]", "b"), layout)
    assert taken == [(0, 0, SECOND // 2, (1.0, 2.0)), (0, 1, 3 * SECOND // 2, (3.0, 4.0))]


def test_a_row_of_numbers_is_one_column(saved):
    assert read_all(saved(np.array([True, False])), source("a"), REGULAR)[0][0] == (0, 0, 0, (1.0,))


@pytest.mark.parametrize(
    ("unit", "ns"), [("ns", 1), ("ms", 10**6), ("s", SECOND), ("m", 60 * SECOND), ("2D", 172800 * SECOND)]
)
def test_fields_have_names_and_times_units(saved, unit, ns):
    fields = [
        ("time", f"M8[{unit}]"),
        ("b", "f4"),
        ("a", "i4"),
        ("fdir.session", "u4"),
        ("fdir.sequence", "f8"),
    ]
    epoch = np.datetime64(EPOCH, "ns").astype("M8[D]").astype(f"M8[{unit}]").astype(np.int64)
    array = np.array([(0, 2, 1, 4, 7), (0, 4, 3, 4, 8), (0, 4, 3, 4, 8.5), (0, 6, 5, 5, 0)], fields)
    array["time"] = np.array([epoch + 1, NO_TIME, epoch + 2, epoch + 3]).astype(f"M8[{unit}]")
    taken, faults = read_all(saved(array))
    offset = int(epoch) * ns - EPOCH
    assert taken == [(4, 7, offset + ns, (1.0, 2.0)), (5, 0, offset + 3 * ns, (5.0, 6.0))]
    assert faults.counts == {"time": 1, "sequence": 1}


def test_a_long_array_comes_in_blocks(saved):
    path = saved(np.arange(2 * (ROWS + 3)).reshape(-1, 2))
    assert [row[3][0] for row in read_all(path, layout=REGULAR)[0]] == [2 * k for k in range(ROWS + 3)]


def test_an_array_without_rows_holds_nothing(saved):
    assert read_all(saved(np.empty((0, 2))), layout=REGULAR)[0] == []


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((2, 3)), r"3 column\(s\), but 2 name\(s\): a, b"),
        (np.zeros((2, 2, 2)), r"an array of shape \(2, 2, 2\), not \(rows, columns\)"),
        (np.float64(1), r"an array of shape \(\), not \(rows, columns\)"),
        (np.zeros((2, 2), [("a", "f8"), ("b", "f8")]), r"an array of shape \(2, 2\), not"),
        (np.array([["x", "y"]]), "column a is <U1, not a number"),
        (np.zeros((1, 2), complex), "column a is complex128, not a number"),
        (np.array([[None, None]]), "Array can't be memory-mapped"),
    ],
)  # fmt: skip
def test_other_arrays_are_refused(saved, array, reason):
    with pytest.raises(TableError, match=rf"day\.npy: {reason}"):
        read_all(saved(np.asarray(array)), layout=REGULAR)


@pytest.mark.parametrize("kind", ["f8", "M8[Y]"])
def test_times_need_a_unit(saved, kind):
    array = np.zeros(1, [("time", kind), ("a", "f8"), ("b", "f8")])
    with pytest.raises(TableError, match=r"column time is .*, not a"):
        read_all(saved(array))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_array_is_refused(tmp_path, content):
    path = tmp_path / "day.npy"
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"day\.npy: "):
        read_all(path, layout=REGULAR)


def test_an_archive_of_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "day.npz", a=np.zeros(3))
    path = (tmp_path / "day.npz").rename(tmp_path / "day.npy")
    with pytest.raises(TableError, match="an archive of arrays"):
        read_all(path, layout=REGULAR)
