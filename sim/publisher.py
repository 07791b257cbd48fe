"""The publisher: a vehicle on two ZeroMQ sockets, paced by a clock.

Samples leave on an XPUB socket as two frames, source name and encoded message; telecommands arrive on a
ROUTER socket, one frame each, and every answer goes back as one frame. While nothing is due the
publisher waits in a poll of both sockets, so that a command is served at once: after the samples that
are already due, before those that are not.

In an outage samples are lost, and heartbeats go on: they tell the receiver what it has missed. A source
that dies sends nothing any more, no heartbeats either, while the vehicle flies on and obeys.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import zmq

from pus.samples import MAX_SAMPLES, Heartbeat, Samples, encode
from sim.clock import Clock, SystemClock
from sim.pace import PacedVehicle
from sim.spacecraft import QUEUE, Spacecraft

_NS: Final = 1_000_000_000
_LONGEST_WAIT: Final = _NS // 10
"""The flag to stop is looked at so often, ns."""

_RETRY: Final = 1_000_000
"""Wait of a publisher whose subscriber is behind, ns."""

_LINGER_MS: Final = 1000


class BindError(OSError):
    """An address that cannot be listened on."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: cannot listen: {reason}")
        self.address = address


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """How a vehicle is published.

    Attributes
    ----------
    samples, commands : addresses to bind; ``tcp://127.0.0.1:*`` takes a free port.
    speed : simulated seconds per second; `math.inf`: as fast as the subscribers take it, none is dropped.
    chunk : samples per message.
    heartbeat_s : time between heartbeats.
    tail_s : how long heartbeats (and commands) go on after the end.
    await_subscriber : whether the run starts with the first subscriber instead of at once.

    """

    samples: str = "tcp://127.0.0.1:5555"
    commands: str = "tcp://127.0.0.1:5556"
    speed: float = 1.0
    chunk: int = 1
    heartbeat_s: float = 1.0
    tail_s: float = 3.0
    await_subscriber: bool = False

    def __post_init__(self) -> None:
        if not (self.speed > 0 and 0 < self.chunk <= MAX_SAMPLES and self.heartbeat_s > 0 <= self.tail_s):
            raise ValueError(
                f"speed, chunk or heartbeat is not positive, the tail negative, or chunk too large: {self}"
            )


@dataclass(slots=True)
class Account:
    """What a publisher has done so far.

    Attributes
    ----------
    samples, messages, heartbeats : published.
    commands, answers : TC packets served and TM packets sent back.
    refused : messages on the command socket that are not one frame.

    """

    samples: int = 0
    messages: int = 0
    heartbeats: int = 0
    commands: int = 0
    answers: int = 0
    refused: int = 0


