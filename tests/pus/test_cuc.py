"""CCSDS unsegmented time code 4+2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import cuc
from tests.pus.vectors import TIME

LAST = (1 << 32) * 1_000_000_000 - 1
"""The latest time that 4 octets of seconds can carry, in ns."""
TICK = 1_000_000_000 / 65536


def test_a_time_is_a_p_field_four_octets_of_seconds_and_two_of_fraction() -> None:
    assert cuc.encode(TIME).hex() == "2e00000e108000"
    assert cuc.decode(bytes.fromhex("2e00000e108000")) == TIME


def test_a_duration_has_no_p_field() -> None:
    assert cuc.encode_relative(1_500_000_000).hex() == "000000018000"
    assert cuc.decode_relative(bytes.fromhex("000000018000")) == 1_500_000_000


def test_encoding_rounds_down() -> None:
    assert cuc.encode_relative(999_999_999).hex() == "00000000ffff"


@given(st.binary(min_size=6, max_size=6))
def test_octets_survive_the_way_to_nanoseconds_and_back(octets: bytes) -> None:
    assert cuc.encode_relative(cuc.decode_relative(octets)) == octets
    absolute = bytes((cuc.P_FIELD,)) + octets
    assert cuc.encode(cuc.decode(absolute)) == absolute


@given(st.integers(0, LAST))
def test_a_time_comes_back_within_one_tick(ns: int) -> None:
    assert abs(cuc.decode(cuc.encode(ns)) - ns) < TICK


@given(st.integers(0, LAST), st.integers(0, LAST))
def test_the_order_of_times_is_the_order_of_their_octets(first: int, second: int) -> None:
    first, second = sorted((first, second))
    assert cuc.encode(first) <= cuc.encode(second)


@pytest.mark.parametrize("ns", [-1, LAST + 1])
def test_a_time_outside_four_octets_of_seconds_is_refused(ns: int) -> None:
    with pytest.raises(cuc.TimeError, match="outside CUC"):
        cuc.encode(ns)


@pytest.mark.parametrize("octets", ["", "2e00000e1080", "2e00000e10800000", "1e00000e108000"])
def test_octets_of_another_time_code_are_refused(octets: str) -> None:
    with pytest.raises(cuc.TimeError, match="not a CUC 4\\+2 time"):
        cuc.decode(bytes.fromhex(octets))


def test_a_duration_of_another_length_is_refused() -> None:
    with pytest.raises(cuc.TimeError, match="6 octets, got 5"):
        cuc.decode_relative(bytes(5))
