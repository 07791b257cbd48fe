"""A table of values: empty keeps, nan is not known, every mistake has its line."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.testing.value_table import RowError, front_matter, steps

TIMES = st.lists(st.integers(0, 10**6), min_size=1, max_size=6, unique=True).map(sorted)


def test_a_row_is_a_step_with_the_values_that_are_not_empty():
    lines = ["time_s,a,b", "0,1,", "", "2.5,,nan"]
    first, second = steps(lines)
    assert first == {"at_s": 0.0, "set": {"a": 1.0}}
    assert second["at_s"] == 2.5
    assert math.isnan(second["set"]["b"])


@given(TIMES, st.data())
def test_what_is_written_is_read(times, data):
    numbers = st.none() | st.floats(allow_nan=False)
    rows = [(time, data.draw(numbers), data.draw(numbers)) for time in times]
    lines = ["time_s,a,b", *(",".join("" if v is None else repr(v) for v in row) for row in rows)]
    wanted = [{k: v for k, v in (("a", a), ("b", b)) if v is not None} for _, a, b in rows]
    assert [(step["at_s"], step["set"]) for step in steps(lines)] == list(zip(times, wanted, strict=True))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "line 1: the first column must be time_s"),
        (["a,time_s", "1,2"], "line 1: the first column must be time_s"),
        (["time_s,a,a"], "line 1: column 'a' appears twice"),
        (["time_s,a", "1,2,3"], "line 2: 3 fields, the header has 2"),
        (["", "time_s,a", ",1"], "line 3: time_s is empty"),
        (["time_s,a", "0,much"], "line 2: a: 'much' is no number"),
        (["time_s,a", "1,1", "1,2"], "line 3: time_s 1.0 does not increase"),
        (["time_s,a", "nan,1"], "line 2: time_s nan does not increase"),
        (["time_s,a", '1,"2'], "line 2: unexpected end of data"),
    ],
)
def test_a_mistake_is_named_with_its_line(lines, reason):
    with pytest.raises(RowError) as error:
        list(steps(lines))
    assert str(error.value) == reason


def test_the_comments_at_the_top_are_the_rest_of_the_file():
    toml, lines = front_matter('# mission = "m"\n#\n#x = 1\ntime_s,a\n0,1\n# no comment')
    assert toml == 'mission = "m"\n\nx = 1'
    assert lines == ["", "", "", "time_s,a", "0,1", "# no comment"]


def lines_of(text):
    """Return the lines of the mistakes in a table, or nothing."""
    try:
        found = list(steps(front_matter(text)[1]))
    except RowError as error:
        return str(error).partition(":")[0]
    return "" if all(step["at_s"] >= 0 for step in found) else "negative time"


@given(st.text() | st.text('time_s,a#\n"0123.-').map(lambda text: f"time_s,a\n{text}"))
def test_any_text_is_a_table_or_its_mistake_has_a_line(text):
    where = lines_of(text)
    assert where == "" or where.startswith("line ")
