"""Recovery and the levels of the FDIR ladder in a mission file."""

from typing import Annotated, Literal

from pydantic import Field

from fdir_service.ladder.definitions import Kind, Member, Mode
from fdir_service.mission.sections import ArgumentId, EventId, Id, Name, Positive, Section

NotNegative = Annotated[float, Field(ge=0)]


class RecoverySection(Section):
    """What holds for the whole ladder; an event of 0 is not raised."""

    mode: Mode = Mode.PASSIVE
    rearm: Literal["automatic", "ground"] = "automatic"
    reply_s: Positive = Field(5.0, description="no TM[1,7] within this time: the attempt failed")
    confirm_s: Positive = Field(60.0, description="not nominal again within this time: the attempt failed")
    recovered_event: EventId = 0
    failed_event: EventId = Field(0, description="an attempt failed")
    exhausted_event: EventId = Field(0, description="a level has nothing left to try")
    inhibited_event: EventId = Field(0, description="a mode was restricted, or still is after nag_s")
    nag_s: Positive = 3600.0
    freeze_before_s: NotNegative = Field(10.0, description="how far a freeze frame reaches back")
    freeze_after_s: NotNegative = Field(5.0, description="how far a freeze frame reaches beyond the failure")


class ActionSection(Section):
    """An action: a function of a unit, or a request sequence."""

    name: Name
    kind: Kind
    unit: Name | None = None
    function: str = ""
    arguments: dict[ArgumentId, Member | float] = Field(default_factory=dict)
    sequence: str | None = None
    attempts: Annotated[int, Field(ge=1, le=255)] = 1
    reply_s: Positive | None = Field(None, description="None: that of [recovery]")
    confirm_s: Positive | None = Field(None, description="None: that of [recovery]")
    confirmed_by: Literal["nominal", "executed"] = "nominal"
    needs_classical: bool | None = Field(
        None, description="a check without a detector must agree; None: above level 1"
    )
    mode: Mode = Mode.ACTIVE


class LevelSection(Section):
    """A level of the ladder: what enters it, what it does, and how patiently."""

    id: Annotated[int, Field(ge=1, le=255)]
    name: Name
    number: Annotated[
        int, Field(ge=0, le=4, description="0 unit internal, 1 unit, 2 subsystem, 3 system, 4 safe mode")
    ]
    fmons: tuple[Id, ...] = Field((), description="FMONs whose failure enters the level")
    below: tuple[Name, ...] = Field((), description="levels whose exhaustion enters it")
    actions: Annotated[tuple[ActionSection, ...], Field(min_length=1)]
    wait_s: NotNegative = Field(0.0, description="confirmation time before the first action")
    cooldown_s: NotNegative = Field(0.0, description="least time between two actions")
    rearm_s: Positive = Field(600.0, description="attempts are given back after so long without a failure")
    latch: bool = Field(default=True, description="an exhausted level waits for the ground to re-arm it")
    last: bool = Field(default=False, description="no level takes over when this one is exhausted")
    mode: Mode = Mode.ACTIVE
