"""What reads the publisher's messages: the whole service, or a loop that only receives and decodes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import msgpack
import numpy as np
import zmq

from fdir_service.bench import reference
from fdir_service.bench.publisher import SOURCE, Publisher
from fdir_service.bench.rounds import DisagreementError
from fdir_service.daemon import Daemon
from fdir_service.mission import Mission
from fdir_service.service import Options, service
from fdir_service.sources.live import open_socket
from fdir_service.stream import Output
from pus.samples import Message, Samples

ATTEMPTS = 200
"""Heartbeats until a subscription must have come through."""
_WAIT_MS = 50


class SilenceError(RuntimeError):
    """A publisher that is not heard."""


@dataclass(slots=True)
class Stamps:
    """A sink that notes when rounds have ended: ns of the monotonic clock, once a sample."""

    done: list[int] = field(default_factory=list)

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """Note the time for each sample of the round."""
        now = time.monotonic_ns()
        for message in messages:
            if isinstance(message, Samples):
                self.done += [now] * len(message)

    def close(self) -> None:
        """Nothing is open."""


class Whole:
    """The daemon with all that it does: decode, account, derive, detect, monitor, report, metrics."""

    def __init__(self, daemon: Daemon, publisher: Publisher, stamps: Stamps) -> None:
        self.publisher = publisher
        self.stamps = stamps
        self.daemon = daemon
        self._account = daemon.stream.accounts[SOURCE]
        daemon.should_stop = self._hears
        self._asked = 0
        daemon.run()
        # From here on every sample is a window.
        self.publisher.prepare(reference.setup().card.window)
        self.publisher.send()
        self.consume(reference.setup().card.window)
        self.publisher.sent()

    def _hears(self) -> bool:
        if self._account.session >= 0:
            return True
        _count(self._asked)
        self._asked += 1
        self.publisher.heartbeat()
        return False

    def consume(self, samples: int) -> None:
        """Handle so many samples; raises `DisagreementError` unless each was scored."""
        (detector,) = self.daemon.stream.pools[SOURCE].detectors
        wanted, before = self._account.received + samples, detector.windows
        self.daemon.should_stop = lambda: self._account.received >= wanted
        self.daemon.run()
        if before and detector.windows - before != samples:
            raise DisagreementError(f"{detector.windows - before} windows of {samples} samples were scored")


class Plain:
    """A loop that receives messages and makes an array of each."""

    def __init__(self, socket: "zmq.Socket[bytes]", publisher: Publisher) -> None:
        self.publisher = publisher
        self.stamps = Stamps()
        self._socket = socket
        asked = 0
        while not socket.poll(_WAIT_MS):
            _count(asked)
            asked += 1
            publisher.heartbeat()

    def consume(self, samples: int) -> None:
        """Receive and decode so many samples."""
        socket, unpack, received = self._socket, msgpack.unpackb, 0
        while received < samples:
            _, octets = socket.recv_multipart()
            fields = unpack(octets)
            if len(fields) == 11:
                np.frombuffer(fields[10], fields[9])
                received += 1

    def consume_stamped(self, samples: int) -> None:
        """Receive and decode so many samples, and note when each was there."""
        while len(self.stamps.done) < samples:
            _, octets = self._socket.recv_multipart()
            fields = msgpack.unpackb(octets)
            if len(fields) == 11:
                np.frombuffer(fields[10], fields[9])
                self.stamps.done.append(time.monotonic_ns())


def _count(asked: int) -> None:
    if asked == ATTEMPTS:
        raise SilenceError(f"nothing heard of the publisher after {asked} heartbeats")


@contextmanager
def whole(publisher: Publisher, *, compiled_step: bool = False) -> Iterator[Whole]:
    """Open the service on a publisher; it keeps the durations of its rounds."""
    stamps = Stamps()
    mission = _linked(reference.mission(compiled_step=compiled_step), publisher.address)
    with service(mission, Options(sinks=(stamps,))) as (daemon, _):
        daemon.keep_durations = True
        yield Whole(daemon, publisher, stamps)


def _linked(mission: Mission, samples: str) -> Mission:
    """Return the mission with the publisher's address and free ports of our own."""
    free = "tcp://127.0.0.1:*"
    update = {"telemetry": free, "commands": free, "metrics_port": 0, "units": "inproc://units"}
    links = mission.file.interfaces.model_copy(update=update | {"samples": samples})
    return replace(mission, file=mission.file.model_copy(update={"interfaces": links}))


@contextmanager
def plain(publisher: Publisher) -> Iterator[Plain]:
    """Subscribe to a publisher."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    with context:
        socket = open_socket(context, zmq.SUB, publisher.address, bind=False)
        socket.subscribe(SOURCE)
        try:
            yield Plain(socket, publisher)
        finally:
            socket.close()
