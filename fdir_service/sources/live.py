"""Live sources: ZeroMQ sockets for samples, unit TM and ground TCs, read by one poll and a greedy drain."""

from collections import Counter

import zmq

from pus.samples import Command, Heartbeat, Message, Reply, Samples, WireError, decode

DRAIN = 256
"""Messages taken at once at most: one when idle, many under load, and no added latency."""


QUEUE = 16_384
"""Messages that may wait in a socket; beyond it the publisher drops, which the account shows."""


class LinkError(RuntimeError):
    """An address that cannot be used."""


class Links:
    """The daemon's sockets on the side of the vehicle and of the ground.

    Attributes
    ----------
    malformed : messages dropped, by reason.
    messages, bytes : what came in on the sample socket.

    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        samples: str,
        units: str,
        commands: str,
        topics: list[str],
    ) -> None:
        self.malformed: Counter[str] = Counter()
        self.messages = 0
        self._open: list[zmq.Socket[bytes]] = []
        try:
            self._samples = self._connect(context, zmq.SUB, samples)
            for topic in topics:
                self._samples.subscribe(topic.encode())
            self._units = self._connect(context, zmq.DEALER, units)
            self._commands = self._bind(context, zmq.ROUTER, commands)
        except LinkError:
            self.close()
            raise
        self._poller = zmq.Poller()
        for socket in self._open:
            self._poller.register(socket, zmq.POLLIN)

    def _connect(self, context: zmq.Context[zmq.Socket[bytes]], kind: int, address: str) -> zmq.Socket[bytes]:
        socket = self._socket(context, kind)
        try:
            socket.connect(address)
        except zmq.ZMQError as error:
            raise LinkError(f"{address}: cannot connect: {error.strerror}") from None
        return socket

    def _bind(self, context: zmq.Context[zmq.Socket[bytes]], kind: int, address: str) -> zmq.Socket[bytes]:
        socket = self._socket(context, kind)
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            raise LinkError(f"{address}: cannot listen: {error.strerror}") from None
        return socket

    def _socket(self, context: zmq.Context[zmq.Socket[bytes]], kind: int) -> zmq.Socket[bytes]:
        socket: zmq.Socket[bytes] = context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RCVHWM, QUEUE)
        self._open.append(socket)
        return socket

    def close(self) -> None:
        """Close all sockets."""
        for socket in self._open:
            socket.close()

    def receive(self, timeout_ms: int, now: int) -> list[Message]:
        """Wait for messages and take up to `DRAIN` that are queued; `now` (ns) stamps TCs and unit TM."""
        ready = dict(self._poller.poll(timeout_ms))
        messages: list[Message] = []
        if self._units in ready:
            messages += [Reply(now, frames[-1]) for frames in self._take(self._units)]
        if self._commands in ready:
            messages += [Command(now, frames[-1]) for frames in self._take(self._commands)]
        if self._samples in ready:
            messages += self._decode(self._take(self._samples))
        return messages

    def _take(self, socket: zmq.Socket[bytes]) -> list[list[bytes]]:
        taken: list[list[bytes]] = []
        while len(taken) < DRAIN:
            try:
                taken.append(socket.recv_multipart(zmq.NOBLOCK))
            except zmq.Again:
                break
        return taken

    def _decode(self, received: list[list[bytes]]) -> list[Message]:
        messages: list[Message] = []
        for frames in received:
            self.messages += 1
            try:
                messages.append(_sample_message(frames))
            except WireError as error:
                self.malformed[error.reason] += 1
        return messages

    def send(self, requests: list[bytes]) -> None:
        """Send TCs to the units; what cannot be queued is counted."""
        for request in requests:
            try:
                self._units.send(request, zmq.NOBLOCK)
            except zmq.Again:
                self.malformed["request not sent"] += 1


def _sample_message(frames: list[bytes]) -> Message:
    if len(frames) != 2:
        raise WireError("frames", f"{len(frames)} frames, not topic and message")
    message = decode(frames[1])
    if not isinstance(message, Samples | Heartbeat):
        raise WireError("kind", f"{type(message).__name__} on the sample socket")
    if message.source.encode() != frames[0]:
        raise WireError("topic", f"topic {frames[0]!r} of a message from {message.source!r}")
    return message
