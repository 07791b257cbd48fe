"""The mission file as frozen pydantic models; its JSON Schema is generated from here."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from fdir_service.mission.ladder_schema import LevelSection, RecoverySection
from fdir_service.mission.monitoring_schema import FmonSection, PmonSection
from fdir_service.mission.profile_schema import ProfileSection
from fdir_service.mission.sections import (
    Apid,
    ArgumentId,
    Id,
    Interval,
    Name,
    Octet,
    Positive,
    Section,
    Text,
    Width,
)
from fdir_service.mission.segment_schema import SegmentSection
from fdir_service.mission.source_schema import SourceSection
from pus.parameters import ValueType
from pus.profile import Profile


def _check_epoch(epoch: str) -> str:
    # The last on-board time, 2^32 s after the epoch, must be a time in 64-bit ns since 1970 as well.
    if not 1700 <= datetime.fromisoformat(epoch).year < 2126:
        raise ValueError("the year must be from 1700 to 2125")
    return epoch


class MissionSection(Section):
    """Identity of the application process."""

    name: Name
    title: Text = ""
    apid: Apid
    epoch: Annotated[
        str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), AfterValidator(_check_epoch)
    ] = Profile().epoch


DerivedKind = Literal[
    "difference",
    "samples_since_change",
    "known",
    "smoothed",
    "delayed",
    "at_least",
    "switched_on",
    "seconds_since",
    "digest",
]
_NEEDED = {"smoothed": "seconds", "delayed": "seconds", "switched_on": "seconds", "at_least": "limit"}
_ALLOWED = {"seconds_since": {"gap_s", "least_s"}}


class DerivedSection(Section):
    """A parameter computed from another one of the same source, or from the images of a source."""

    id: Id
    name: Name
    kind: DerivedKind
    input: Name
    unit: Text = ""
    seconds: Positive | None = Field(
        None, description="smoothed: time constant; delayed: how long ago; switched_on: how long it was 0"
    )
    limit: float | None = Field(None, description="at_least: the value from which it is 1")
    gap_s: Positive | None = Field(None, description="seconds_since: a longer gap lets it start anew")
    least_s: Positive | None = Field(None, description="seconds_since: not known below")

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        given = {key for key in ("seconds", "limit", "gap_s", "least_s") if getattr(self, key) is not None}
        needed = {_NEEDED[self.kind]} if self.kind in _NEEDED else set()
        if needed - given:
            raise ValueError(f"{self.kind} needs {', '.join(needed)}")
        if foreign := given - needed - _ALLOWED.get(self.kind, set()):
            raise ValueError(f"{self.kind} has no {', '.join(sorted(foreign))}")
        return self


class SettingSection(Section):
    """A parameter that only TC[20,3] changes; it is part of a source's samples from then on."""

    id: Id
    name: Name
    source: Name
    type: ValueType = ValueType.U8
    value: float = 0.0


HealthKind = Literal[
    "samples_received",
    "samples_lost",
    "samples_rejected",
    "events_detected",
    "events_reported",
    "pmons_enabled",
    "pmons_in_violation",
    "fmons_failed",
    "recovery_attempts",
    "recovery_mode",
    "levels_open",
    "levels_exhausted",
    "units_failed",
    "inhibitions",
    "fmons_protected",
]


class HealthSection(Section):
    """A count or status of the service itself (u32), to be read and reported but not monitored."""

    id: Id
    name: Name
    kind: HealthKind


class OutputSection(Section):
    """Parameters that carry one output of a detector; thresholds default to those of the card."""

    output: Name
    score_id: Id
    index_id: Annotated[Id | None, Width("identifier")] = Field(
        None, description="absent: a plain score, which becomes no index"
    )
    name: Name = Field(description="name of the index, the score is NAME.score; of the score if it is plain")
    on: float | None = None
    off: float | None = None

    @property
    def named(self) -> dict[str, int]:
        """Names of the parameters that carry it, with their ids: the score first."""
        if self.index_id is None:
            return {self.name: self.score_id}
        return {f"{self.name}.score": self.score_id, self.name: self.index_id}


class DetectorSection(Section):
    """An ONNX detector on the parameters of one source, or on the images of one."""

    name: Name
    model: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    inputs: tuple[Name, ...] = ()
    source: Name | None = Field(None, description="the source of images that it looks at, instead of inputs")
    outputs: Annotated[tuple[OutputSection, ...], Field(min_length=1)]
    compiled_step: Annotated[
        bool, Field(description="score single samples by a compiled step, if the extra fast is installed")
    ] = False

    @model_validator(mode="after")
    def _inputs_or_images(self) -> Self:
        if bool(self.inputs) is (self.source is not None):
            raise ValueError("a detector has either inputs or a source of images")
        return self


