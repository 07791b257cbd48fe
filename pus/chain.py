"""The chain: ST[12] checks -> ST[05] events -> ST[19] requests, over chunks of samples of any sources.

`Chain.feed` walks a chunk in order of sample time and yields an `Instant` wherever something happens. Whoever
consumes the instants may queue requests to the chain's own services; they apply from the next sample:
the chunk is cut there and the rest is checked anew. Any chunking of the same samples gives the same instants.
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pus.application import ApplicationProcess
from pus.packets import Report, Tc
from pus.parameters import ParameterTable
from pus.profile import Profile
from pus.service import Service
from pus.st05 import Event, EventDefinition, EventReporting
from pus.st12 import layout
from pus.st12.checks import CheckState
from pus.st12.definitions import PmonChecking
from pus.st12.monitoring import FmonChange, Monitoring, Transition
from pus.st12.service import OnBoardMonitoring
from pus.st17 import Test
from pus.st19 import EventActions


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Values of all parameters of one source over K samples.

    Attributes
    ----------
    source : name of the source.
    times : (K,) int64, ns since the mission epoch, increasing.
    values : (parameters of the source, K) float64; NaN = not known.

    """

    source: str
    times: NDArray[np.int64]
    values: NDArray[np.float64]

    def after(self, time: int) -> "Block":
        """Return what is later than `time`."""
        n = int(np.searchsorted(self.times, time, "right"))
        return Block(self.source, self.times[n:], self.values[:, n:])

    def until(self, time: int) -> "Block":
        """Return what is not later than `time`."""
        n = int(np.searchsorted(self.times, time, "right"))
        return Block(self.source, self.times[:n], self.values[:, :n])


