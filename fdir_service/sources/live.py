"""Live sources: ZeroMQ sockets for samples, unit TM and ground TCs, read by one poll and a greedy drain."""

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Protocol

import zmq

from pus.sample_runs import decode_source
from pus.samples import Command, Message, Reply, WireError

Context = zmq.Context[zmq.Socket[bytes]]
Socket = zmq.Socket[bytes]

DRAIN = 1024
"""Messages taken at once at most: one when idle, many under load, and no added latency."""
QUEUE = 16_384
"""Messages that may wait in a socket; beyond it the publisher drops, which the account shows."""


class LinkError(RuntimeError):
    """An address that cannot be used."""


def open_socket(context: Context, kind: int, address: str, *, bind: bool) -> Socket:
    """Open a socket; raises `LinkError` with the address and the reason."""
    socket = context.socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVHWM, QUEUE)
    try:
        socket.bind(address) if bind else socket.connect(address)
    except zmq.ZMQError as error:
        socket.close()
        raise LinkError(f"{address}: cannot {'listen' if bind else 'connect'}: {error.strerror}") from None
    return socket


def drain(socket: Socket) -> list[list[bytes]]:
    """Take the messages that are queued, up to `DRAIN`."""
    taken: list[list[bytes]] = []
    while len(taken) < DRAIN:
        try:
            taken.append(socket.recv_multipart(zmq.NOBLOCK))
        except zmq.Again:
            break
    return taken


class SampleSocket:
    """Subscribes to the samples of sources.

    Attributes
    ----------
    malformed : messages dropped, by reason.

    """

    def __init__(self, context: Context, address: str, topics: list[str]) -> None:
        self.malformed: Counter[str] = Counter()
        self._topics = {topic.encode(): topic for topic in topics}
        self.socket = open_socket(context, zmq.SUB, address, bind=False)
        for topic in self._topics:
            self.socket.subscribe(topic)

    def receive(self, timeout_ms: int) -> list[Message]:
        """Wait for messages and take what is queued."""
        return self.take() if self.socket.poll(timeout_ms) else []

    def take(self) -> list[Message]:
        """Take what is queued; what cannot be decoded is counted and dropped."""
        messages: list[Message] = []
        for topic, pairs in groupby(self._drain(), key=itemgetter(0)):
            for message in decode_source((payload for _, payload in pairs), self._topics[topic]):
                if isinstance(message, WireError):
                    self.malformed[message.reason] += 1
                else:
                    messages.append(message)
        return messages

    def _drain(self) -> list[tuple[bytes, bytes]]:
        """Take the messages that are queued, up to `DRAIN`: each a topic of ours and one more frame.

        To ask the socket after each frame whether the message goes on costs more than to receive it. So it
        is only asked where a frame is not what it should be.
        """
        taken: list[tuple[bytes, bytes]] = []
        receive, topics, topic = self.socket.recv, self._topics, None
        try:
            while len(taken) < DRAIN:
                frame = receive(zmq.NOBLOCK)
                if topic is not None and frame not in topics:
                    taken.append((topic, frame))
                    topic = None
                elif frame in topics:
                    if topic is not None:  # that message had no second frame
                        self.malformed["frames"] += 1
                    topic = frame
                else:
                    self._skip()
        except zmq.Again:
            if topic is not None:
                self.malformed["frames"] += 1
        return taken

    def _skip(self) -> None:
        """Take the rest of a message that does not begin with a topic of ours, or has a frame too many."""
        has_more = bool(self.socket.getsockopt(zmq.RCVMORE))
        self.malformed["topic" if has_more else "frames"] += 1
        while self.socket.getsockopt(zmq.RCVMORE):
            self.socket.recv()

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


class Port(Protocol):
    """Connections of another kind than ZeroMQ's that the same poll watches."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What was dropped or refused, by reason."""
        ...

    @property
    def has_more(self) -> bool:
        """Whether there is something to do that no poll will tell of."""
        ...

    def attach(self, poller: zmq.Poller) -> None:
        """Let the poller watch the port's sockets by their file descriptors."""
        ...

    def serve(self, ready: Mapping[object, int]) -> list[bytes]:
        """Do what the ready sockets need; return the ground TCs that have come."""
        ...


class Links:
    """The daemon's sockets: samples and units on the side of the vehicle, commands from the ground.

    Attributes
    ----------
    dropped : messages that could not be taken or sent, by reason.

    """

    def __init__(self, context: Context, samples: str, units: str, commands: str, topics: list[str]) -> None:
        self._samples = SampleSocket(context, samples, topics)
        self._open = [self._samples.socket]
        self._ports: list[Port] = []
        self._unsent = 0
        try:
            self._units = self._keep(open_socket(context, zmq.DEALER, units, bind=False))
            self._commands = self._keep(open_socket(context, zmq.ROUTER, commands, bind=True))
        except LinkError:
            self.close()
            raise
        self.commands_address = self._commands.getsockopt_string(zmq.LAST_ENDPOINT)
        self._poller = zmq.Poller()
        for socket in self._open:
            self._poller.register(socket, zmq.POLLIN)

    def _keep(self, socket: Socket) -> Socket:
        self._open.append(socket)
        return socket

    @property
    def dropped(self) -> dict[str, int]:
        """See the class."""
        counts = {**self._samples.malformed, "request not sent": self._unsent}
        for port in self._ports:
            counts |= port.counts
        return counts

    def attach(self, port: Port) -> None:
        """Serve a port in every round from now on."""
        self._ports.append(port)
        port.attach(self._poller)

    def close(self) -> None:
        """Close all sockets."""
        for socket in self._open:
            socket.close()

    def receive(self, timeout_ms: int, now: int) -> list[Message]:
        """Wait for messages and take what is queued; `now` (ns) stamps ground TCs and unit TM."""
        ready = dict(self._poller.poll(0 if any(port.has_more for port in self._ports) else timeout_ms))
        messages: list[Message] = [
            Command(now, packet) for port in self._ports for packet in port.serve(ready)
        ]
        if self._units in ready:
            messages += [Reply(now, frames[-1]) for frames in drain(self._units)]
        if self._commands in ready:
            messages += [Command(now, frames[-1]) for frames in drain(self._commands)]
        if self._samples.socket in ready:
            messages += self._samples.take()
        return messages

    def send(self, requests: list[bytes]) -> None:
        """Send TCs to the units; what cannot be queued is counted."""
        for request in requests:
            try:
                self._units.send(request, zmq.NOBLOCK)
            except zmq.Again:
                self._unsent += 1
