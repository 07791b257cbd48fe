"""State as plain data that msgpack can carry, and back."""

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus.plain import PlainCodec, PlainError


class Colour(IntEnum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Point:
    x: float
    name: str = ""
    parts: tuple["Point", ...] = ()


@dataclass
class Foreign:
    x: int = 0


@dataclass
class Book:
    counts: Counter[str] = field(default_factory=Counter)
    known: set[int] = field(default_factory=set)
    by_key: dict[Any, Any] = field(default_factory=dict)


CODEC = PlainCodec((Point, Book, Colour))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5) | st.binary(max_size=5)
)
SCALARS |= st.floats(allow_nan=False) | st.sampled_from(Colour)
KEYS = st.integers(0, 9) | st.text(max_size=3) | st.tuples(st.integers(0, 9), st.integers(0, 9))
POINTS = st.builds(Point, st.floats(allow_nan=False), st.text(max_size=3))
BOOKS = st.builds(
    Book,
    st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=3).map(Counter),
    st.sets(st.integers(0, 9)),
    st.dictionaries(KEYS, SCALARS, max_size=3),
)
VALUES = st.recursive(
    SCALARS | POINTS | BOOKS,
    lambda part: (
        st.lists(part, max_size=3)
        | st.lists(part, max_size=3).map(tuple)
        | st.dictionaries(KEYS, part, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_every_value_comes_back_through_msgpack(value: Any) -> None:
    carried = msgpack.unpackb(msgpack.packb(CODEC.pack(value)), strict_map_key=False)
    back = CODEC.unpack(carried)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("dtype", ["<f8", "<i8", "|i1", "|b1"])
def test_arrays_come_back_writable(dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    back = CODEC.unpack(CODEC.pack(array))
    assert back.dtype == array.dtype
    assert back.tolist() == array.tolist()
    back[0, 0] = 1


def test_a_set_is_written_in_order() -> None:
    assert CODEC.pack({3, 1, 2}) == ["set", 1, 2, 3]


@pytest.mark.parametrize("value", [Foreign(), object(), 1j])
def test_a_type_that_is_not_registered_is_not_written(value: object) -> None:
    with pytest.raises(PlainError, match="no plain form"):
        CODEC.pack(value)


@pytest.mark.parametrize(
    "plain",
    [
        [],
        ["Foreign", 1],
        ["Point"],
        ["Point", 1.0, "a", ["tuple"], 9],
        ["Colour", 7],
        ["Colour"],
        ["dict", 1],
        ["array", "<f8", [2], b"short"],
        ["array"],
        [[1], 2],
    ],
)
def test_data_that_nobody_has_written_are_refused(plain: list[Any]) -> None:
    with pytest.raises(PlainError, match="malformed"):
        CODEC.unpack(plain)
