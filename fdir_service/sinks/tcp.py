"""Telemetry over TCP: every client gets every TM packet, concatenated; what a client sends is ignored."""

import socket
from collections import Counter
from collections.abc import Mapping, Sequence

import zmq

from fdir_service.stream import Output
from fdir_service.tcp import MAX_CLIENTS, Listener
from pus.samples import Message

BUFFER = 1 << 20
"""Octets that wait for one client; what comes on top is dropped, packet by packet, and counted."""
_IGNORED = 1 << 16


class TelemetryPort:
    """Sends TM packets to any number of clients up to a limit.

    Attributes
    ----------
    counts : packets that slow clients did not get, and clients refused, by reason.

    """

    def __init__(self, host: str, port: int, buffer: int = BUFFER, limit: int = MAX_CLIENTS) -> None:
        self._listener = Listener(host, port, limit)
        self._size = buffer
        self._waiting: dict[socket.socket, bytearray] = {}
        self._dropped = 0
        self.address = self._listener.address

    @property
    def counts(self) -> Mapping[str, int]:
        """See the class."""
        counts = {"TM to slow client": self._dropped, "TM client too many": self._listener.refused}
        return +Counter(counts)

    def attach(self, poller: zmq.Poller) -> None:
        """Be part of the daemon's poll."""
        self._listener.attach(poller)

    @property
    def has_more(self) -> bool:
        """Never: the poll tells of everything."""
        return False

    def serve(self, ready: Mapping[object, int]) -> list[bytes]:
        """Accept clients, send them what waits, find out who has left; TCs never come this way."""
        for connection in list(self._waiting):
            events = ready.get(connection.fileno(), 0)
            if events & ~zmq.POLLOUT and not self._is_there(connection):
                self._drop(connection)
            elif events & zmq.POLLOUT:
                self._send(connection)
        self._accept()
        return []

    def _accept(self) -> None:
        self._waiting.update((connection, bytearray()) for connection in self._listener.accept())

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `Sink`."""
        if not output.telemetry:
            return
        # Whoever connected before sending a TC gets the answer to it.
        self._accept()
        if not self._waiting:
            return
        packets = [tm.pack() for tm in output.telemetry]
        for connection in list(self._waiting):
            self._queue(connection, packets)

    def _queue(self, connection: socket.socket, packets: list[bytes]) -> None:
        waiting = self._waiting[connection]
        for packet in packets:
            if len(waiting) + len(packet) > self._size and not self._send(connection):
                return
            if len(waiting) + len(packet) > self._size:
                self._dropped += 1
            else:
                waiting.extend(packet)
        self._send(connection)

    def _is_there(self, connection: socket.socket) -> bool:
        """Read and forget what a client says; return whether it is still there."""
        try:
            return bool(connection.recv(_IGNORED))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def _send(self, connection: socket.socket) -> bool:
        """Send what the connection takes now, the poll tells when it takes more; False: it is gone."""
        waiting = self._waiting[connection]
        try:
            while waiting:
                del waiting[: connection.send(waiting)]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)
            return False
        self._listener.watch(connection, zmq.POLLIN | (zmq.POLLOUT if waiting else 0))
        return True

    def _drop(self, connection: socket.socket) -> None:
        del self._waiting[connection]
        self._listener.drop(connection)

    def close(self) -> None:
        """See `Sink`."""
        self._waiting.clear()
        self._listener.close()
