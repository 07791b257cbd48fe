"""CSV in: with pyarrow and without it the same rows, and the same faults with the same lines."""

import sys
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.tables.csv_read import blocks
from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, TimeUnit
from fdir_service.tables.rows import to_samples
from tests.fdir_service.tables.builders import EPOCH, SECOND, read_all, rows, source

DAY = ["2030-01-01T00:00:00", "2030-01-01T00:00:01.5", "2030-01-01T00:00:02"]
NUMERIC = Layout(time_unit=TimeUnit.MS)

TIMES = """
2030-01-01T00:00:00
2030-01-01T00:00:01.5
2030-01-01 00:00:03.123456789
2030-01-01T00:00:04Z
2030-01-01T03:00:05+02:00
20300101T000006
2030-01-01T00:00:07.1234567891
 2030-01-01T00:00:08
2030-01-02
9999-01-01
soon
"""
times = st.sampled_from(TIMES.split("\n"))
numbers = st.one_of(
    st.sampled_from(["", "1", "-0", "nan", "inf", "1e400", " 2.5 ", "1_0", "x", "0x10", "1.5.1", ".5", "+3"]),
    st.floats().map(repr),
    st.integers(-(10**20), 10**20).map(str),
)
lines = st.one_of(
    st.builds("{},{},{}".format, times, numbers, numbers),
    st.builds('"{}","{}",{}'.format, times, numbers, numbers),
    st.sampled_from(
        ["", "1", ",", f"{DAY[0]},1", f"{DAY[0]},1,1,1", f'{DAY[0]},1,1,"two\nlines"', "\x00,1,1"]
    ),
)


def both(path, layout=None, size=64):
    """Read with pyarrow and without it; both must agree."""
    results = []
    for modules in ({}, {"pyarrow": None}):
        with patch.dict(sys.modules, modules):
            faults = Faults(path)
            taken = to_samples(
                blocks(path, source(), layout or Layout(), faults, size), source(), layout or Layout(), faults
            )
            results.append((rows(taken), faults))
    assert results[0] == results[1]
    return results[0]


@given(st.lists(lines, max_size=12), st.integers(1, 200), st.sampled_from(["\n", "\r\n"]))
def test_with_and_without_pyarrow_the_same_rows_are_read(tmp_path_factory, table, size, end):
    path = tmp_path_factory.mktemp("csv") / "day.csv"
    path.write_bytes(end.join(["time,a,b", *table, ""]).encode())
    both(path, size=size)


@given(st.lists(st.builds("{},{},{}".format, numbers, numbers, numbers), max_size=12), st.integers(1, 200))
def test_numeric_times_are_read_alike(tmp_path_factory, table, size):
    path = tmp_path_factory.mktemp("csv") / "day.csv"
    path.write_text("\n".join(["time,a,b", *table, ""]))
    both(path, NUMERIC, size)


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=20).map(sorted), st.integers(1, 80))
def test_whole_milliseconds_are_exact(tmp_path_factory, stamps, size):
    path = tmp_path_factory.mktemp("csv") / "day.csv"
    path.write_text("time,a,b\n" + "".join(f"{EPOCH // 10**6 + t},{t},1\n" for t in stamps))
    taken, faults = both(path, Layout(time_unit=TimeUnit.MS, epoch=0), size)
    assert [(time, values[0]) for _, _, time, values in taken] == [(t * 10**6, t) for t in stamps]
    assert not faults.counts


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "day.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_bad_rows_are_counted_by_reason_with_the_first_lines(table):
    path = table(
        "time,a,b\n"
        f"{DAY[0]},1,1\n"
        "soon,1,1\n"
        f"{DAY[1]},hot,1\n"
        "\n"
        f"{DAY[1]},1\n"
        f"{DAY[0]},1,1\n"
        "2029-12-31T00:00:00,1,1\n"
        f"{DAY[2]},2,2\n"
    )
    taken, faults = both(path, size=1 << 20)
    assert [(sequence, time) for _, sequence, time, _ in taken] == [(0, 0), (6, 2 * SECOND)]
    assert faults.counts == {"time": 2, "value": 1, "fields": 1, "time order": 1}
    assert faults.first == [
        f"{path}: line 3: column time: Invalid isoformat string: 'soon'",
        f"{path}: line 4: column a: could not convert string to float: 'hot'",
        f"{path}: line 6: 2 field(s), the header has 3",
        f"{path}: line 8: the time is not known, before the mission epoch, or more than 2^32 s after it",
        f"{path}: line 7: time does not increase",
    ]


