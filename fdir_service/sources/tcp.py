"""Ground TCs over TCP: clients send concatenated space packets; the answer is on telemetry.

A packet that fails acceptance is answered and the connection stays. Octets that cannot begin a telecommand
packet end it, since there is no resynchronisation.
"""

import logging
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import zmq

from fdir_service.framing import SMALLEST_TC, Framer, FramingError
from fdir_service.tcp import MAX_CLIENTS, Listener

log = logging.getLogger("fdir")

PACKETS = 32
"""Packets taken from one client in one round, so that none keeps the others or the samples waiting."""
OCTETS = 1 << 14
"""Octets read from one client in one round."""
STALL_S = 10.0
"""A packet that has begun must be complete after so long."""


@dataclass(eq=False, slots=True)
class _Client:
    """A connection; `since` is when it last gave a whole packet or had none begun."""

    connection: socket.socket
    since: float
    framer: Framer = field(default_factory=lambda: Framer(SMALLEST_TC))
    ended: bool = False
    more: bool = False


class TelecommandPort:
    """Takes TCs from any number of clients up to a limit.

    Attributes
    ----------
    counts : what was refused or cut off, by reason.

    """

    def __init__(self, host: str, port: int, clock: Callable[[], float], limit: int = MAX_CLIENTS) -> None:
        self._listener = Listener(host, port, limit)
        self._clock = clock
        self._clients: dict[int, _Client] = {}
        self._counts: Counter[str] = Counter()
        self.address = self._listener.address

    @property
    def counts(self) -> Mapping[str, int]:
        """See the class."""
        refused = self._listener.refused
        return self._counts | Counter({"TC client too many": refused} if refused else {})

    def attach(self, poller: zmq.Poller) -> None:
        """Be part of the daemon's poll."""
        self._listener.attach(poller)

    @property
    def has_more(self) -> bool:
        """Whether whole packets wait that no poll will tell of."""
        return any(client.more for client in self._clients.values())

    def serve(self, ready: Mapping[object, int]) -> list[bytes]:
        """Take packets from the clients that are `ready`, or have some left from before."""
        now = self._clock()
        packets: list[bytes] = []
        for number, client in list(self._clients.items()):
            if number in ready and not client.more:
                self._read(client)
            packets += self._cut(number, client, now)
        # Last, since a new connection may have the number of one that was ready and is closed by now.
        for connection in self._listener.accept():
            self._clients[connection.fileno()] = _Client(connection, now)
        return packets

    def _read(self, client: _Client) -> None:
        try:
            octets = client.connection.recv(OCTETS)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        client.framer.feed(octets)
        if not octets:
            client.ended = True
            self._listener.watch(client.connection, 0)

    def _cut(self, number: int, client: _Client, now: float) -> list[bytes]:
        """Cut packets; drop a client that has ended, lost the thread or does not go on."""
        packets: list[bytes] = []
        try:
            while len(packets) < PACKETS and (packet := client.framer.cut()) is not None:
                packets.append(packet)
        except FramingError as error:
            self._drop(number, "TC impossible length", str(error))
            return packets
        self._set_more(client, more=len(packets) == PACKETS)
        if packets or not client.framer.left:
            client.since = now
        if client.ended and not client.more:
            self._drop(number, "TC truncated" if client.framer.left else "", "the client left")
        elif now - client.since > STALL_S:
            self._drop(number, "TC stalled", f"no whole packet within {STALL_S:.0f} s")
        return packets

    def _set_more(self, client: _Client, *, more: bool) -> None:
        """Do not wait for more octets while there are packets left; such a client also keeps its place."""
        if more != client.more and not client.ended:
            self._listener.watch(client.connection, 0 if more else zmq.POLLIN)
        client.more = more

    def _drop(self, number: int, reason: str, detail: str) -> None:
        client = self._clients.pop(number)
        if reason:
            self._counts[reason] += 1
            log.info("TC connection closed: %s (%s)", reason, detail)
        self._listener.drop(client.connection)

    def close(self) -> None:
        """Close all connections and stop listening."""
        self._clients.clear()
        self._listener.close()
