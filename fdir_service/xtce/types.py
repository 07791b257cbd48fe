"""Parameter types: how a field is encoded, and its XTCE element."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from pus import cuc
from pus.parameters import ValueType

OCTET = 8
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return a text without the characters that XML cannot carry."""
    return _ILLEGAL.sub("", text)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number."""

    name: str
    bits: int
    signed: bool = False
    unit: str = ""

    def element(self) -> ET.Element:
        """Return the type's XTCE element."""
        attributes = {"name": self.name, "signed": str(self.signed).lower(), "sizeInBits": "32"}
        found = ET.Element("IntegerParameterType", attributes)
        _add_unit(found, self.unit)
        found.append(_integer(self.bits, signed=self.signed))
        return found


@dataclass(frozen=True, slots=True)
class Float:
    """A number after IEEE 754."""

    name: str
    bits: int
    unit: str = ""

    def element(self) -> ET.Element:
        """Return the type's XTCE element."""
        found = ET.Element("FloatParameterType", {"name": self.name, "sizeInBits": str(self.bits)})
        _add_unit(found, self.unit)
        encoding = {"sizeInBits": str(self.bits), "encoding": "IEEE754_1985"}
        ET.SubElement(found, "FloatDataEncoding", encoding)
        return found


@dataclass(frozen=True, slots=True)
class Enumerated:
    """A number with a label for each value that may come."""

    name: str
    bits: int
    labels: tuple[tuple[int, str], ...]

    def element(self) -> ET.Element:
        """Return the type's XTCE element."""
        found = ET.Element("EnumeratedParameterType", {"name": self.name})
        found.append(_integer(self.bits, signed=False))
        listed = ET.SubElement(found, "EnumerationList")
        for value, label in self.labels:
            ET.SubElement(listed, "Enumeration", {"value": str(value), "label": label})
        return found


@dataclass(frozen=True, slots=True)
class Text:
    """A character identifier of fixed width, padded with NUL."""

    name: str
    bits: int

    def element(self) -> ET.Element:
        """Return the type's XTCE element."""
        # A termination character would be an error where the identifier fills its width.
        found = ET.Element("StringParameterType", {"name": self.name})
        encoding = ET.SubElement(found, "StringDataEncoding", {"encoding": "US-ASCII"})
        fixed = ET.SubElement(ET.SubElement(encoding, "SizeInBits"), "Fixed")
        ET.SubElement(fixed, "FixedValue").text = str(self.bits)
        return found


@dataclass(frozen=True, slots=True)
class Time:
    """A CUC time without its P-field: seconds since the mission epoch in steps of 2^-16 s."""

    name: str
    epoch: str

    @property
    def bits(self) -> int:
        """Width."""
        return cuc.RELATIVE_SIZE * OCTET

    def element(self) -> ET.Element:
        """Return the type's XTCE element."""
        found = ET.Element("AbsoluteTimeParameterType", {"name": self.name})
        encoding = ET.SubElement(found, "Encoding", {"units": "seconds", "scale": repr(2.0**-16)})
        encoding.append(_integer(self.bits, signed=False))
        ET.SubElement(ET.SubElement(found, "ReferenceTime"), "Epoch").text = self.epoch
        return found


@dataclass(frozen=True, slots=True)
class Opaque:
    """All octets between octet `offset` and the last `after` octets of the packet."""

    name: str
    length: str
    offset: int
    after: int

    bits = 0

    def element(self) -> ET.Element:
        """Return the type's XTCE element; `length` names the packet length field."""
        found = ET.Element("BinaryParameterType", {"name": self.name})
        size = ET.SubElement(ET.SubElement(found, "BinaryDataEncoding"), "SizeInBits")
        dynamic = ET.SubElement(size, "DynamicValue")
        ET.SubElement(dynamic, "ParameterInstanceRef", {"parameterRef": self.length})
        # The field holds the octets behind the primary header less one; an empty rest has 0 bits.
        intercept = (7 - self.offset - self.after) * OCTET
        adjustment = {"slope": str(OCTET), "intercept": str(intercept)}
        ET.SubElement(dynamic, "LinearAdjustment", adjustment)
        return found


Type = Integer | Float | Enumerated | Text | Time | Opaque


def value_type(kind: ValueType, unit: str = "") -> Type:
    """Return the type of values of a parameter."""
    name, bits = wire_kind(kind).value, kind.size * OCTET
    if kind.is_float:
        return Float(name, bits, legal(unit))
    return Integer(name, bits, not kind.is_unsigned, legal(unit))


def wire_kind(kind: ValueType) -> ValueType:
    """Return the kind that looks the same in packets; bool is u8."""
    return ValueType.U8 if kind is ValueType.BOOL else kind


def _integer(bits: int, *, signed: bool) -> ET.Element:
    encoding = "twosComplement" if signed else "unsigned"
    return ET.Element("IntegerDataEncoding", {"sizeInBits": str(bits), "encoding": encoding})


def _add_unit(parent: ET.Element, unit: str) -> None:
    if unit:
        ET.SubElement(ET.SubElement(parent, "UnitSet"), "Unit").text = unit
