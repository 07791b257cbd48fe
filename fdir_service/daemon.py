"""The daemon: start, loop, drain. It owns sockets, files, process and clock; the stream owns the state."""

import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from types import FrameType
from typing import Protocol

from fdir_service.journal import Journal, describe
from fdir_service.metrics import Metrics
from fdir_service.sinks import Sink
from fdir_service.sources.live import Links
from fdir_service.stream import Output, Stream
from pus.records import mutable
from pus.samples import Message, Samples, Tick

log = logging.getLogger("fdir")

POLL_MS = 50
IDLE_S = 0.25
"""Without samples for so long, ticks carry on-board time on."""
REFRESH_S = 1.0
DRAIN_S = 2.0
ALIVE_S = 5.0
_LEVELS = {
    "informative": logging.INFO,
    "low": logging.WARNING,
    "medium": logging.WARNING,
    "high": logging.ERROR,
}


class Clock(Protocol):
    """Reads a monotonic clock in seconds."""

    def __call__(self) -> float:
        """Return the time."""
        ...


class Interrupted(KeyboardInterrupt):
    """A second signal: stop at once."""


@mutable
class Daemon:
    """One stream with its links, sinks and metrics.

    Attributes
    ----------
    write_ahead : sinks that have a round on disk before its requests leave, in order.
    sinks : the others.
    should_stop : asked once a round; a signal sets `stopping` as well.
    durations : seconds of each round that handled samples, for whoever wants to look at them.

    """

    stream: Stream
    links: Links
    sinks: Sequence[Sink]
    metrics: Metrics
    journal: Journal
    clock: Clock = time.monotonic
    write_ahead: Sequence[Sink] = ()
    should_stop: Callable[[], bool] = lambda: False
    stopping: bool = False
    durations: list[float] = field(default_factory=list)
    keep_durations: bool = False
    _round: float = 0.0
    _refreshed: float = 0.0
    _last_samples: float = 0.0

    def run(self) -> None:
        """Loop until asked to stop, then drain what is queued."""
        self._round = self._last_samples = self.clock()
        log.info("mission %s: APID %d, ready", self.stream.mission.name, self.stream.mission.apid)
        while not (self.stopping or self.should_stop()):
            self._loop_once(POLL_MS)
        self.drain()
        self.refresh()
        log.info("stopped: %s", summary(self.stream))

    def drain(self) -> None:
        """Handle what is queued already, within `DRAIN_S`."""
        deadline = self.clock() + DRAIN_S
        while self.clock() < deadline and self._loop_once(0):
            pass

    @property
    def is_alive(self) -> bool:
        """Whether the loop has gone round lately."""
        return self.clock() - self._round < ALIVE_S

    @property
    def is_ready(self) -> bool:
        """Whether the loop runs and is not stopping."""
        return self._round > 0 and not self.stopping

    def _loop_once(self, timeout_ms: int) -> bool:
        """Handle one round; return whether any message came in."""
        messages = self.links.receive(timeout_ms, self.stream.time)
        begin = self.clock()
        self._round = begin
        came = bool(messages)
        had_samples = _bring_samples(messages)
        if had_samples:
            self._last_samples = begin
        elif tick := self._tick(begin):
            messages = [*messages, tick]
        if messages:
            self._handle(messages, begin, keep=had_samples)
        if begin - self._refreshed >= REFRESH_S:
            self.refresh()
        return came

    def _tick(self, now: float) -> Tick | None:
        """On-board time goes on while no samples come: from the last one, by our clock."""
        idle = now - self._last_samples
        if idle < IDLE_S or self.stream.first_time is None or self.stopping:
            return None
        return Tick(self.stream.sample_time + int(idle * 1e9))

    def _handle(self, messages: list[Message], begin: float, *, keep: bool) -> None:
        output = self._commit(messages, self.stream.take(messages))
        seconds = self.clock() - begin
        if keep and self.keep_durations:
            self.durations.append(seconds)
        self._publish(messages, output, seconds)

    def resume(self) -> None:
        """Go on from a snapshot."""
        begin = self.clock()
        output = self._commit([], self.stream.resume())
        self._publish([], output, self.clock() - begin)

    def _commit(self, messages: list[Message], output: Output) -> Output:
        """Write down what a round decided, then let its requests leave."""
        for sink in self.write_ahead:
            sink.put(messages, output)
        self.links.send(output.requests)
        return output

    def _publish(self, messages: list[Message], output: Output, seconds: float) -> None:
        self.metrics.observe(output, seconds)
        self._report(output)
        for sink in self.sinks:
            sink.put(messages, output)

    def _report(self, output: Output) -> None:
        for record in self.journal.records(output):
            level = _LEVELS.get(record.get("severity", ""), logging.INFO)
            if record["kind"] == "silence":
                level = logging.WARNING
            log.log(level, "%s", describe(record), extra={"record": record})

    def refresh(self) -> None:
        """Bring the metrics up to date."""
        self._refreshed = self.clock()
        self.metrics.refresh(self.stream, {**self.links.dropped, **self.stream.refused})

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; a second one forces. The original reactions come back at the end."""
        kinds = (signal.SIGINT, signal.SIGTERM)
        before = {kind: signal.signal(kind, self._on_signal) for kind in kinds}
        try:
            yield
        finally:
            for kind, reaction in before.items():
                signal.signal(kind, reaction)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.stopping:
            raise Interrupted(f"second signal {number}")
        self.stopping = True


def _bring_samples(messages: Sequence[Message]) -> bool:
    for message in messages:  # noqa: SIM110 - a generator costs as much as all else here
        if isinstance(message, Samples):
            return True
    return False


def summary(stream: Stream) -> str:
    """Return the accounts of all sources in one line."""
    parts = [
        f"{name}: {a.received} received, {a.lost} lost, {a.rejected.total()} rejected of {a.published}"
        for name, a in stream.accounts.items()
    ]
    return "; ".join(parts)
