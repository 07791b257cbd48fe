"""What happened in a chain test, as typed records; times in seconds of on-board time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Record:
    """Something that happened; `kind` and `what` are how the timeline shows it."""

    kind: ClassVar[str]
    time_s: float

    @property
    def what(self) -> str:
        """What happened, in words."""
        raise NotImplementedError

    @property
    def is_routine(self) -> bool:
        """Whether the timeline is easier to read without it."""
        return False


@dataclass(frozen=True, slots=True)
class Given(Record):
    """The test gave parameters new values, let a source be absent, or told a unit how to behave."""

    kind = "given"
    text: str

    @property
    def what(self) -> str:
        """See `Record`."""
        return self.text


@dataclass(frozen=True, slots=True)
class Command(Record):
    """A request of the ground, with its name and arguments."""

    kind = "tc"
    text: str

    @property
    def what(self) -> str:
        """See `Record`."""
        return self.text


@dataclass(frozen=True, slots=True)
class Transition(Record):
    """A PMON established another checking status."""

    kind = "pmon"
    pmon: str
    parameter: str
    previous: str
    current: str
    value: float | None
    limit: float

    @property
    def what(self) -> str:
        """See `Record`."""
        value = "overflow" if self.value is None else f"{self.value:g}"
        return f"{self.pmon}: {self.previous} -> {self.current} ({self.parameter} = {value})"

    @property
    def is_routine(self) -> bool:
        """The first nominal status."""
        return (self.previous, self.current) == ("unchecked", "nominal")


@dataclass(frozen=True, slots=True)
class FmonChange(Record):
    """An FMON got another checking status."""

    kind = "fmon"
    fmon: str
    previous: str
    current: str

    @property
    def what(self) -> str:
        """See `Record`."""
        return f"{self.fmon}: {self.previous} -> {self.current}"

    @property
    def is_routine(self) -> bool:
        """The first run."""
        return (self.previous, self.current) == ("unchecked", "running")


@dataclass(frozen=True, slots=True)
class Event(Record):
    """An event occurred, reported to the ground or not; `data` is its auxiliary data."""

    kind = "event"
    event: str
    severity: str
    reported: bool
    data: bytes

    @property
    def what(self) -> str:
        """See `Record`."""
        return f"{self.event} [{self.severity}]" + ("" if self.reported else ", not reported")


@dataclass(frozen=True, slots=True)
class LadderStep(Record):
    """The ladder did or found something; `level` is its name, or nothing for the ladder as a whole."""

    kind = "ladder"
    level: str
    outcome: str
    action: str
    attempt: int
    unit: str
    reason: str
    passive: bool

    @property
    def what(self) -> str:
        """See `Record`."""
        attempt = f" ({self.attempt})" if self.attempt > 1 else ""
        words = [f"{self.level or 'ladder'}:", f"{self.action}{attempt}" if self.action else ""]
        words += [f"on {self.unit}" if self.unit else "", self.outcome]
        words += [f"({self.reason})" if self.reason else "", "in passive mode" if self.passive else ""]
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Request(Record):
    """A request left for a unit; arguments by argument ID where it asks for a function."""

    kind = "request"
    unit: str
    function: str
    arguments: Mapping[int, float]
    level: str
    action: str
    packet: bytes

    @property
    def what(self) -> str:
        """See `Record`."""
        arguments = "".join(f" {k}={value:g}" for k, value in self.arguments.items())
        return f"{self.unit} {self.function}{arguments}"


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """A unit's TM[1,x] on a request."""

    kind = "answer"
    unit: str
    subtype: int

    @property
    def what(self) -> str:
        """See `Record`."""
        return f"{self.unit} TM[1,{self.subtype}]"

    @property
    def is_routine(self) -> bool:
        """What is not final."""
        return self.subtype in (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Silence(Record):
    """A source fell silent."""

    kind = "silence"
    source: str

    @property
    def what(self) -> str:
        """See `Record`."""
        return f"{self.source} is silent"


@dataclass(frozen=True, slots=True)
class Report(Record):
    """A TM packet for the ground: ours, or a unit's that is passed on."""

    kind = "tm"
    apid: int
    service: int
    subtype: int
    data: bytes
    packet: bytes

    @property
    def what(self) -> str:
        """See `Record`."""
        return f"TM[{self.service},{self.subtype}] of APID {self.apid}: {self.data.hex() or 'no data'}"
