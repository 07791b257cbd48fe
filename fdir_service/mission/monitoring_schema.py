"""Sections of a mission file that define monitoring: PMONs and FMONs."""

from typing import Annotated, Literal

from pydantic import Field

from fdir_service.mission.sections import EventId, Id, Interval, Name, Octet, Repetition, Section, Width


class ValiditySection(Section):
    """Valid while (parameter AND mask) = expected."""

    parameter: Name
    mask: Octet = 0xFFFF_FFFF
    expected: Octet


class _PmonSection(Section):
    id: Id
    name: Name
    parameter: Name
    repetition: Repetition = 1
    interval: Interval = 1
    validity: ValiditySection | None = None
    enabled: bool = True


class ExpectedPmonSection(_PmonSection):
    """PMON: (value AND mask) must equal `expected`."""

    check: Literal["expected"]
    mask: Octet | None = None
    expected: Octet
    event: EventId = 0


class LimitPmonSection(_PmonSection):
    """PMON: low <= value <= high."""

    check: Literal["limit"]
    low: float
    high: float
    low_event: EventId = 0
    high_event: EventId = 0


class DeltaPmonSection(_PmonSection):
    """PMON: low <= mean of the last `consecutive` signed differences <= high."""

    check: Literal["delta"]
    low: float
    high: float
    low_event: EventId = 0
    high_event: EventId = 0
    consecutive: Repetition = 1


PmonSection = Annotated[
    ExpectedPmonSection | LimitPmonSection | DeltaPmonSection, Field(discriminator="check")
]


class FmonSection(Section):
    """FMON: failed when at least `minimum` of its PMONs are in violation."""

    id: Id
    name: Name
    pmons: Annotated[tuple[Id, ...], Field(min_length=1), Width("count")]
    minimum: Repetition = 1
    event: EventId = 0
    validity: ValiditySection | None = None
    enabled: bool = True
    protected: bool = True
