"""Parameter types and the table of parameters."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus.parameters import OWN, Parameter, ParameterTable, ValueType

RANGES = {
    ValueType.BOOL: (0, 1),
    ValueType.U8: (0, 255),
    ValueType.U16: (0, 65535),
    ValueType.U32: (0, 2**32 - 1),
    ValueType.I8: (-128, 127),
    ValueType.I16: (-32768, 32767),
    ValueType.I32: (-(2**31), 2**31 - 1),
}
INTEGERS = st.sampled_from(list(RANGES))


@pytest.mark.parametrize(("kind", "size"), [("bool", 1), ("u16", 2), ("i32", 4), ("f32", 4), ("f64", 8)])
def test_a_type_is_as_wide_as_its_name_says(kind: str, size: int) -> None:
    assert ValueType(kind).size == size


@given(INTEGERS.flatmap(lambda kind: st.tuples(st.just(kind), st.integers(*RANGES[kind]))))
def test_integers_survive_the_way_to_octets_and_back(case: tuple[ValueType, int]) -> None:
    kind, value = case
    assert kind.unpack(kind.pack(value)) == value
    assert kind.holds(value)


@given(st.floats(width=32))
def test_floats_survive_the_way_to_octets_and_back(value: float) -> None:
    for kind in (ValueType.F32, ValueType.F64):
        back = kind.unpack(kind.pack(value))
        assert back == value or (math.isnan(back) and math.isnan(value))


@given(INTEGERS)
def test_an_integer_type_holds_its_range_and_nothing_beside(kind: ValueType) -> None:
    low, high = RANGES[kind]
    assert kind.holds(low)
    assert kind.holds(high)
    assert not kind.holds(low - 1)
    assert not kind.holds(high + 1)
    assert not kind.holds(low + 0.5)


@pytest.mark.parametrize("kind", ValueType)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_type_holds_what_is_not_finite(kind: ValueType, value: float) -> None:
    assert not kind.holds(value)


def test_a_float32_does_not_hold_a_large_float64() -> None:
    assert not ValueType.F32.holds(1e39)
    assert ValueType.F64.holds(1e39)


def test_masks_go_with_unsigned_types() -> None:
    assert [kind for kind in ValueType if kind.is_unsigned] == ["bool", "u8", "u16", "u32"]


@pytest.mark.parametrize(
    ("kind", "octets"), [("u16", "ffff"), ("bool", "ff"), ("i16", "8000"), ("i8", "80"), ("u8", "ff")]
)
def test_a_value_that_is_not_known_has_octets_of_its_own(kind: str, octets: str) -> None:
    assert ValueType(kind).pack_or_unknown(math.nan).hex() == octets


def test_an_unknown_float_is_nan_and_a_known_value_is_itself() -> None:
    assert math.isnan(ValueType.F32.unpack(ValueType.F32.pack_or_unknown(math.nan)))
    assert ValueType.U8.pack_or_unknown(4.0) == b"\x04"


def test_rows_are_counted_by_source() -> None:
    table = ParameterTable(
        (
            Parameter(5, "a", ValueType.F64, "bus"),
            Parameter(3, "b", ValueType.F64, "wheel"),
            Parameter(9, "c", ValueType.U8, "bus"),
            Parameter(1, "d", ValueType.U8, OWN),
        )
    )
    assert table.row == {5: 0, 3: 0, 9: 1, 1: 0}
    assert [p.name for p in table.sources["bus"]] == ["a", "c"]
    assert table.get(9) is table.by_name["c"]
    assert table.get(2) is None
