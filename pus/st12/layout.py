"""Layouts of ST[12] definitions and reports (ECSS-E-ST-70-41C clause 8.12).

Limits, thresholds and values are as wide as the type of the monitored parameter, masks of a validity
condition as wide as the validity parameter: a decoder needs the parameter table.
"""

from pus import codec, cuc
from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.instructions import UnreadableError
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.st12.definitions import (
    Check,
    CheckType,
    Delta,
    ExpectedValue,
    Fmon,
    Limit,
    Pmon,
    Validity,
)
from pus.st12.monitoring import FmonChange, Transition


def read_pmon(reader: Reader, parameters: ParameterTable, *, with_validity: bool) -> Pmon:
    """Read one entry of TC[12,5]."""
    pmon_id, parameter = reader.u16(), _parameter(reader, parameters)
    validity = read_validity(reader, parameters) if with_validity else None
    interval, repetition = reader.u32(), reader.u16()
    return Pmon(
        pmon_id, parameter.id, _read_check(reader, parameter, pmon_id), repetition, interval, validity
    )


def read_modification(reader: Reader, parameters: ParameterTable) -> Pmon:
    """Read one entry of TC[12,7]: neither validity condition nor interval."""
    pmon_id, parameter = reader.u16(), _parameter(reader, parameters)
    repetition = reader.u16()
    return Pmon(pmon_id, parameter.id, _read_check(reader, parameter, pmon_id), repetition)


def _parameter(reader: Reader, parameters: ParameterTable) -> Parameter:
    parameter_id = reader.u16()
    parameter = parameters.get(parameter_id)
    if parameter is None:
        raise UnreadableError(Failure(FailureCode.PARAMETER_NOT_ACCESSIBLE, parameter_id))
    return parameter


def read_validity(reader: Reader, parameters: ParameterTable) -> Validity | None:
    """Read a validity condition; parameter 0 means none (the two fields that follow are absent then)."""
    parameter_id = reader.u16()
    if parameter_id == 0:
        return None
    parameter = parameters.get(parameter_id)
    if parameter is None or not parameter.type.is_unsigned:
        raise UnreadableError(Failure(FailureCode.VALIDITY_NOT_ACCESSIBLE, parameter_id))
    return Validity(parameter_id, int(reader.value(parameter.type)), int(reader.value(parameter.type)))


def _read_check(reader: Reader, parameter: Parameter, pmon_id: int) -> Check:
    code, kind = reader.u8(), parameter.type
    if code == CheckType.EXPECTED_VALUE and kind.is_unsigned:
        return ExpectedValue(int(reader.value(kind)), int(reader.value(kind)), reader.u16())
    if code == CheckType.LIMIT:
        low, low_event, high, high_event = _read_bounds(reader, kind)
        return Limit(low, high, low_event, high_event)
    if code == CheckType.DELTA:
        low, low_event, high, high_event = _read_bounds(reader, kind)
        return Delta(low, high, low_event, high_event, reader.u16())
    raise UnreadableError(Failure(FailureCode.OTHER_CHECK_TYPE, pmon_id))


def _read_bounds(reader: Reader, kind: ValueType) -> tuple[float, int, float, int]:
    return reader.value(kind), reader.u16(), reader.value(kind), reader.u16()


def encode_pmon(pmon: Pmon, parameters: ParameterTable, *, with_validity: bool, status: bytes = b"") -> bytes:
    """Encode one entry of TC[12,5], or of TM[12,9] with its PMON `status` octet."""
    kind = parameters.by_id[pmon.parameter].type
    head = codec.u16(pmon.id) + codec.u16(pmon.parameter)
    if with_validity:
        head += encode_validity(pmon.validity, parameters)
    return (
        head
        + codec.u32(pmon.interval)
        + status
        + codec.u16(pmon.repetition)
        + _encode_check(pmon.check, kind)
    )


def encode_modification(pmon: Pmon, parameters: ParameterTable) -> bytes:
    """Encode one entry of TC[12,7]."""
    kind = parameters.by_id[pmon.parameter].type
    return (
        codec.u16(pmon.id)
        + codec.u16(pmon.parameter)
        + codec.u16(pmon.repetition)
        + _encode_check(pmon.check, kind)
    )


def encode_validity(validity: Validity | None, parameters: ParameterTable) -> bytes:
    """Encode a validity condition; none is parameter 0 alone."""
    if validity is None:
        return codec.u16(0)
    kind = parameters.by_id[validity.parameter].type
    return codec.u16(validity.parameter) + kind.pack(validity.mask) + kind.pack(validity.expected)


def _encode_check(check: Check, kind: ValueType) -> bytes:
    head = codec.u8(check.type)
    if isinstance(check, ExpectedValue):
        return head + kind.pack(check.mask) + kind.pack(check.expected) + codec.u16(check.event)
    bounds = kind.pack(check.low) + codec.u16(check.low_event)
    bounds += kind.pack(check.high) + codec.u16(check.high_event)
    return head + bounds + (codec.u16(check.consecutive) if isinstance(check, Delta) else b"")


def encode_transition(transition: Transition, parameters: ParameterTable) -> bytes:
    """Encode one entry of TM[12,11] and TM[12,12]."""
    pmon = transition.pmon
    kind = parameters.by_id[pmon.parameter].type
    mask = kind.pack(pmon.check.mask) if isinstance(pmon.check, ExpectedValue) else b""
    return (
        codec.u16(pmon.id)
        + codec.u16(pmon.parameter)
        + codec.u8(pmon.check.type)
        + mask
        + kind.pack(transition.value)
        + kind.pack(transition.crossed)
        + codec.u8(transition.previous)
        + codec.u8(transition.current)
        + cuc.encode(transition.time)
    )


def encode_pmon_event(transition: Transition, parameters: ParameterTable) -> bytes:
    """Encode the auxiliary data of a PMON's event: PMON ID, parameter ID, value, limit crossed."""
    kind = parameters.by_id[transition.pmon.parameter].type
    return (
        codec.u16(transition.pmon.id)
        + codec.u16(transition.pmon.parameter)
        + kind.pack(transition.value)
        + kind.pack(transition.crossed)
    )


def encode_fmon_event(change: FmonChange) -> bytes:
    """Encode the auxiliary data of an FMON's event: FMON ID, M, {PMON ID, checking status}."""
    pairs = zip(change.fmon.pmons, change.statuses, strict=True)
    entries = [codec.u16(pmon) + codec.u8(status) for pmon, status in pairs]
    return codec.u16(change.fmon.id) + codec.u16(len(entries)) + b"".join(entries)


def read_fmon(reader: Reader, parameters: ParameterTable, *, with_validity: bool) -> Fmon:
    """Read one entry of TC[12,23]."""
    fmon_id = reader.u16()
    validity = read_validity(reader, parameters) if with_validity else None
    event, minimum = reader.u16(), reader.u16()
    pmons = tuple(reader.u16() for _ in range(reader.count()))
    return Fmon(fmon_id, event, pmons, minimum, validity)


def encode_fmon(fmon: Fmon, parameters: ParameterTable, *, with_validity: bool, status: bytes = b"") -> bytes:
    """Encode one entry of TC[12,23], or of TM[12,26] with protection and FMON `status` octets."""
    head = codec.u16(fmon.id)
    if with_validity:
        head += encode_validity(fmon.validity, parameters)
    return head + status + codec.u16(fmon.event) + codec.u16(fmon.minimum) + codec.ids(list(fmon.pmons))
