"""Columns are found by name and unit; what is missing or in another unit is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import Columns, Layout, find_columns, split_unit, with_unit
from tests.fdir_service.tables.builders import source

DAY = Path("day.csv")


def find(*titles, of=None, layout=None):
    names, units = zip(*map(split_unit, titles), strict=True)
    return find_columns(DAY, names, units, of or source("a", "b"), layout or Layout())


@given(st.from_regex(r"[A-Za-z0-9_.\-]{1,64}", fullmatch=True), st.text(max_size=20))
def test_name_and_unit_come_apart_as_they_were_put_together(name, unit):
    assert split_unit(with_unit(name, unit)) == (name, unit)


@pytest.mark.parametrize("title", ["temp.0[degC]", "temp.0 [degC]", "temp.0  [degC]"])
def test_a_unit_may_stand_close(title):
    assert split_unit(title) == ("temp.0", "degC")


def test_columns_are_found_in_any_order():
    assert find("b", "note", "time", "a") == Columns(2, None, None, (3, 0))


def test_the_first_of_equal_names_counts():
    assert find("time", "a", "b", "a", "time").values == (1, 2)


def test_dots_may_be_underscores():
    found = find("time", "x_0", "fdir_sequence", "fdir.session", of=source("x.0"))
    assert found == Columns(0, 3, 2, (1,))
    assert found.present == (0, 1, 2, 3)


def test_the_exact_name_is_preferred():
    assert find("time", "x_0", "x.0", of=source("x.0")).values == (2,)


def test_all_missing_columns_are_named():
    with pytest.raises(TableError, match=r"^day\.csv: column\(s\) missing: t, a$"):
        find("b", "time", layout=Layout(time="t"))


def test_with_a_period_no_time_is_needed_nor_read():
    assert find("a", "b", layout=Layout(period=1)).time is None
    assert find("a", "b", "time", layout=Layout(period=1)).time is None


@pytest.mark.parametrize(("title", "parameter"), [("a [V]", "a [V]"), ("a", "a [V]"), ("a [V]", "a")])
def test_units_that_are_equal_or_not_told_fit(title, parameter):
    assert find("time", title, of=source(parameter)).values == (1,)


def test_another_unit_is_refused():
    with pytest.raises(TableError, match=r"^day\.csv: column a is in mV, the mission says V$"):
        find("time", "a [mV]", of=source("a [V]"))
