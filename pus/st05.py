"""ST[05] event reporting: four severities, auxiliary data, reports switched per event definition.

TM[5,1..4]: event definition ID, auxiliary data. ECSS-E-ST-70-41C clause 6.5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import IntEnum

from pus.codec import DEFAULT, Codec, Reader, u32
from pus.failure import Failure, FailureCode
from pus.packets import Report
from pus.records import frozen, mutable
from pus.service import Execution, Operation, listed

SERVICE = 5


class Severity(IntEnum):
    """Severity of an event definition; its value is the message subtype of the report."""

    INFORMATIVE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


@frozen
class EventDefinition:
    """An event that the application process can report.

    At most `limit` reports leave in any `window` ns (0: no limit); the rest is counted and summed up later.
    """

    id: int
    name: str
    severity: Severity
    limit: int = 0
    window: int = 0


@mutable
class Observables:
    """Counts of one severity; an event counts as detected also while its report is disabled."""

    detected: int = 0
    reported: int = 0
    last_event: int = 0
    last_time: int = 0


@mutable
class Throttle:
    """When the reports of one event within its window left (ns), and how many have been suppressed since."""

    reported: list[int] = field(default_factory=list)
    suppressed: int = 0


@frozen
class Event:
    """An occurrence of an event definition; `report` is None if none is generated."""

    definition: EventDefinition
    data: bytes
    time: int
    report: Report | None


@mutable
class EventReporting:
    """The service: raises events and switches their reports.

    Attributes
    ----------
    summary_event : raised when reports may leave again after some were suppressed: event ID, number (u32);
        0: none. It is not limited itself.
    disabled : event definitions whose report generation is disabled.

    """

    definitions: Mapping[int, EventDefinition]
    summary_event: int = 0
    codec: Codec = DEFAULT
    disabled: set[int] = field(default_factory=set)
    throttles: dict[int, Throttle] = field(default_factory=dict)
    observables: dict[Severity, Observables] = field(
        default_factory=lambda: {severity: Observables() for severity in Severity}
    )

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        return {5: self.enable, 6: self.disable, 7: self.report_disabled}

    def raise_event(self, event_id: int, data: bytes, time: int) -> Event:
        """Raise an event with its auxiliary data."""
        definition = self.definitions[event_id]
        counts = self.observables[definition.severity]
        counts.detected += 1
        if event_id in self.disabled or not self._may_report(definition, time):
            return Event(definition, data, time, None)
        counts.reported += 1
        counts.last_event, counts.last_time = event_id, time
        report = Report(SERVICE, definition.severity, self.codec.id(event_id) + data)
        return Event(definition, data, time, report)

    def _may_report(self, definition: EventDefinition, time: int) -> bool:
        """Count a report against the limit of its event."""
        if not definition.limit or definition.id == self.summary_event:
            return True
        throttle = self.throttles.setdefault(definition.id, Throttle())
        throttle.reported = [t for t in throttle.reported if time - t < definition.window]
        if len(throttle.reported) >= definition.limit:
            throttle.suppressed += 1
            return False
        throttle.reported.append(time)
        return True

    @property
    def deadline(self) -> int | None:
        """When the next summary is due (ns), or None."""
        return min((end for _, end in self._suppressing()), default=None) if self.throttles else None

    def _suppressing(self) -> list[tuple[int, int]]:
        """Return the events with suppressed reports, each with when one may leave again (ns)."""
        return [
            (k, throttle.reported[0] + self.definitions[k].window)
            for k, throttle in sorted(self.throttles.items())
            if self.summary_event and throttle.suppressed
        ]

    def summaries(self, time: int) -> list[bytes]:
        """Return the data of each summary event that is due at `time`, and count anew."""
        due = [(k, self.throttles[k]) for k, end in self._suppressing() if end <= time]
        data = [self.codec.id(k) + u32(throttle.suppressed) for k, throttle in due]
        for _, throttle in due:
            throttle.suppressed = 0
        return data

    def enable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[5,5] enable the report generation of event definitions."""
        known, failures = self._known(reader.ids())
        self.disabled.difference_update(known)
        return Execution(failures=failures)

    def disable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[5,6] disable the report generation of event definitions."""
        known, failures = self._known(reader.ids())
        self.disabled.update(known)
        return Execution(failures=failures)

    def report_disabled(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[5,7] report the list of disabled event definitions: TM[5,8]."""
        reader.end()
        entries = [self.codec.id(k) for k in sorted(self.disabled)]
        return Execution(reports=listed(SERVICE, 8, entries, self.codec))

    def _known(self, event_ids: Iterable[int]) -> tuple[list[int], tuple[Failure, ...]]:
        wanted = list(event_ids)
        unknown = [k for k in wanted if k not in self.definitions]
        failures = tuple(Failure(FailureCode.UNKNOWN_EVENT, k) for k in unknown)
        return [k for k in wanted if k in self.definitions], failures
