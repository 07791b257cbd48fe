"""HDF5 in: one data set as an array, or a group with a data set for each column."""

import sys

import h5py
import numpy as np
import pytest

from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import Layout, TimeUnit
from fdir_service.tables.rows import ROWS
from tests.fdir_service.tables.builders import SECOND, read_all, source

REGULAR = Layout(period=SECOND)
TWO = [(0, 0, 0, (1.0, 2.0)), (0, 1, SECOND, (3.0, 4.0))]


@pytest.fixture
def saved(tmp_path):
    def write(**items):
        path = tmp_path / "day.h5"
        with h5py.File(path, "w") as file:
            for name, item in items.items():
                file[name.replace("__", "/")] = item
        return path

    return write


def test_the_only_data_set_is_the_table(saved):
    assert read_all(saved(telemetry=[[1.0, 2.0], [3.0, 4.0]]), layout=REGULAR)[0] == TWO


def test_the_only_data_set_may_be_in_a_group(saved):
    assert read_all(saved(flight__telemetry=[[1, 2], [3, 4]]), layout=REGULAR)[0] == TWO


def test_one_of_several_data_sets_is_named(saved):
    path = saved(x=[[9, 9]], flight__y=[[2, 1], [4, 3]])
    layout = Layout(period=SECOND, dataset="flight/y", columns=("b", "a"))
    assert read_all(path, layout=layout)[0] == TWO


def test_a_group_holds_a_data_set_for_each_column(saved):
    path = saved(a=[1, 3], b=[2.0, 4.0], time=[0, 1], image=np.zeros((2, 5, 5)), note=[1, 2, 3], g__deep=[1])
    assert read_all(path, layout=Layout(time_unit=TimeUnit.S))[0] == TWO


def test_a_group_may_be_named(saved):
    path = saved(flight__a=[1, 3], flight__b=[2.0, 4.0], other=[1])
    assert read_all(path, layout=Layout(period=SECOND, dataset="flight"))[0] == TWO


def test_fields_of_a_data_set_are_columns(saved):
    path = saved(t=np.array([(2.0, 1), (4.0, 3)], [("b", "f8"), ("a", "i4")]))
    assert read_all(path, layout=REGULAR)[0] == TWO


@pytest.mark.parametrize("attribute", ["unit", "units"])
def test_units_are_attributes(saved, attribute):
    path = saved(a=[1, 3], b=[2, 4])
    with h5py.File(path, "r+") as file:
        file["a"].attrs[attribute] = "mV"
        file["b"].attrs[attribute] = 5
    assert read_all(path, source("a [mV]", "b"), REGULAR)[0] == TWO
    with pytest.raises(TableError, match=r"day\.h5: column a is in mV, the mission says V"):
        read_all(path, source("a [V]", "b"), REGULAR)


def test_a_long_data_set_comes_in_blocks(saved):
    path = saved(t=np.arange(2 * (ROWS + 3)).reshape(-1, 2))
    assert [row[3][0] for row in read_all(path, layout=REGULAR)[0]] == [2 * k for k in range(ROWS + 3)]


@pytest.mark.parametrize(
    ("items", "layout", "reason"),
    [
        ({"x": [[1, 2]]}, Layout(period=1, dataset="y"), "no data set or group y"),
        ({"a": [1, 2], "b": [1]}, REGULAR, "columns of different lengths: a 2, b 1"),
        ({"a": [1, 2]}, REGULAR, r"column\(s\) missing: b"),
        ({}, REGULAR, r"column\(s\) missing: a, b"),
        ({"a": [b"x"], "b": [1]}, REGULAR, "column a is object, not a number"),
    ],
)
def test_what_does_not_fit_is_refused(saved, items, layout, reason):
    with pytest.raises(TableError, match=rf"day\.h5: {reason}"):
        read_all(saved(**items), layout=layout)


def test_a_file_that_is_no_hdf5_is_refused(tmp_path):
    path = tmp_path / "day.hdf5"
    path.write_text("hello")
    with pytest.raises(TableError, match=r"day\.hdf5: "):
        read_all(path, layout=REGULAR)


def test_without_h5py_the_extra_is_named(saved, monkeypatch):
    path = saved(x=[[1, 2]])
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(TableError, match=r"pip install 'fdir-service\[data\]'"):
        read_all(path, layout=REGULAR)