@dataclass(slots=True)
class Instant:
    """What happened at one sample time, in order.

    Attributes
    ----------
    time : ns.
    transitions, fmon_changes, events : what ST[12] and ST[05] found.
    requests : stored requests that ST[19] releases, with the event that released each.
    reports : all reports, in the order in which they become packets.

    """

    time: int
    transitions: list[Transition] = field(default_factory=list)
    fmon_changes: list[FmonChange] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    requests: list[tuple[Event, bytes]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that anybody needs to know."""
        return not (self.transitions or self.fmon_changes or self.events or self.reports)


class _Change(NamedTuple):
    time: int
    pmon: int
    source: str
    sample: int
    previous: int
    current: int


Deadline = Callable[[], int | None]


class Chain:
    """One application process with its monitoring, event reporting and event-action services."""

    def __init__(
        self,
        apid: int,
        profile: Profile,
        parameters: ParameterTable,
        events: Mapping[int, EventDefinition],
        routes: Callable[[Tc], bool] = lambda tc: False,  # noqa: ARG005
        services: Iterable[Service] = (),
    ) -> None:
        """Compose the services; `routes` says whether a foreign process would take a stored request."""
        self.parameters = parameters
        self.monitoring = Monitoring(parameters, profile)
        self.st05 = EventReporting(events)
        self.st12 = OnBoardMonitoring(self.monitoring, events)
        self.st19 = EventActions(
            apid,
            events,
            lambda tc: self._executes(tc) or routes(tc),
            profile.max_event_actions,
            profile.event_action_function,
            profile.action_needs_report,
        )
        self.process = ApplicationProcess(apid, [self.st05, self.st12, Test(), self.st19, *services])
        self._queue: deque[bytes] = deque()
        self._last: dict[str, NDArray[np.float64]] = {}

    def _executes(self, tc: Tc) -> bool:
        service = self.process.services.get(tc.service)
        return tc.apid == self.process.apid and service is not None and tc.subtype in service.operations

    def queue(self, request: bytes) -> None:
        """Queue a request to an own service, to be executed after the sample under way."""
        self._queue.append(request)

    def take_queue(self) -> list[bytes]:
        """Return and forget the requests that wait for the end of a chunk."""
        waiting = list(self._queue)
        self._queue.clear()
        return waiting

    def execute(self, request: bytes, time: int) -> Instant:
        """Execute a request between chunks."""
        return Instant(time, reports=self.process.reports(request, time))

    def elapse(self, time: int) -> Instant:
        """On-board time has reached `time` without a sample: report transitions that waited long enough."""
        return Instant(time, reports=self.st12.check_transition_reports(time, with_delay=True))

    def raise_event(self, event_id: int, data: bytes, time: int) -> Instant:
        """Raise an event that does not come from monitoring."""
        instant = Instant(time)
        self._raise(instant, event_id, data)
        return instant

    def feed(self, blocks: Iterable[Block], deadline: Deadline = lambda: None) -> Iterator[Instant]:
        """Check blocks of samples, at most one a source, and yield instants in order of time.

        `deadline` names the next time at which the consumer wants an instant although nothing happened;
        it comes at the first sample that is not earlier.
        """
        rest = [block for block in blocks if len(block.times)]
        while rest:
            cut = yield from self._pass(rest, deadline)
            if cut is None:
                return
            while self._queue:
                yield Instant(cut, reports=self.process.reports(self._queue.popleft(), cut))
            rest = [block for block in (block.after(cut) for block in rest) if len(block.times)]

    def _pass(self, blocks: list[Block], deadline: Deadline) -> Generator[Instant, None, int | None]:
        """Walk the blocks with the definitions as they are; return the time of a cut, or None at the end."""
        changes, states = self._check(blocks)
        times = np.unique(np.concatenate([block.times for block in blocks]))
        at = 0
        while (
            time := self._next(changes[at].time if at < len(changes) else None, times, deadline)
        ) is not None:
            instant = Instant(time, reports=self.st12.check_transition_reports(time, with_delay=True))
            end = at
            while end < len(changes) and changes[end].time == time:
                end += 1
            self._walk(instant, changes[at:end], blocks)
            at = end
            times = times[np.searchsorted(times, time, "right") :]
            yield instant
            if self._queue:
                _, states = self._check([block.until(time) for block in blocks])
                self._commit(states, [block.until(time) for block in blocks])
                return time
        self._commit(states, blocks)
        return None

    def _next(self, change: int | None, times: NDArray[np.int64], deadline: Deadline) -> int | None:
        """Return the next sample time at which something is to be done, or None."""
        due = [d for d in (self.monitoring.deadline, deadline()) if d is not None]
        first = int(np.searchsorted(times, min(due))) if due else len(times)
        candidates = [int(times[first])] if first < len(times) else []
        candidates += [] if change is None else [change]
        return min(candidates, default=None)

    def _check(self, blocks: list[Block]) -> tuple[list[_Change], dict[str, CheckState]]:
        changes: list[_Change] = []
        states: dict[str, CheckState] = {}
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

    def _commit(self, states: dict[str, CheckState], blocks: list[Block]) -> None:
        self.monitoring.commit(states)
        for block in blocks:
            if len(block.times):
                self._last[block.source] = block.values[:, -1].copy()

    def _walk(self, instant: Instant, changes: list[_Change], blocks: list[Block]) -> None:
        """Let the changes of one sample run down the chain."""
        if not changes:
            return
        pmons = self.monitoring.pmons
        steps = [(pmons[c.pmon], PmonChecking(c.previous), PmonChecking(c.current)) for c in changes]
        value = self._value_at(instant.time, blocks)
        instant.transitions, instant.fmon_changes = self.monitoring.walk(steps, value, instant.time)
        for transition in instant.transitions:
            if transition.event:
                data = layout.encode_pmon_event(transition, self.parameters)
                self._raise(instant, transition.event, data)
        for change in instant.fmon_changes:
            if change.event:
                self._raise(instant, change.event, layout.encode_fmon_event(change))
        instant.reports += self.st12.check_transition_reports(instant.time, with_delay=False)

    def _raise(self, instant: Instant, event_id: int, data: bytes) -> None:
        event = self.st05.raise_event(event_id, data, instant.time)
        instant.events.append(event)
        if event.report is not None:
            instant.reports.append(event.report)
        request = self.st19.match(event)
        if request is not None:
            instant.requests.append((event, request))

    def _value_at(self, time: int, blocks: list[Block]) -> Callable[[int], float]:
        """Return how to look up a parameter's latest value at `time`."""

        def value(parameter_id: int) -> float:
            parameter = self.parameters.by_id[parameter_id]
            row = self.parameters.row[parameter_id]
            for block in blocks:
                if block.source == parameter.source:
                    n = int(np.searchsorted(block.times, time, "right"))
                    if n:
                        return float(block.values[row, n - 1])
            return self.latest(parameter_id)

        return value

    def latest(self, parameter_id: int) -> float:
        """Return the newest value of a parameter before the chunk under way; NaN = not known."""
        last = self._last.get(self.parameters.by_id[parameter_id].source)
        return math.nan if last is None else float(last[self.parameters.row[parameter_id]])
