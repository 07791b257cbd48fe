"""On-board parameters: identity, type and the octets of their values."""

import math
import struct
from enum import StrEnum

from pus.records import frozen


class ValueType(StrEnum):
    """The type of a parameter's value in packets; big-endian, as wide as its name says."""

    BOOL = "bool"
    U8 = "u8"
    U16 = "u16"
    U32 = "u32"
    I8 = "i8"
    I16 = "i16"
    I32 = "i32"
    F32 = "f32"
    F64 = "f64"

    @property
    def size(self) -> int:
        """Width in octets."""
        return _STRUCTS[self].size

    @property
    def is_unsigned(self) -> bool:
        """Whether a mask may be applied (expected-value checks, validity conditions)."""
        return self in (ValueType.BOOL, ValueType.U8, ValueType.U16, ValueType.U32)

    @property
    def is_float(self) -> bool:
        """Whether the value may be fractional."""
        return self in _FLOATS

    def holds(self, value: float) -> bool:
        """Whether a finite `value` can be encoded without loss of range."""
        try:
            self.pack(value)
        except (ValueError, OverflowError, struct.error):
            return False
        if self is ValueType.BOOL:
            return value in (0, 1)
        return math.isfinite(value) and (self.is_float or value == int(value))

    def pack(self, value: float) -> bytes:
        """Encode `value`; an integer type takes its integer part."""
        return _STRUCTS[self].pack(value if self in _FLOATS else int(value))

    def pack_or_unknown(self, value: float) -> bytes:
        """Encode `value`; one that is not known (NaN) is NaN in a float, all ones in an unsigned integer.

        A signed integer that is not known is the lowest it can hold.
        """
        if self in _FLOATS or not math.isnan(value):
            return self.pack(value)
        return b"\xff" * self.size if self.is_unsigned else b"\x80" + b"\0" * (self.size - 1)

    def unpack(self, octets: bytes) -> float:
        """Decode exactly `size` octets."""
        (value,) = _STRUCTS[self].unpack(octets)
        return float(value)


_FLOATS = frozenset({ValueType.F32, ValueType.F64})
_STRUCTS = {
    ValueType.BOOL: struct.Struct(">B"),
    ValueType.U8: struct.Struct(">B"),
    ValueType.U16: struct.Struct(">H"),
    ValueType.U32: struct.Struct(">I"),
    ValueType.I8: struct.Struct(">b"),
    ValueType.I16: struct.Struct(">h"),
    ValueType.I32: struct.Struct(">i"),
    ValueType.F32: struct.Struct(">f"),
    ValueType.F64: struct.Struct(">d"),
}


OWN = ""
"""The source of parameters of our own process: they have a value at any time, but no samples to monitor."""


@frozen
class Parameter:
    """One on-board parameter; `source` names the stream that samples it, or is `OWN`."""

    id: int
    name: str
    type: ValueType
    source: str
    unit: str = ""


class ParameterTable:
    """All parameters of a mission. Values travel as one matrix per source; `row` is the line in it."""

    def __init__(self, parameters: tuple[Parameter, ...]) -> None:
        self.parameters = parameters
        self.by_id = {parameter.id: parameter for parameter in parameters}
        self.by_name = {parameter.name: parameter for parameter in parameters}
        sources: dict[str, list[Parameter]] = {}
        self.row: dict[int, int] = {}
        for parameter in parameters:
            mates = sources.setdefault(parameter.source, [])
            self.row[parameter.id] = len(mates)
            mates.append(parameter)
        self.sources = {source: tuple(mates) for source, mates in sources.items()}

    def get(self, parameter_id: int) -> Parameter | None:
        """Return the parameter with this id, or None."""
        return self.by_id.get(parameter_id)
