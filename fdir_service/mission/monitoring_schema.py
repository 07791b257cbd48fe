"""Sections of a mission file that define monitoring: PMONs and FMONs."""

from typing import Annotated, Literal

from pydantic import Field

from fdir_service.mission.sections import Count, Id, Name, Octet, Section


class ValiditySection(Section):
    """Valid while (parameter AND mask) = expected."""

    parameter: Name
    mask: Octet = 0xFFFF_FFFF
    expected: Octet


class _PmonSection(Section):
    id: Id
    name: Name
    parameter: Name
    repetition: Count = 1
    interval: Annotated[int, Field(ge=1, le=0xFFFF_FFFF)] = 1
    validity: ValiditySection | None = None
    enabled: bool = True


class ExpectedPmonSection(_PmonSection):
    """PMON: (value AND mask) must equal `expected`."""

    check: Literal["expected"]
    mask: Octet | None = None
    expected: Octet
    event: Annotated[int, Field(ge=0, le=0xFFFF)] = 0


class LimitPmonSection(_PmonSection):
    """PMON: low <= value <= high."""

    check: Literal["limit"]
    low: float
    high: float
    low_event: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    high_event: Annotated[int, Field(ge=0, le=0xFFFF)] = 0


class DeltaPmonSection(_PmonSection):
    """PMON: low <= mean of the last `consecutive` signed differences <= high."""

    check: Literal["delta"]
    low: float
    high: float
    low_event: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    high_event: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    consecutive: Count = 1


PmonSection = Annotated[
    ExpectedPmonSection | LimitPmonSection | DeltaPmonSection, Field(discriminator="check")
]


class FmonSection(Section):
    """FMON: failed when at least `minimum` of its PMONs are in violation."""

    id: Id
    name: Name
    pmons: Annotated[tuple[Id, ...], Field(min_length=1)]
    minimum: Count = 1
    event: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    validity: ValiditySection | None = None
    enabled: bool = True
    protected: bool = True
