"""Times of tables are exact to the nanosecond, or are said not to be times."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.tables.times import NO_TIME, epoch_ns, iso, parse_time, scale

INT64 = np.iinfo(np.int64)


@given(st.datetimes(*(datetime(year, 1, 1) for year in (1971, 2200))))  # noqa: DTZ001
def test_times_are_exact_to_the_microsecond(moment):
    ns = parse_time(moment.isoformat())
    exact = np.datetime64(moment, "us").astype(np.int64) * 1000
    assert ns == exact == parse_time(moment.replace(tzinfo=UTC).isoformat())


@given(st.lists(st.integers(NO_TIME + 10**15, INT64.max), min_size=1))
def test_what_is_written_reads_back_to_the_nanosecond(times):
    texts = iso(np.array(times))
    assert [parse_time(text) for text in texts.tolist()] == times
    assert all(text.endswith("Z") for text in texts.tolist())


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ([0, 10**9], "1970-01-01T00:00:00Z"),
        ([0, 10**6], "1970-01-01T00:00:00.000Z"),
        ([0, 10**3], "1970-01-01T00:00:00.000000Z"),
        ([0, 1], "1970-01-01T00:00:00.000000000Z"),
    ],
)
def test_written_times_have_the_digits_that_are_needed(times, text):
    assert iso(np.array(times))[0] == text


def test_a_zone_is_taken_into_account():
    assert parse_time("2030-01-01T02:00:00+02:00") == epoch_ns("2030-01-01T00:00:00Z")


@pytest.mark.parametrize("digits", ["1234567", "12345678", "123456789", "1234567891"])
@pytest.mark.parametrize("mark", [".", ","])
def test_digits_behind_the_microsecond_count_to_the_nanosecond(mark, digits):
    assert parse_time(f"1970-01-01T00:00:01{mark}{digits}+00:00") == 10**9 + int(digits[:9].ljust(9, "0"))


@pytest.mark.parametrize("text", ["", "yesterday", "2030-02-30", "9999-01-01", "1600-01-01"])
def test_what_is_no_time_is_an_error(text):
    with pytest.raises(ValueError, match=r"isoformat|day|no time"):
        parse_time(text)


@given(
    st.integers(INT64.min, INT64.max), st.sampled_from([1, 10**3, 10**6, 10**9]), st.integers(-(2**62), 2**62)
)
def test_integers_are_scaled_exactly_or_are_no_time(number, unit, zero):
    exact = number * unit + zero
    (scaled,) = scale(np.array([number]), unit, zero).tolist()
    assert scaled == exact or (scaled == NO_TIME and not INT64.min + unit < exact < INT64.max - unit)


def test_unsigned_integers_beyond_int64_are_no_time():
    assert scale(np.array([5, 2**64 - 1], np.uint64), 1, 7).tolist() == [12, NO_TIME]


@given(st.floats(-9e9, 9e9))
def test_floats_are_rounded_to_the_nearest_nanosecond(seconds):
    (scaled,) = scale(np.array([seconds]), 10**9, 0).tolist()
    whole, part = divmod(seconds, 1.0)
    assert scaled == int(whole) * 10**9 + round(part * 10**9)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e300, 2.0**63, -(2.0**63) - 4096])
def test_floats_that_are_no_time_are_told_apart(number):
    assert scale(np.array([number, 1.0]), 1, 0).tolist() == [NO_TIME, 1]


def test_single_precision_is_computed_in_double():
    assert scale(np.array([0.1], np.float32), 10**9, 0).tolist() == [100000001]
