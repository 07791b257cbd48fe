"""Live sources: ZeroMQ sockets for samples, unit TM and ground TCs, read by one poll and a greedy drain."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Protocol

import zmq

from pus.sample_runs import SourceDecoder
from pus.samples import Command, Message, Reply, WireError

Context = zmq.Context[zmq.Socket[bytes]]
Socket = zmq.Socket[bytes]

DRAIN = 1024
"""Messages taken at once at most: one when idle, many under load, and no added latency."""
QUEUE = 16_384
"""Messages that may wait in a socket; beyond it the publisher drops, which the account shows."""
IMAGES = 20
"""The same for messages of images, of which as many are taken at once at most: memory stays bounded."""


class LinkError(RuntimeError):
    """An address that cannot be used."""


def open_socket(
    context: Context, kind: int, address: str, *, bind: bool, queue: int = QUEUE, most: int = -1
) -> Socket:
    """Open a socket; raises `LinkError` with the address and the reason.

    `queue` messages may wait in it; the connection that brings one of more than `most` octets (-1: any) ends.
    """
    socket = context.socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVHWM, queue)
    socket.setsockopt(zmq.MAXMSGSIZE, most)
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

    Parameters
    ----------
    images : octets of a message at most by source, if the sources are of images. Larger messages are counted
        and dropped; one of twice the size is not even received: the connection is made anew, and what was
        lost shows in the account.

    Attributes
    ----------
    malformed : messages dropped, by reason.
    polled : sockets of which any may have something to `take`.

    """

    def __init__(
        self, context: Context, address: str, topics: Iterable[str], images: Mapping[str, int] | None = None
    ) -> None:
        self.malformed: Counter[str] = Counter()
        self._decoders = {topic.encode(): SourceDecoder(topic) for topic in topics}
        self._most = {topic: (images or {}).get(topic.decode()) for topic in self._decoders}
        self._drained, queue = (IMAGES, IMAGES) if images else (DRAIN, QUEUE)
        most = 2 * max(images.values()) if images else -1
        self.socket = open_socket(context, zmq.SUB, address, bind=False, queue=queue, most=most)
        for topic in self._decoders:
            self.socket.subscribe(topic)
        self._own = zmq.Poller()
        self._own.register(self.socket, zmq.POLLIN)
        self._address = address
        self._ends = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED) if images else None
        self.polled = [self.socket] if self._ends is None else [self.socket, self._ends]

    def receive(self, timeout_ms: int) -> list[Message]:
        """Wait for messages and take what is queued."""
        return self.take() if zmq.select(self.polled, [], [], timeout_ms / 1000.0)[0] else []

    def _connect_anew(self, ends: Socket) -> None:
        """Connect after a connection has ended: ZeroMQ itself does not after a message that is too large."""
        while ends.poll(0):
            ends.recv_multipart()
        with suppress(zmq.ZMQError):  # it may have given up the address, or not
            self.socket.disconnect(self._address)
        self.socket.connect(self._address)

    def take(self) -> list[Message]:
        """Take what is queued; what cannot be decoded is counted and dropped."""
        if self._ends is not None and self._ends.poll(0):
            self._connect_anew(self._ends)
        taken = self._drain()
        if len(taken) == 1:
            ((topic, payload),) = taken
            return self._decode(topic, [payload])
        messages: list[Message] = []
        for topic, pairs in groupby(taken, key=itemgetter(0)):
            messages += self._decode(topic, [payload for _, payload in pairs])
        return messages

    def _decode(self, topic: bytes, payloads: list[bytes]) -> list[Message]:
        messages: list[Message] = []
        for message in self._decoders[topic].decode(self._fitting(payloads, self._most[topic])):
            if isinstance(message, WireError):
                self.malformed[message.reason] += 1
            else:
                messages.append(message)
        return messages

    def _fitting(self, payloads: list[bytes], most: int | None) -> list[bytes]:
        """Leave out and count messages of more than `most` octets; None: any may come."""
        if most is None:
            return payloads
        fitting = [payload for payload in payloads if len(payload) <= most]
        if len(fitting) < len(payloads):
            self.malformed["oversized"] += len(payloads) - len(fitting)
        return fitting

    def _drain(self) -> list[tuple[bytes, bytes]]:
        """Take the messages that are queued, not too many: each a topic of ours and one more frame.

        Mostly there is one. To ask whether there is another costs a tenth of finding none.
        """
        taken: list[tuple[bytes, bytes]] = []
        self._take_frames(taken, 1)
        if taken and self._own.poll(0):
            self._take_frames(taken, self._drained)
        return taken

    def _take_frames(self, taken: list[tuple[bytes, bytes]], most: int) -> None:
        """Take what is queued until there are so many.

        To ask the socket after each frame whether the message goes on costs more than to receive it. So it
        is only asked where a frame is not what it should be.
        """
        receive, topics, topic = self.socket.recv, self._decoders, None
        try:
            while len(taken) < most:
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

    def _skip(self) -> None:
        """Take the rest of a message that does not begin with a topic of ours, or has a frame too many."""
        has_more = bool(self.socket.getsockopt(zmq.RCVMORE))
        self.malformed["topic" if has_more else "frames"] += 1
        while self.socket.getsockopt(zmq.RCVMORE):
            self.socket.recv()

    def close(self) -> None:
        """Close the socket."""
        if self._ends is not None:
            self.socket.disable_monitor()
            self._ends.close()
        self.socket.close()


