"""ST[05] event reporting: four severities, auxiliary data, reports switched per event definition.

TM[5,1..4]: event definition ID, auxiliary data. ECSS-E-ST-70-41C clause 6.5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from pus import codec
from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.packets import Report
from pus.service import Execution, Operation

SERVICE = 5


class Severity(IntEnum):
    """Severity of an event definition; its value is the message subtype of the report."""

    INFORMATIVE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """An event that the application process can report."""

    id: int
    name: str
    severity: Severity


@dataclass(slots=True)
class Observables:
    """Counts of one severity; an event counts as detected also while its report is disabled."""

    detected: int = 0
    reported: int = 0
    last_event: int = 0
    last_time: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """An occurrence of an event definition; `report` is None while report generation is disabled."""

    definition: EventDefinition
    data: bytes
    time: int
    report: Report | None


@dataclass(slots=True)
class EventReporting:
    """The service: raises events and switches their reports."""

    definitions: Mapping[int, EventDefinition]
    disabled: set[int] = field(default_factory=set)
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
        if event_id in self.disabled:
            return Event(definition, data, time, None)
        counts.reported += 1
        counts.last_event, counts.last_time = event_id, time
        report = Report(SERVICE, definition.severity, codec.u16(event_id) + data)
        return Event(definition, data, time, report)

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
        return Execution(reports=(Report(SERVICE, 8, codec.ids(sorted(self.disabled))),))

    def _known(self, event_ids: Iterable[int]) -> tuple[list[int], tuple[Failure, ...]]:
        wanted = list(event_ids)
        unknown = [k for k in wanted if k not in self.definitions]
        failures = tuple(Failure(FailureCode.UNKNOWN_EVENT, k) for k in unknown)
        return [k for k in wanted if k in self.definitions], failures
