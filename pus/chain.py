"""The chain: ST[12] checks -> ST[05] events -> ST[19] requests, over chunks of samples of any sources.

`Chain.feed` walks a chunk in order of sample time and yields an `Instant` wherever something happens. Whoever
consumes the instants may queue requests to the chain's own services; they apply from the next sample:
the chunk is cut there and the rest is checked anew. Any chunking of the same samples gives the same instants.
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pus.block import Block
from pus.packets import Report, apid_of
from pus.records import mutable
from pus.services import Services, Setup
from pus.st05 import Event
from pus.st12 import layout
from pus.st12.checks import CheckState
from pus.st12.definitions import PmonChecking
from pus.st12.monitoring import FmonChange, Transition


@mutable
class Instant:
    """What happened at one sample time, in order.

    Attributes
    ----------
    time : ns.
    transitions, fmon_changes, events : what ST[12] and ST[05] found.
    requests : stored requests for other application processes, each with the event that released it, or None
        if a sequence or a procedure did.
    reports : all reports, in the order in which they become packets.

    """

    time: int
    transitions: list[Transition] = field(default_factory=list)
    fmon_changes: list[FmonChange] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    requests: list[tuple[Event | None, bytes]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that anybody needs to know."""
        found = self.transitions or self.fmon_changes or self.events
        return not (found or self.requests or self.reports)


class _Change(NamedTuple):
    time: int
    pmon: int
    source: str
    sample: int
    previous: int
    current: int


Deadline = Callable[[], int | None]
States = dict[str, CheckState]


