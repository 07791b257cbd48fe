"""Listening on TCP without threads: non-blocking sockets that the daemon's own poll watches."""

import ipaddress
import socket
from contextlib import suppress

import zmq

from fdir_service.sources.live import LinkError

MAX_CLIENTS = 16
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds, seconds, probes: an idle peer that vanished gives its place back after a minute."""
SEND_BUFFER = 1 << 18
"""Octets that the operating system holds for a client."""


class Listener:
    """A listening socket and the connections it has accepted, at most `limit` at a time.

    Attributes
    ----------
    address : HOST:PORT that it listens on.
    refused : connections closed at once because there were too many.

    """

    def __init__(self, host: str, port: int, limit: int = MAX_CLIENTS) -> None:
        self._limit = limit
        self._connections: set[socket.socket] = set()
        self._poller = zmq.Poller()
        self.refused = 0
        try:
            self._socket = _listen(host, port)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LinkError(f"{join(host, port)}: cannot listen: {reason}") from None
        self.address = join(host, self._socket.getsockname()[1])

    def attach(self, poller: zmq.Poller) -> None:
        """Let `poller` watch the listening socket, and the connections from now on."""
        self._poller = poller
        poller.register(self._socket.fileno(), zmq.POLLIN)

    def accept(self) -> list[socket.socket]:
        """Accept who is waiting; those beyond the limit are closed and counted."""
        accepted: list[socket.socket] = []
        with suppress(OSError):
            for _ in range(2 * self._limit):
                connection, _ = self._socket.accept()
                if self._is_full():
                    self.refused += 1
                    connection.close()
                    continue
                _prepare(connection)
                self._connections.add(connection)
                self.watch(connection, zmq.POLLIN)
                accepted.append(connection)
        return accepted

    def _is_full(self) -> bool:
        """Whether no place is free; whoever has left already does not count, although nobody noticed yet."""
        if len(self._connections) < self._limit:
            return False
        return sum(not self._has_left(connection) for connection in self._connections) >= self._limit

    def _has_left(self, connection: socket.socket) -> bool:
        if connection.fileno() not in self._poller:  # its end has been noticed, it is still being served
            return False
        try:
            return not connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def watch(self, connection: socket.socket, events: int) -> None:
        """Wait for these events of a connection in the next poll; 0: for none."""
        if events:
            self._poller.register(connection.fileno(), events)
        elif connection.fileno() in self._poller:
            self._poller.unregister(connection.fileno())

    def drop(self, connection: socket.socket) -> None:
        """Close a connection."""
        self.watch(connection, 0)
        self._connections.discard(connection)
        connection.close()

    def close(self) -> None:
        """Close all connections and stop listening."""
        for connection in list(self._connections):
            self.drop(connection)
        if self._socket.fileno() in self._poller:
            self._poller.unregister(self._socket.fileno())
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    listening = socket.create_server(
        (str(address[0]), int(address[1])), family=family, backlog=4 * MAX_CLIENTS
    )
    listening.settimeout(0)
    return listening


def _prepare(connection: socket.socket) -> None:
    connection.settimeout(0)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # not every system has all of them
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def join(host: str, port: int) -> str:
    """Return HOST:PORT, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split(address: str) -> tuple[str, int]:
    """Return host and port of HOST:PORT; raises `LinkError`."""
    host, colon, port = address.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 0xFFFF):
        raise LinkError(f"{address}: is no HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_local(host: str) -> bool:
    """Whether only programs on this machine reach a socket that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