def test_more_fields_than_the_header_has_do_no_harm(table):
    assert len(both(table(f"time,a,b\n{DAY[0]},1,1,\n{DAY[1]},1,1,\n"))[0]) == 2


def test_octets_that_are_no_text_matter_only_where_they_are_read(table):
    path = table(f"time,a,b,note\n{DAY[0]},1,1,\xb0C\n{DAY[1]},\xff,1,\n".encode("latin-1"))
    taken, faults = both(path)
    assert len(taken) == 1
    assert faults.counts == {"value": 1}


def test_a_mark_of_the_octet_order_is_no_part_of_the_first_name(table):
    assert len(both(table(b"\xef\xbb\xbftime,a,b\n" + DAY[0].encode() + b",1,1\n"))[0]) == 1


def test_units_may_stand_in_the_header(table):
    path = table(f'time,"a [V]",b [m/s2]\n{DAY[0]},1,2\n')
    assert read_all(path, source("a [V]", "b [m/s2]"))[0] == [(0, 0, 0, (1.0, 2.0))]
    with pytest.raises(TableError, match=r"day\.csv: column a is in V, the mission says mV"):
        read_all(path, source("a [mV]", "b"))


def test_numeric_times_count_from_the_mission_epoch_or_another(table):
    path = table("time,a,b\n0,1,1\n1.5,1,1\n")
    assert [row[2] for row in both(path, Layout(time_unit=TimeUnit.S))[0]] == [0, 1_500_000_000]
    layout = Layout(time_unit=TimeUnit.S, epoch=EPOCH + 5)
    assert [row[2] for row in both(path, layout)[0]] == [5, 1_500_000_005]


def test_an_integer_among_fractions_stays_exact(table):
    layout = Layout(time_unit=TimeUnit.NS)
    assert [row[2] for row in both(table("time,a,b\n0.5,1,1\n9007199254740993,1,1\n"), layout)[0]] == [
        0,
        9007199254740993,
    ]


@pytest.mark.parametrize("text", ["", "nan", "1e300", "1_0", "x"])
def test_numeric_times_that_are_none_are_left_out(table, text):
    _, faults = both(table(f"time,a,b\n{text},1,1\n"), NUMERIC)
    assert faults.counts == {"time": 1}


def test_the_time_may_be_a_parameter_too(table):
    taken, _ = both(table("a,b\n0,1\n7,2\n"), Layout(time="a", time_unit=TimeUnit.NS))
    assert taken == [(0, 0, 0, (0.0, 1.0)), (0, 1, 7, (7.0, 2.0))]


def test_rows_may_have_a_period_instead_of_times(table):
    path = table("b,a\n1,2\nx,4\n5,6\n")
    taken, faults = both(path, Layout(period=SECOND, start=EPOCH + 3))
    assert taken == [(0, 0, 3, (2.0, 1.0)), (0, 2, 2 * SECOND + 3, (6.0, 5.0))]
    assert faults.counts == {"value": 1}


def test_sessions_and_sequence_numbers_are_kept(table):
    head = "time,fdir.session,fdir.sequence,a,b\n"
    path = table(head + f"{DAY[0]},4,7,1,1\n{DAY[1]},4,9,1,1\n{DAY[2]},5,0,1,1\n")
    taken, faults = both(path, size=1)
    assert [row[:2] for row in taken] == [(4, 7), (4, 9), (5, 0)]
    assert not faults.counts


@pytest.mark.parametrize(("field", "reason"), [("x,7", "session"), (",7", "session"), ("4,x", "sequence")])
def test_numbers_of_sessions_and_sequences_must_be_integers(table, field, reason):
    path = table(f"time,fdir.session,fdir.sequence,a,b\n{DAY[0]},{field},1,1\n{DAY[1]},4,8,1,1\n")
    taken, faults = both(path)
    assert (len(taken), faults.counts) == (1, {reason: 1})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"\xff\xfe,a,b\n", "line 1: not UTF-8 text"),
        ("time,a,b\r1,2,3\r", "lines must end with LF or CR LF"),
        (f'time,"{"a" * 200_000}"\n', "line 1: field larger"),
        (f'time,a,b\nsoon,1,1\n{DAY[0]},"{"1" * 200_000}",1\n', "line 3: field larger"),
        ("", r"column\(s\) missing: time, a, b"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(table, text, reason):
    with pytest.raises(TableError, match=rf"day\.csv: {reason}"):
        both(table(text), size=1 << 20)