class Publisher:
    """Publishes one run; binds when made.

    Attributes
    ----------
    samples_endpoint, commands_endpoint : addresses really bound.
    account : what was published and served.

    Raises
    ------
    BindError
        If an address is in use or no address.

    """

    def __init__(
        self,
        vehicle: Spacecraft,
        settings: PublisherSettings,
        context: zmq.Context[zmq.Socket[bytes]],
        clock: Clock | None = None,
    ) -> None:
        self.account = Account()
        self._vehicle = vehicle
        self._settings = settings
        self._clock = SystemClock() if clock is None else clock
        self._run = PacedVehicle(vehicle, settings.speed, settings.chunk)
        self._next_heartbeat = 0
        self._last_time = vehicle.time
        self._has_subscriber = False
        self._samples = _socket(context, zmq.XPUB, vehicle.queue)
        self._commands = _socket(context, zmq.ROUTER, QUEUE)
        self._samples.setsockopt(zmq.XPUB_NODROP, int(math.isinf(settings.speed)))
        try:
            self.samples_endpoint = _bind(self._samples, settings.samples)
            self.commands_endpoint = _bind(self._commands, settings.commands)
        except BindError:
            self.close()
            raise
        self._poller = zmq.Poller()
        self._poller.register(self._samples, zmq.POLLIN)
        self._poller.register(self._commands, zmq.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the sockets; what was sent last still has a moment to leave."""
        self._samples.close(_LINGER_MS)
        self._commands.close(_LINGER_MS)

    def run(self, stop: Callable[[], bool] = lambda: False) -> Account:
        """Publish until the end of the run and its tail, until `stop` says so, or until interrupted."""
        try:
            self._await_subscriber(stop)
            self._publish(stop)
            self._trail(stop)
        except KeyboardInterrupt:
            pass
        return self.account

    def _await_subscriber(self, stop: Callable[[], bool]) -> None:
        while self._settings.await_subscriber and not self._has_subscriber and not stop():
            self._wait(_LONGEST_WAIT)

    def _publish(self, stop: Callable[[], bool]) -> None:
        self._run.start(self._clock.now())
        while not self._run.is_over and not stop():
            self._run.catch_up(self._clock.now())
            if self._run.is_complete:
                self._send_gathered(stop)
            self._wait(self._run.due() - self._clock.now())

    def _trail(self, stop: Callable[[], bool]) -> None:
        """Tell for a while how much there was, so that losses at the end show."""
        end = self._clock.now() + round(self._settings.tail_s * _NS)
        self._next_heartbeat = self._clock.now()
        while (left := end - self._clock.now()) > 0 and not stop():
            self._wait(left)

    def _wait(self, ns: int) -> None:
        """Send the heartbeat that is due, wait for `ns` at most and serve what has come in."""
        now = self._clock.now()
        if now >= self._next_heartbeat:
            self._heartbeat()
            self._next_heartbeat = now + round(self._settings.heartbeat_s * _NS)
        if (wait := min(ns, _LONGEST_WAIT, self._next_heartbeat - now)) > 0:
            self._clock.wait(self._poller, wait)
        self._serve()

    # --- samples -----------------------------------------------------------------------------------

    def _send_gathered(self, stop: Callable[[], bool]) -> None:
        message = self._run.message()
        while not self._send(message):
            if stop():
                return
            self._clock.wait(self._poller, _RETRY)
            self._serve()
        self._run.clear()
        self._last_time = int(message.times[-1])
        self.account.samples += len(message)
        self.account.messages += 1

    def _heartbeat(self) -> None:
        if self._vehicle.is_dead:
            return
        beat = Heartbeat(self._vehicle.source, self._vehicle.session, self._run.sequence, self._last_time)
        self.account.heartbeats += self._send(beat)

    def _send(self, message: Samples | Heartbeat) -> bool:
        """Send to all subscribers; False if one of them is behind and may lose nothing."""
        try:
            self._samples.send_multipart([self._vehicle.source.encode(), encode(message)], zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True

    # --- what comes in -----------------------------------------------------------------------------

    def _serve(self) -> None:
        """Take subscriptions and execute the commands that have arrived."""
        while frames := _receive(self._samples):
            self._has_subscriber |= frames[0][:1] == b"\x01"
        while frames := _receive(self._commands):
            if len(frames) == 2:
                self._execute(*frames)
            else:
                self.account.refused += 1

    def _execute(self, client: bytes, octets: bytes) -> None:
        self._run.catch_up(self._clock.now())
        self.account.commands += 1
        for tm in self._vehicle.command(octets, self._vehicle.time):
            self._commands.send_multipart([client, tm.pack()])
            self.account.answers += 1


def _socket(context: zmq.Context[zmq.Socket[bytes]], kind: int, queue: int) -> zmq.Socket[bytes]:
    socket: zmq.Socket[bytes] = context.socket(kind)
    socket.setsockopt(zmq.SNDHWM, queue)
    return socket


def _bind(socket: zmq.Socket[bytes], address: str) -> str:
    try:
        socket.bind(address)
    except zmq.ZMQError as error:
        raise BindError(address, error.strerror or str(error)) from None
    return socket.getsockopt_string(zmq.LAST_ENDPOINT)


def _receive(socket: zmq.Socket[bytes]) -> list[bytes]:
    """Return the frames of a message that has arrived, or none."""
    try:
        return socket.recv_multipart(zmq.NOBLOCK)
    except zmq.Again:
        return []