class Chain:
    """One application process with its services, fed with samples."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.parameters = setup.parameters
        self.services = Services(setup, self.latest)
        self.monitoring = self.services.monitoring
        self.process = self.services.process
        self._queue: deque[bytes] = deque()
        self._set: dict[str, list[tuple[int, int]]] = {}
        for parameter in setup.settings:
            source = self.parameters.by_id[parameter].source
            self._set.setdefault(source, []).append((parameter, self.parameters.row[parameter]))
        self.last: dict[str, NDArray[np.float64]] = {}
        self.present: Callable[[int], float] = self.latest
        """Looks up the value of a parameter at the instant under way."""

    # --- requests ----------------------------------------------------------------------------------

    def queue(self, request: bytes) -> None:
        """Queue a request to an own service, to be executed after the sample under way."""
        self._queue.append(request)

    def take_queue(self) -> list[bytes]:
        """Return and forget the requests that wait for the end of a chunk."""
        waiting = list(self._queue)
        self._queue.clear()
        return waiting

    def execute(self, request: bytes, time: int) -> Instant:
        """Execute a request between samples."""
        instant = Instant(time, reports=self.process.reports(request, time))
        self._release(instant, None, self.process.take_outgoing())
        self._release(instant, None, self.services.release(time))
        instant.reports += self.services.progress_reports()
        return instant

    def _release(self, instant: Instant, event: Event | None, requests: Iterable[bytes]) -> None:
        """Queue what is ours, hand out what is for other processes."""
        for request in requests:
            if apid_of(request) == self.setup.apid:
                self.queue(request)
            else:
                instant.requests.append((event, request))

    def raise_event(self, event_id: int, data: bytes, time: int) -> Instant:
        """Raise an event that does not come from monitoring."""
        instant = Instant(time)
        self._raise(instant, event_id, data)
        return instant

    def alive(self, apid: int, time: int) -> Instant:
        """Take the are-you-alive report of another application process."""
        return Instant(time, reports=self.services.alive(apid))

    # --- samples -----------------------------------------------------------------------------------

    def feed(self, blocks: Iterable[Block], deadline: Deadline = lambda: None) -> Iterator[Instant]:
        """Check blocks of samples, at most one a source, and yield instants in order of time.

        The rows of settings are written: a setting has the value that it has on board at that time.
        `deadline` names the next time at which the consumer wants an instant although nothing happened;
        it comes at the first sample that is not earlier.
        """
        rest = [block for block in blocks if len(block.times)]
        while rest:
            self._apply_settings(rest)
            cut = yield from self._pass(rest, deadline)
            if cut is None:
                return
            while self._queue:
                yield self.execute(self._queue.popleft(), cut)
            rest = [block for block in (block.after(cut) for block in rest) if len(block.times)]

    def elapse(self, time: int) -> Instant:
        """On-board time has reached `time` without a sample: do what is due."""
        instant = Instant(time)
        self._do_due(instant)
        instant.reports += self.services.st03.collect(time, self.latest)
        return instant

    def forget(self, source: str) -> None:
        """Nothing is known of a source any more (gap, silence): its values and checks are invalid."""
        self.monitoring.invalidate(source)
        if source in self.last:
            self.last[source] = np.full_like(self.last[source], np.nan)

    def _pass(self, blocks: list[Block], deadline: Deadline) -> Generator[Instant, None, int | None]:
        """Walk the blocks with the definitions as they are; return the time of a cut, or None at the end."""
        changes, states = self._check(blocks)
        times = blocks[0].times
        if len(blocks) > 1:
            times = np.unique(np.concatenate([block.times for block in blocks]))
        at = 0
        while (time := self._next(changes[at : at + 1], times, deadline)) is not None:
            end = at
            while end < len(changes) and changes[end].time == time:
                end += 1
            yield self._instant(time, changes[at:end], blocks)
            at = end
            times = times[np.searchsorted(times, time, "right") :]
            if self._queue:
                walked = [block.until(time) for block in blocks]
                self._commit(self._check(walked)[1], walked)
                return time
        self._commit(states, blocks)
        return None

    def _next(self, change: list[_Change], times: NDArray[np.int64], deadline: Deadline) -> int | None:
        """Return the next sample time at which something is to be done, or None."""
        found = change[0].time if change else None
        due, asked = self.services.deadline, deadline()
        if due is None or (asked is not None and asked < due):
            due = asked
        if due is not None and len(times) and due <= times[-1]:
            first = int(times[times.searchsorted(due)])
            found = first if found is None else min(found, first)
        return found

    def _instant(self, time: int, changes: list[_Change], blocks: list[Block]) -> Instant:
        """Do what is due at a sample, let its changes run down the chain, then report housekeeping."""
        instant, value = Instant(time), self._value_at(time, blocks)
        self.present = value
        self._do_due(instant)
        if changes:
            self._walk(instant, changes, value)
        instant.reports += self.services.st03.collect(time, value)
        return instant

    def _do_due(self, instant: Instant) -> None:
        services, time = self.services, instant.time
        instant.reports += services.late_reports(time)
        for data in services.st05.summaries(time):
            self._raise(instant, services.st05.summary_event, data)
        self._release(instant, None, services.release(time))
        instant.reports += services.progress_reports()

    def _check(self, blocks: list[Block]) -> tuple[list[_Change], States]:
        changes: list[_Change] = []
        states: States = {}
        for block in blocks:
            found, state = self.monitoring.check(block.source, block.values)
            if state is not None:
                states[block.source] = state
            if len(found.sample):
                ids = self.monitoring.tables[block.source].ids[found.monitor]
                columns = (block.times[found.sample], ids, found.sample, found.previous, found.current)
                for time, pmon, sample, previous, current in zip(*(c.tolist() for c in columns), strict=True):
                    changes.append(_Change(time, pmon, block.source, sample, previous, current))
        changes.sort(key=lambda change: change[:2])
        return changes, states

    def _commit(self, states: States, blocks: list[Block]) -> None:
        self.monitoring.commit(states)
        self.present = self.latest
        for block in blocks:
            if len(block.times):
                self.last[block.source] = block.values[:, -1].copy()

    def _walk(self, instant: Instant, changes: list[_Change], value: Callable[[int], float]) -> None:
        """Let the changes of one sample run down the chain."""
        pmons = self.monitoring.pmons
        steps = [(pmons[c.pmon], PmonChecking(c.previous), PmonChecking(c.current)) for c in changes]
        instant.transitions, instant.fmon_changes = self.monitoring.walk(steps, value, instant.time)
        for transition in instant.transitions:
            if transition.event:
                data = layout.encode_pmon_event(transition, self.parameters, self.monitoring.codec)
                self._raise(instant, transition.event, data)
        for change in instant.fmon_changes:
            if change.event:
                data = layout.encode_fmon_event(change, self.monitoring.codec)
                self._raise(instant, change.event, data)
        instant.reports += self.services.st12.check_transition_reports(instant.time, with_delay=False)

    def _raise(self, instant: Instant, event_id: int, data: bytes) -> None:
        event = self.services.st05.raise_event(event_id, data, instant.time)
        instant.events.append(event)
        if event.report is not None:
            instant.reports.append(event.report)
        request = self.services.st19.match(event)
        if request is not None:
            self._release(instant, event, [request])

    # --- values ------------------------------------------------------------------------------------

    def _apply_settings(self, blocks: list[Block]) -> None:
        """Let the settings hold from here on; one that is changed holds from the next sample."""
        for block in blocks:
            for parameter, row in self._set.get(block.source, ()):
                block.values[row] = self.services.settings[parameter]

    def _value_at(self, time: int, blocks: list[Block]) -> Callable[[int], float]:
        """Return how to look up a parameter's latest value at `time`."""
        found: dict[str, NDArray[np.float64] | None] = {}

        def value(parameter_id: int) -> float:
            source = self.parameters.by_id[parameter_id].source
            if source not in found:
                found[source] = next((block.at(time) for block in blocks if block.source == source), None)
            values = found[source]
            return (
                self.latest(parameter_id)
                if values is None
                else float(values[self.parameters.row[parameter_id]])
            )

        return value

    def latest(self, parameter_id: int) -> float:
        """Return the newest value of a parameter before the chunk under way; NaN = not known."""
        if own := self.setup.own.get(parameter_id):
            return own()
        if parameter_id in self.services.settings:
            return self.services.settings[parameter_id]
        last = self.last.get(self.parameters.by_id[parameter_id].source)
        return math.nan if last is None else float(last[self.parameters.row[parameter_id]])
