"""Decoders of ST[12] reports."""

from fdir_service.ground.fields import Fields, Source
from fdir_service.journal import status_name
from pus.codec import undecodable
from pus.parameters import Parameter
from pus.st12.definitions import (
    Check,
    CheckType,
    Delta,
    ExpectedValue,
    FmonChecking,
    Limit,
    Pmon,
    PmonChecking,
)

_CHECKS: dict[CheckType, Check] = {
    CheckType.EXPECTED_VALUE: ExpectedValue(0, 0),
    CheckType.LIMIT: Limit(0, 0),
    CheckType.DELTA: Delta(0, 0),
}


def status(kind: CheckType, raw: int) -> str:
    """Return a PMON checking status in words, which depend on the check."""
    return status_name(Pmon(0, 0, _CHECKS[kind], 1), PmonChecking(raw))


def validity(source: Source) -> Fields:
    """Read a validity condition; parameter 0 means none."""
    identifier = source.reader.id()
    if identifier == 0:
        return {}
    found = source.mission.parameters.get(identifier)
    if found is None:
        raise undecodable(f"validity parameter {identifier} is unknown")
    mask, expected = source.value(found), source.value(found)
    return {"validity": {"parameter": found.name, "mask": mask, "expected": expected}}


def check(source: Source, parameter: Parameter) -> Fields:
    """Read check type and criteria."""
    kind = CheckType(source.reader.u8())
    if kind is CheckType.EXPECTED_VALUE:
        mask, expected = source.value(parameter), source.value(parameter)
        return {"check": "expected", "mask": mask, "expected": expected, "event": source.reader.id()}
    bounds = {
        "low": source.value(parameter),
        "low_event": source.reader.id(),
        "high": source.value(parameter),
        "high_event": source.reader.id(),
    }
    if kind is CheckType.LIMIT:
        return {"check": "limit", **bounds}
    return {"check": "delta", **bounds, "consecutive": source.reader.repetition()}


def _pmon(source: Source) -> Fields:
    head, parameter = source.pmon(), source.parameter()
    condition = validity(source) if source.mission.profile.pmon_validity else {}
    counting = {
        "interval": source.reader.interval(),
        "enabled": source.flag(),
        "repetition": source.reader.repetition(),
    }
    return {**head, "parameter": parameter.name, **condition, **counting, **check(source, parameter)}


def pmon_definitions(source: Source) -> Fields:
    """TM[12,9]."""
    return {"max_delay": source.reader.interval(), "pmons": source.many(_pmon)}


def _transition(source: Source) -> Fields:
    head, parameter = source.pmon(), source.parameter()
    kind = CheckType(source.reader.u8())
    mask = {"mask": source.value(parameter)} if kind is CheckType.EXPECTED_VALUE else {}
    return {
        **head,
        "parameter": parameter.name,
        **mask,
        "value": source.value(parameter),
        "limit": source.value(parameter),
        "previous": status(kind, source.reader.u8()),
        "current": status(kind, source.reader.u8()),
        "time_s": source.time_s(),
    }


def transitions(source: Source) -> Fields:
    """TM[12,11] and TM[12,12]."""
    return {"transitions": source.many(_transition)}


def pmon_statuses(source: Source) -> Fields:
    """TM[12,14]."""
    return {"pmons": source.many(lambda s: {**s.pmon(), "enabled": s.flag()})}


def _fmon(source: Source) -> Fields:
    head = source.fmon()
    condition = validity(source) if source.mission.profile.fmon_validity else {}
    flags = {"protected": source.flag(), "enabled": source.flag()}
    rest = {"event": source.reader.id(), "minimum": source.reader.repetition()}
    return {**head, **condition, **flags, **rest, "pmons": source.many(lambda s: s.reader.id())}


def fmon_definitions(source: Source) -> Fields:
    """TM[12,26]."""
    return {"fmons": source.many(_fmon)}


def _fmon_status(source: Source) -> Fields:
    head, protected, enabled = source.fmon(), source.flag(), source.flag()
    checking = FmonChecking(source.reader.u8()).name.lower()
    return {**head, "protected": protected, "enabled": enabled, "status": checking}


def fmon_statuses(source: Source) -> Fields:
    """TM[12,28]."""
    return {"fmons": source.many(_fmon_status)}


def pmon_event(source: Source) -> Fields:
    """Auxiliary data of a PMON's event."""
    head, parameter = source.pmon(), source.parameter()
    value, limit = source.value(parameter), source.value(parameter)
    return {**head, "parameter": parameter.name, "value": value, "limit": limit}


def fmon_event(source: Source) -> Fields:
    """Auxiliary data of an FMON's event."""
    head = source.fmon()
    return {**head, "pmons": source.many(_monitored)}


def _monitored(source: Source) -> Fields:
    head, raw = source.pmon(), source.reader.u8()
    found = source.mission.pmons.get(head["pmon"])
    words = status(found.check.type, raw) if found else PmonChecking(raw).name.lower()
    return {**head, "status": words}
