"""Expectations that something happens: transitions, events, requests, telemetry, steps of the ladder."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from fdir_service.ladder.state import Outcome
from fdir_service.mission.sections import ArgumentId
from fdir_service.testing import records
from fdir_service.testing.expectation import Occurrence
from fdir_service.testing.names import ANY
from fdir_service.testing.records import Record

PmonStatus = Literal[
    "nominal",
    "unchecked",
    "invalid",
    "unexpected value",
    "below low limit",
    "above high limit",
    "below low threshold",
    "above high threshold",
]
FmonStatus = Literal["unchecked", "running", "invalid", "failed"]
Octets = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$", description="hexadecimal digits")]


class PmonBecomes(Occurrence):
    """A PMON establishes another checking status."""

    refers: ClassVar = {"pmon": "pmon"}

    pmon: str
    becomes: PmonStatus

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"PMON {self.pmon} becomes {self.becomes}{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        wanted = self.pmon, self.becomes
        return isinstance(record, records.Transition) and (record.pmon, record.current) == wanted


class FmonBecomes(Occurrence):
    """An FMON gets another checking status."""

    refers: ClassVar = {"fmon": "fmon"}

    fmon: str
    becomes: FmonStatus

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"FMON {self.fmon} becomes {self.becomes}{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        wanted = self.fmon, self.becomes
        return isinstance(record, records.FmonChange) and (record.fmon, record.current) == wanted


class SourceBecomes(Occurrence):
    """A source falls silent."""

    refers: ClassVar = {"source": "source"}

    source: str
    becomes: Literal["silent"]

    @property
    def what(self) -> str:
        """See `Expectation`."""
        return f"source {self.source} becomes silent{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        return isinstance(record, records.Silence) and record.source == self.source


class EventOccurs(Occurrence):
    """An event occurs; `any` stands for each."""

    refers: ClassVar = {"event": "event"}

    event: str
    reported: bool | None = None

    @property
    def what(self) -> str:
        """See `Expectation`."""
        how = {None: "", True: " reported", False: " not reported"}[self.reported]
        return f"event {self.event}{how}{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        if not isinstance(record, records.Event) or self.event not in (ANY, record.event):
            return False
        return self.reported in (None, record.reported)


class RequestLeaves(Occurrence):
    """A request leaves for a unit; `any` stands for each. Arguments are compared where they are given."""

    refers: ClassVar = {"request": "function", "unit": "unit"}

    request: str
    unit: str | None = None
    arguments: dict[ArgumentId, float] | None = None

    @property
    def what(self) -> str:
        """See `Expectation`."""
        arguments = "".join(f" {k}={value:g}" for k, value in (self.arguments or {}).items())
        to = f" to {self.unit}" if self.unit else ""
        return f"request {self.request}{arguments}{to}{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        if not isinstance(record, records.Request) or self.request not in (ANY, record.function):
            return False
        arguments = {str(k): value for k, value in record.arguments.items()}
        return self.unit in (None, record.unit) and self.arguments in (None, arguments)


class ReportLeaves(Occurrence):
    """A TM packet leaves for the ground: service and subtype, and its exact octets where they are given."""

    tm: tuple[int, int]
    apid: int | None = None
    data: Octets | None = None
    packet: Octets | None = None

    @property
    def what(self) -> str:
        """See `Expectation`."""
        of = "" if self.apid is None else f" of APID {self.apid}"
        octets = self.packet if self.data is None else self.data
        return f"TM[{self.tm[0]},{self.tm[1]}]{of}{f' {octets}' if octets else ''}{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        if not isinstance(record, records.Report) or self.tm != (record.service, record.subtype):
            return False
        octets = self.data in (None, record.data.hex()) and self.packet in (None, record.packet.hex())
        return octets and self.apid in (None, record.apid)


class LadderTells(Occurrence):
    """A level of the ladder takes a step; `any` stands for each level and for the ladder as a whole."""

    refers: ClassVar = {"level": "level", "action": "action"}
    _fields: ClassVar[tuple[str, ...]] = ("action", "attempt", "reason", "passive")

    level: str
    outcome: Outcome
    action: str | None = None
    attempt: Annotated[int, Field(ge=1)] | None = None
    reason: str | None = None
    passive: bool | None = None

    @property
    def what(self) -> str:
        """See `Expectation`."""
        given = ((name, getattr(self, name)) for name in self._fields)
        words = "".join(f", {name} {value}" for name, value in given if value is not None)
        return f"level {self.level} {self.outcome}{words}{self.when}"

    def matches(self, record: Record) -> bool:
        """See `Occurrence`."""
        if not isinstance(record, records.LadderStep) or self.outcome != record.outcome:
            return False
        alike = all(getattr(self, name) in (None, getattr(record, name)) for name in self._fields)
        return alike and self.level in (ANY, record.level)
