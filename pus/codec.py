"""Reading and writing the fields of application and source data (big-endian, no padding)."""

from pus import cuc
from pus.failure import Failure, FailureCode, RequestError
from pus.parameters import ValueType

CHARACTERS = 16
"""Width of a character identifier (function, sequence): visible ASCII, NUL-padded on the right."""


class Reader:
    """A cursor over application data; any misfit raises `RequestError` (UNDECODABLE)."""

    def __init__(self, data: bytes) -> None:
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
        return int.from_bytes(self.octets(2), "big")

    def u32(self) -> int:
        """Read an unsigned 32-bit number."""
        return int.from_bytes(self.octets(4), "big")

    def value(self, kind: ValueType) -> float:
        """Read a parameter value of type `kind`."""
        return kind.unpack(self.octets(kind.size))

    def time(self) -> int:
        """Read an absolute time; returns ns since the mission epoch."""
        try:
            return cuc.decode(self.octets(cuc.ABSOLUTE_SIZE))
        except cuc.TimeError as error:
            raise undecodable(str(error)) from None

    def count(self) -> int:
        """Read N, the number of entries that follow; at least one (an empty list says nothing)."""
        n = self.u16()
        if n == 0:
            raise undecodable("N = 0")
        return n

    def ids(self) -> list[int]:
        """Read N and N identifiers, to the end of the data."""
        found = [self.u16() for _ in range(self.count())]
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


def ids(numbers: list[int]) -> bytes:
    """Encode N and N identifiers."""
    return u16(len(numbers)) + b"".join(u16(number) for number in numbers)


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
