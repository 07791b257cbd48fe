"""Reading and writing the fields of application and source data (big-endian, no padding).

The mission chooses how wide the fields are that the standard leaves open (`Widths`); `Codec` writes them and
`Reader` reads them, by name. The widths of all other fields are fixed: see `u8`, `u16`, `u32`, `characters`.
"""

from collections.abc import Sequence
from dataclasses import astuple

from pus import cuc
from pus.failure import Failure, FailureCode, RequestError
from pus.parameters import ValueType
from pus.records import frozen

CHARACTERS = 16
"""Width of a character identifier (function, sequence): visible ASCII, NUL-padded on the right."""


OCTETS = (1, 2, 4)
"""How many octets a field of the mission's choice may have."""


@frozen
class Widths:
    """Octets of the fields that ECSS-E-ST-70-41C leaves to the mission; each is one of `OCTETS`.

    Attributes
    ----------
    identifier : parameter, PMON, FMON, event definition, SID, argument and step IDs.
    count : N, the number of entries of a list.
    repetition : repetition numbers, consecutive deltas, minimum PMON failing number.
    interval : monitoring and collection intervals, maximum transition reporting delay.

    """

    identifier: int = 2
    count: int = 2
    repetition: int = 2
    interval: int = 4

    def __post_init__(self) -> None:
        if wrong := [octets for octets in astuple(self) if octets not in OCTETS]:
            raise ValueError(f"a field of {wrong[0]} octets: it may have {OCTETS}")

    @property
    def failure_data(self) -> int:
        """Octets of the failure data of ST[01]: room for any identifier, APID and number of instructions."""
        return max(2, self.identifier)


def most(octets: int) -> int:
    """Return the greatest number that fits."""
    return (1 << 8 * octets) - 1


@frozen
class Codec:
    """Writes the fields whose width the mission chooses; a number that does not fit is an OverflowError."""

    widths: Widths = Widths()

    def id(self, number: int) -> bytes:
        """Encode an identifier."""
        return number.to_bytes(self.widths.identifier, "big")

    def count(self, number: int) -> bytes:
        """Encode N."""
        return number.to_bytes(self.widths.count, "big")

    def repetition(self, number: int) -> bytes:
        """Encode a repetition number."""
        return number.to_bytes(self.widths.repetition, "big")

    def interval(self, number: int) -> bytes:
        """Encode an interval, or the reporting delay."""
        return number.to_bytes(self.widths.interval, "big")

    def ids(self, numbers: Sequence[int]) -> bytes:
        """Encode N and N identifiers."""
        return self.counted([self.id(number) for number in numbers])

    def counted(self, entries: Sequence[bytes]) -> bytes:
        """Encode N and N entries."""
        return self.count(len(entries)) + b"".join(entries)

    def failure(self, failure: Failure) -> bytes:
        """Encode failure code and failure data; a number of instructions beyond them stays the greatest."""
        octets = self.widths.failure_data
        data = b"" if failure.id is None else min(failure.id, most(octets)).to_bytes(octets, "big")
        return u16(failure.code) + data

    @property
    def most_entries(self) -> int:
        """The most entries that N can count."""
        return most(self.widths.count)


DEFAULT = Codec()
"""The codec of a mission that chooses no widths."""


class Reader:
    """A cursor over application data; any misfit raises `RequestError` (UNDECODABLE)."""

    def __init__(self, data: bytes, widths: Widths = DEFAULT.widths) -> None:
        self.widths = widths
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Octets not read yet."""
        return len(self._data) - self._at

    def octets(self, size: int) -> bytes:
        """Read `size` octets."""
        if self.left < size:
            raise undecodable(f"{size} octets wanted at offset {self._at}, {self.left} left")
        self._at += size
        return self._data[self._at - size : self._at]

    def rest(self) -> bytes:
        """Return what is left without reading it."""
        return self._data[self._at :]

    def u8(self) -> int:
        """Read an unsigned octet."""
        return self.octets(1)[0]

    def u16(self) -> int:
        """Read an unsigned 16-bit number."""
        return self._number(2)

    def u32(self) -> int:
        """Read an unsigned 32-bit number."""
        return self._number(4)

    def _number(self, octets: int) -> int:
        return int.from_bytes(self.octets(octets), "big")

    def id(self) -> int:
        """Read an identifier."""
        return self._number(self.widths.identifier)

    def repetition(self) -> int:
        """Read a repetition number."""
        return self._number(self.widths.repetition)

    def interval(self) -> int:
        """Read an interval, or the reporting delay."""
        return self._number(self.widths.interval)

    def failure_data(self) -> int:
        """Read the failure data of ST[01]."""
        return self._number(self.widths.failure_data)

    def value(self, kind: ValueType) -> float:
        """Read a parameter value of type `kind`."""
        return kind.unpack(self.octets(kind.size))

    def time(self) -> int:
        """Read an absolute time; returns ns since the mission epoch."""
        try:
            return cuc.decode(self.octets(cuc.ABSOLUTE_SIZE))
        except cuc.TimeError as error:
            raise undecodable(str(error)) from None

    def count(self, *, least: int = 1) -> int:
        """Read N, the number of entries that follow; as a rule at least one: an empty list says nothing."""
        n = self._number(self.widths.count)
        if n < least:
            raise undecodable(f"N = {n}")
        return n

    def ids(self) -> list[int]:
        """Read N and N identifiers, to the end of the data."""
        found = [self.id() for _ in range(self.count())]
        self.end()
        return found

    def characters(self) -> str:
        """Read a character identifier."""
        text = self.octets(CHARACTERS).rstrip(b"\0")
        if not text or any(not 0x21 <= octet <= 0x7E for octet in text):
            raise undecodable(f"{text!r} is no identifier of visible characters")
        return text.decode("ascii")

    def end(self) -> None:
        """Assert that nothing is left."""
        if self.left:
            raise undecodable(f"{self.left} trailing octets")


def undecodable(detail: str) -> RequestError:
    """Return the error of data that do not follow their layout."""
    return RequestError(Failure(FailureCode.UNDECODABLE), detail)


def u8(number: int) -> bytes:
    """Encode an unsigned octet."""
    return number.to_bytes(1, "big")


def u16(number: int) -> bytes:
    """Encode an unsigned 16-bit number."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """Encode an unsigned 32-bit number."""
    return number.to_bytes(4, "big")


def characters(text: str) -> bytes:
    """Encode a character identifier.

    Raises
    ------
    ValueError
        If `text` is empty, longer than 16 characters or not visible ASCII.

    """
    raw = text.encode("ascii")
    if not 0 < len(raw) <= CHARACTERS or any(not 0x21 <= octet <= 0x7E for octet in raw):
        raise ValueError(f"{text!r} is not 1..{CHARACTERS} visible ASCII characters")
    return raw.ljust(CHARACTERS, b"\0")