class EventSection(Section):
    """An event definition of ST[05]."""

    id: Id
    name: Name
    severity: Literal["informative", "low", "medium", "high"]
    limit: Annotated[int, Field(ge=0)] = Field(0, description="reports in a window at most; 0: no limit")
    window_s: Positive = 60.0


class HousekeepingSection(Section):
    """A housekeeping structure of ST[03]; the interval is in minimum sampling intervals."""

    sid: Id
    interval: Interval
    parameters: Annotated[tuple[Name, ...], Field(min_length=1), Width("count")]
    enabled: bool = True


class FunctionSection(Section):
    """An ST[08] function of a unit; argument types by argument ID."""

    name: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,16}$")]
    arguments: Annotated[dict[ArgumentId, ValueType], Width("identifier"), Width("count")] = Field(
        default_factory=dict
    )


class UnitSection(Section):
    """A unit, or a redundant pair of units, that is an application process of its own."""

    name: Name
    apid: Apid
    functions: tuple[FunctionSection, ...] = ()
    parameters: tuple[Name, ...] = Field((), description="parameters that the unit measures")
    selected: Name | None = Field(None, description="parameter that says which member is used")
    members: Annotated[
        tuple[Octet, ...], Field(description="values of `selected`, in order of preference")
    ] = (
        0,
        1,
    )


Arguments = dict[ArgumentId, float]


class StepSection(Section):
    """A step of a sequence: a function of a unit, or FMONs to disable or enable, and the wait after it."""

    unit: Name | None = None
    function: str = ""
    arguments: Arguments = Field(default_factory=dict)
    disable_fmons: tuple[Id, ...] = ()
    enable_fmons: tuple[Id, ...] = Field((), description="one that was disabled begins anew: it is re-armed")
    delay_s: Annotated[float, Field(ge=0)] = 0.0


class SequenceSection(Section):
    """A request sequence of ST[21]."""

    name: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,16}$")]
    steps: Annotated[tuple[StepSection, ...], Field(min_length=1), Width("count")]
    loaded: Annotated[bool, Field(description="False: to be loaded by reference first")] = True


class EventActionSection(Section):
    """An event-action definition: the event releases a function of a unit, or activates a sequence."""

    event: Id
    unit: Name | None = None
    function: str = ""
    arguments: Arguments = Field(default_factory=dict)
    sequence: str | None = None
    enabled: bool = True


Endpoint = Annotated[str, Field(pattern=r"^(tcp|ipc|inproc)://.+$")]
PortNumber = Annotated[int, Field(ge=0, le=65535)]


class InterfaceSection(Section):
    """Where the daemon listens and connects; each may be replaced on the command line."""

    samples: Endpoint = "tcp://127.0.0.1:5555"
    units: Endpoint = "tcp://127.0.0.1:5556"
    telemetry: Endpoint = "tcp://127.0.0.1:5557"
    commands: Endpoint = "tcp://127.0.0.1:5558"
    tcp_host: str = Field("127.0.0.1", description="where the TCP ports listen")
    tm_port: PortNumber | None = Field(None, description="TM over TCP; None: off, 0: any free port")
    tc_port: PortNumber | None = Field(None, description="ground TCs over TCP; None: off, 0: any free port")
    metrics_host: str = "127.0.0.1"
    metrics_port: PortNumber = 9108


class MissionFile(Section):
    """A whole mission file."""

    mission: MissionSection
    profile: ProfileSection = ProfileSection()
    source: Annotated[tuple[SourceSection, ...], Field(min_length=1)]
    derived: tuple[DerivedSection, ...] = ()
    segment: tuple[SegmentSection, ...] = ()
    setting: tuple[SettingSection, ...] = ()
    health: tuple[HealthSection, ...] = ()
    detector: tuple[DetectorSection, ...] = ()
    event: tuple[EventSection, ...] = ()
    pmon: tuple[PmonSection, ...] = ()
    fmon: tuple[FmonSection, ...] = ()
    housekeeping: tuple[HousekeepingSection, ...] = ()
    unit: tuple[UnitSection, ...] = ()
    sequence: tuple[SequenceSection, ...] = ()
    event_action: tuple[EventActionSection, ...] = ()
    recovery: RecoverySection = RecoverySection()
    level: tuple[LevelSection, ...] = ()
    interfaces: InterfaceSection = InterfaceSection()


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of mission files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **MissionFile.model_json_schema()}