def open_samples(
    context: Context, address: str, topics: Iterable[str], images: Mapping[str, int]
) -> list[SampleSocket]:
    """Open a socket for images, if there are any, and one for all other samples.

    Parameters
    ----------
    topics : all sources.
    images : sources of images, with the octets of a message at most.

    """
    others = [topic for topic in topics if topic not in images]
    sockets = [SampleSocket(context, address, others)] if others else []
    return [*sockets, SampleSocket(context, address, images, images)] if images else sockets


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

    def __init__(
        self,
        context: Context,
        samples: str,
        units: str,
        commands: str,
        topics: Iterable[str],
        images: Mapping[str, int] | None = None,
    ) -> None:
        self._samples = open_samples(context, samples, topics, images or {})
        self._open: list[Socket] = []
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
        for socket in (*self._open, *(socket for sampled in self._samples for socket in sampled.polled)):
            self._poller.register(socket, zmq.POLLIN)

    def _keep(self, socket: Socket) -> Socket:
        self._open.append(socket)
        return socket

    @property
    def dropped(self) -> dict[str, int]:
        """See the class."""
        malformed = sum((sampled.malformed for sampled in self._samples), Counter[str]())
        counts = {**malformed, "request not sent": self._unsent}
        for port in self._ports:
            counts |= port.counts
        return counts

    def attach(self, port: Port) -> None:
        """Serve a port in every round from now on."""
        self._ports.append(port)
        port.attach(self._poller)

    def close(self) -> None:
        """Close all sockets."""
        for sampled in self._samples:
            sampled.close()
        for socket in self._open:
            socket.close()

    def receive(self, timeout_ms: int, now: int) -> list[Message]:
        """Wait for messages and take what is queued; `now` (ns) stamps ground TCs and unit TM."""
        has_more = self._ports and any(port.has_more for port in self._ports)
        ready = dict(self._poller.poll(0 if has_more else timeout_ms))
        messages: list[Message] = []
        for port in self._ports:
            messages += [Command(now, packet) for packet in port.serve(ready)]
        if self._units in ready:
            messages += [Reply(now, frames[-1]) for frames in drain(self._units)]
        if self._commands in ready:
            messages += [Command(now, frames[-1]) for frames in drain(self._commands)]
        for sampled in self._samples:
            if not ready.keys().isdisjoint(sampled.polled):
                messages += sampled.take()
        return messages

    def send(self, requests: list[bytes]) -> None:
        """Send TCs to the units; what cannot be queued is counted."""
        for request in requests:
            try:
                self._units.send(request, zmq.NOBLOCK)
            except zmq.Again:
                self._unsent += 1
