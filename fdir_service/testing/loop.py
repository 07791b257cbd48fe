"""The loop of a chain test: sources publish, the stream takes, units answer; time goes on by itself alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fdir_service import snapshot
from fdir_service.ladder.state import Outcome
from fdir_service.mission import Mission
from fdir_service.mission.source_schema import SourceSection
from fdir_service.stream import CHUNK, Output, Stream
from fdir_service.testing.feed import Feed, Value
from fdir_service.testing.pool import FedPool
from fdir_service.testing.publisher import Publisher
from fdir_service.testing.reading import OutputReader
from fdir_service.testing.records import Given, Record, Report
from fdir_service.testing.units import Reaction, SimulatedUnit
from pus.packets import apid_of
from pus.samples import Command, Message, Reply, Tick

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Round:
    """What is published at one time, and where the publishers stand behind it."""

    time: int
    messages: list[Message]
    marks: list[tuple[int, int]]


class Loop:
    """One stream with simulated sources and units.

    Parameters
    ----------
    period : ns between the samples of sources that have no period.
    chunk : samples at once at most, 1 to `stream.CHUNK`. What happens does not depend on it.

    Attributes
    ----------
    now : ns; everything before it has happened.
    records, reports : what happened, and the telemetry, in order.

    """

    def __init__(self, mission: Mission, period: int, chunk: int = 1) -> None:
        self.mission = mission
        self.now = 0
        self.feed = Feed(mission)
        self.publishers = {
            s.name: _publisher(s, round((s.period_s or 0) * _NS) or period) for s in mission.file.source
        }
        self.units = {apid: SimulatedUnit(mission, unit) for apid, unit in mission.units.items()}
        self.stream = self._fresh()
        self.records: list[Record] = []
        self.reports: list[Report] = []
        self._chunk = min(chunk, CHUNK)
        self._reader = OutputReader(mission)
        self._due: list[Reaction] = []

    @property
    def period(self) -> int:
        """The shortest period of a source (ns)."""
        return min(publisher.period for publisher in self.publishers.values())

    def _fresh(self) -> Stream:
        return Stream(self.mission, lambda mission, name, chunk: FedPool(mission, name, chunk, self.feed))

    def note(self, record: Record) -> None:
        """Put a record into the timeline."""
        self.records.append(record)

    # --- time --------------------------------------------------------------------------------------

    def advance(self, until: int) -> None:
        """Let everything happen that happens before `until` (ns)."""
        while self.now < until:
            self._react()
            stop = min([until, *(reaction.due for reaction in self._due)])
            rounds = self._rounds(stop)
            if rounds:
                self._take_rounds(rounds)
            else:
                self.now = stop
        self._react()

    def _rounds(self, stop: int) -> list[_Round]:
        """Publish what comes before `stop`, at most a chunk; on-board time ticks where nothing does."""
        found: list[_Round] = []
        publishers = self.publishers.values()
        while len(found) < self._chunk and (time := min(p.next for p in publishers)) < stop:
            due = [publisher for publisher in publishers if publisher.next == time]
            messages: list[Message] = [m for publisher in due for m in publisher.publish(self.feed)]
            marks = [(publisher.sample, publisher.sequence) for publisher in publishers]
            found.append(_Round(time, messages or [Tick(time)], marks))
        return found

    def _take_rounds(self, rounds: list[_Round]) -> None:
        """Let the stream take rounds, up to the first request: its answer may change what is published."""
        before = snapshot.take(self.stream) if len(rounds) > 1 else {}
        output = self._take(rounds)
        kept = self._until_request(rounds, output)
        if len(kept) < len(rounds):
            self.stream = self._fresh()
            snapshot.restore(self.stream, before)
            output = self._take(kept)
            for publisher, mark in zip(self.publishers.values(), kept[-1].marks, strict=True):
                publisher.sample, publisher.sequence = mark
        self.now = kept[-1].time + 1
        self._handle(output, kept[-1].time)

    def _until_request(self, rounds: list[_Round], output: Output) -> list[_Round]:
        """Return the rounds up to the first request to a unit."""
        sent = (s.time for s in output.steps if s.outcome is Outcome.SENT and s.apid in self.units)
        first = min(sent, default=rounds[-1].time)
        return [each for each in rounds if each.time <= first]

    def _take(self, rounds: list[_Round]) -> Output:
        return self.stream.take([message for each in rounds for message in each.messages])

    # --- messages ----------------------------------------------------------------------------------

    def command(self, packet: bytes) -> list[Report]:
        """Let a request of the ground come in now; return the telemetry that follows at once."""
        known = len(self.reports)
        self._handle(self.stream.take([Command(self.now, packet)]), self.now)
        return self.reports[known:]

    def _handle(self, output: Output, time: int) -> None:
        """Keep what happened; let the units react to their requests."""
        self.records += self._reader.read(output)
        self.reports += map(self._reader.report, output.telemetry)
        self._due += [self.units[apid_of(request)].take(request, time) for request in output.requests]
        self._react(time)

    def _react(self, time: int | None = None) -> None:
        """Let the reactions that are due at `time` (or now) happen."""
        time = self.now if time is None else time
        while ready := [reaction for reaction in self._due if reaction.due <= time]:
            self._due = [reaction for reaction in self._due if reaction.due > time]
            for reaction in ready:
                self.give(reaction.values, reaction.due)
                replies = [Reply(reaction.due, tm.pack()) for tm in reaction.packets]
                self._handle(self.stream.take(replies), time)

    def give(self, values: Mapping[str, Value], time: int | None = None) -> None:
        """Give parameters new values from the next sample on."""
        if values:
            words = ", ".join(f"{name} = {_word(value)}" for name, value in values.items())
            self.note(Given((self.now if time is None else time) / _NS, words))
            self.feed.give(values)


def _word(value: Value) -> str:
    if callable(value):
        return "a function of time"
    return "not known" if value is None or math.isnan(value) else f"{value:g}"


def _publisher(source: SourceSection, period: int) -> Publisher:
    image = np.zeros(source.sample_shape, source.wire_dtype) if source.is_image else None
    return Publisher(source.name, period, len(source.parameters), image=image)
