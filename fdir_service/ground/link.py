"""The ground's links to a daemon: telemetry in, telecommands out, over ZeroMQ or TCP."""

import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import Protocol

import zmq

from fdir_service.framing import Framer, FramingError
from fdir_service.sources.live import Context, LinkError, drain, open_socket
from fdir_service.tcp import split

CONNECT_S = 5.0
_OCTETS = 1 << 16


class TelemetryLink(Protocol):
    """Receives TM packets.

    Attributes
    ----------
    needs_proof : packets may be missed until a first one has come.

    """

    needs_proof: bool

    def receive(self, timeout_ms: int) -> list[bytes]:
        """Wait for packets and return those that have come; raises `LinkError`."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class CommandLink(Protocol):
    """Sends TC packets."""

    def send(self, packet: bytes) -> None:
        """Send one packet; raises `LinkError`."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class ZmqTelemetry:
    """Subscribes to a daemon's telemetry; a subscription takes a moment."""

    needs_proof = True

    def __init__(self, context: Context, address: str) -> None:
        self._socket = open_socket(context, zmq.SUB, address, bind=False)
        self._socket.subscribe(b"")

    def receive(self, timeout_ms: int) -> list[bytes]:
        """See `TelemetryLink`."""
        return [frames[-1] for frames in drain(self._socket)] if self._socket.poll(timeout_ms) else []

    def close(self) -> None:
        """See `TelemetryLink`."""
        self._socket.close()


class TcpTelemetry:
    """A client of a daemon's TM port."""

    needs_proof = False

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket = _connect(address)
        self._framer = Framer()

    def receive(self, timeout_ms: int) -> list[bytes]:
        """See `TelemetryLink`."""
        self._socket.settimeout(max(timeout_ms, 1) / 1000)
        try:
            octets = self._socket.recv(_OCTETS)
        except TimeoutError:
            return []
        except OSError as error:
            raise LinkError(f"{self._address}: {error.strerror}") from None
        if not octets:
            raise LinkError(f"{self._address}: the daemon has closed the connection")
        self._framer.feed(octets)
        try:
            return list(self._framer.packets())
        except FramingError as error:
            raise LinkError(f"{self._address}: sends no space packets: {error}") from None

    def close(self) -> None:
        """See `TelemetryLink`."""
        self._socket.close()


class ZmqCommands:
    """A client of a daemon's command socket."""

    def __init__(self, context: Context, address: str) -> None:
        self._socket = open_socket(context, zmq.DEALER, address, bind=False)

    def send(self, packet: bytes) -> None:
        """See `CommandLink`."""
        self._socket.send(packet)

    def close(self) -> None:
        """See `CommandLink`."""
        self._socket.close()


class TcpCommands:
    """A client of a daemon's TC port."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket = _connect(address)

    def send(self, packet: bytes) -> None:
        """See `CommandLink`."""
        try:
            self._socket.sendall(packet)
        except OSError as error:
            raise LinkError(f"{self._address}: {error.strerror}") from None

    def close(self) -> None:
        """See `CommandLink`."""
        self._socket.close()


def _connect(address: str) -> socket.socket:
    try:
        return socket.create_connection(split(address), timeout=CONNECT_S)
    except OSError as error:
        raise LinkError(f"{address}: cannot connect: {error.strerror or error}") from None


@contextmanager
def telemetry_link(address: str) -> Iterator[TelemetryLink]:
    """Open a link to telemetry: HOST:PORT is TCP, anything with :// is ZeroMQ."""
    with ExitStack() as stack:
        if "://" not in address:
            yield stack.enter_context(closing(TcpTelemetry(address)))
        else:
            yield stack.enter_context(closing(ZmqTelemetry(stack.enter_context(_context()), address)))


@contextmanager
def command_link(address: str) -> Iterator[CommandLink]:
    """Open a link for telecommands: HOST:PORT is TCP, anything with :// is ZeroMQ."""
    with ExitStack() as stack:
        if "://" not in address:
            yield stack.enter_context(closing(TcpCommands(address)))
        else:
            yield stack.enter_context(closing(ZmqCommands(stack.enter_context(_context()), address)))


def _context() -> AbstractContextManager[Context]:
    context: Context = zmq.Context()
    return context
