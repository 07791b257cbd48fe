"""Cutting a stream of octets into space packets: a packet's own length field says where it ends."""

from collections.abc import Iterator

HEADER = 6
SMALLEST_PACKET = HEADER + 1
SMALLEST_TC = HEADER + 5 + 2
"""Primary header, PUS-C telecommand secondary header, packet error control."""


class FramingError(ValueError):
    """Octets that cannot begin a packet: where the next one begins is not known any more."""


class Framer:
    """Cuts packets of at least `least` octets; it holds less than one packet and what was fed last."""

    def __init__(self, least: int = SMALLEST_PACKET) -> None:
        self._least = least
        self._buffer = bytearray()

    @property
    def left(self) -> int:
        """Octets that have not been cut."""
        return len(self._buffer)

    def feed(self, octets: bytes) -> None:
        """Append octets."""
        self._buffer += octets

    def cut(self) -> bytes | None:
        """Return the next packet, or None before it is complete; raises `FramingError`."""
        size = self._next_size()
        if size is None or size > len(self._buffer):
            return None
        packet = bytes(self._buffer[:size])
        del self._buffer[:size]
        return packet

    def packets(self) -> Iterator[bytes]:
        """Yield the packets that are complete; raises `FramingError` behind them."""
        while (packet := self.cut()) is not None:
            yield packet

    def _next_size(self) -> int | None:
        if len(self._buffer) < HEADER:
            return None
        if version := self._buffer[0] >> 5:
            raise FramingError(f"packet version {version}, a space packet has 0")
        size = int.from_bytes(self._buffer[4:6], "big") + HEADER + 1
        if size < self._least:
            raise FramingError(f"a packet of {size} octets, at least {self._least} are possible")
        return size
