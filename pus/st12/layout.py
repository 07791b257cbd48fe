"""Layouts of ST[12] definitions and reports (ECSS-E-ST-70-41C clause 8.12).

Limits, thresholds and values are as wide as the type of the monitored parameter, masks of a validity
condition as wide as the validity parameter: a decoder needs the parameter table.
"""

from pus import cuc
from pus.codec import Codec, Reader, u8
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
    pmon_id, parameter = reader.id(), _parameter(reader, parameters)
    validity = read_validity(reader, parameters) if with_validity else None
    interval, repetition = reader.interval(), reader.repetition()
    return Pmon(
        pmon_id, parameter.id, _read_check(reader, parameter, pmon_id), repetition, interval, validity
    )


def read_modification(reader: Reader, parameters: ParameterTable) -> Pmon:
    """Read one entry of TC[12,7]: neither validity condition nor interval."""
    pmon_id, parameter = reader.id(), _parameter(reader, parameters)
    repetition = reader.repetition()
    return Pmon(pmon_id, parameter.id, _read_check(reader, parameter, pmon_id), repetition)


def _parameter(reader: Reader, parameters: ParameterTable) -> Parameter:
    parameter_id = reader.id()
    parameter = parameters.get(parameter_id)
    if parameter is None:
        raise UnreadableError(Failure(FailureCode.PARAMETER_NOT_ACCESSIBLE, parameter_id))
    return parameter


def read_validity(reader: Reader, parameters: ParameterTable) -> Validity | None:
    """Read a validity condition; parameter 0 means none (the two fields that follow are absent then)."""
    parameter_id = reader.id()
    if parameter_id == 0:
        return None
    parameter = parameters.get(parameter_id)
    if parameter is None or not parameter.type.is_unsigned:
        raise UnreadableError(Failure(FailureCode.VALIDITY_NOT_ACCESSIBLE, parameter_id))
    return Validity(parameter_id, int(reader.value(parameter.type)), int(reader.value(parameter.type)))


def _read_check(reader: Reader, parameter: Parameter, pmon_id: int) -> Check:
    code, kind = reader.u8(), parameter.type
    if code == CheckType.EXPECTED_VALUE and kind.is_unsigned:
        return ExpectedValue(int(reader.value(kind)), int(reader.value(kind)), reader.id())
    if code == CheckType.LIMIT:
        low, low_event, high, high_event = _read_bounds(reader, kind)
        return Limit(low, high, low_event, high_event)
    if code == CheckType.DELTA:
        low, low_event, high, high_event = _read_bounds(reader, kind)
        return Delta(low, high, low_event, high_event, reader.repetition())
    raise UnreadableError(Failure(FailureCode.OTHER_CHECK_TYPE, pmon_id))


def _read_bounds(reader: Reader, kind: ValueType) -> tuple[float, int, float, int]:
    return reader.value(kind), reader.id(), reader.value(kind), reader.id()


def encode_pmon(
    pmon: Pmon, parameters: ParameterTable, codec: Codec, *, with_validity: bool, status: bytes = b""
) -> bytes:
    """Encode one entry of TC[12,5], or of TM[12,9] with its PMON `status` octet."""
    kind = parameters.by_id[pmon.parameter].type
    head = codec.id(pmon.id) + codec.id(pmon.parameter)
    if with_validity:
        head += encode_validity(pmon.validity, parameters, codec)
    counting = codec.interval(pmon.interval) + status + codec.repetition(pmon.repetition)
    return head + counting + _encode_check(pmon.check, kind, codec)


def encode_modification(pmon: Pmon, parameters: ParameterTable, codec: Codec) -> bytes:
    """Encode one entry of TC[12,7]."""
    kind = parameters.by_id[pmon.parameter].type
    head = codec.id(pmon.id) + codec.id(pmon.parameter) + codec.repetition(pmon.repetition)
    return head + _encode_check(pmon.check, kind, codec)


def encode_validity(validity: Validity | None, parameters: ParameterTable, codec: Codec) -> bytes:
    """Encode a validity condition; none is parameter 0 alone."""
    if validity is None:
        return codec.id(0)
    kind = parameters.by_id[validity.parameter].type
    return codec.id(validity.parameter) + kind.pack(validity.mask) + kind.pack(validity.expected)


def _encode_check(check: Check, kind: ValueType, codec: Codec) -> bytes:
    head = u8(check.type)
    if isinstance(check, ExpectedValue):
        return head + kind.pack(check.mask) + kind.pack(check.expected) + codec.id(check.event)
    bounds = kind.pack(check.low) + codec.id(check.low_event)
    bounds += kind.pack(check.high) + codec.id(check.high_event)
    return head + bounds + (codec.repetition(check.consecutive) if isinstance(check, Delta) else b"")


def encode_transition(transition: Transition, parameters: ParameterTable, codec: Codec) -> bytes:
    """Encode one entry of TM[12,11] and TM[12,12]."""
    pmon = transition.pmon
    kind = parameters.by_id[pmon.parameter].type
    mask = kind.pack(pmon.check.mask) if isinstance(pmon.check, ExpectedValue) else b""
    return (
        codec.id(pmon.id)
        + codec.id(pmon.parameter)
        + u8(pmon.check.type)
        + mask
        + kind.pack(transition.value)
        + kind.pack(transition.crossed)
        + u8(transition.previous)
        + u8(transition.current)
        + cuc.encode(transition.time)
    )


def encode_pmon_event(transition: Transition, parameters: ParameterTable, codec: Codec) -> bytes:
    """Encode the auxiliary data of a PMON's event: PMON ID, parameter ID, value, limit crossed."""
    kind = parameters.by_id[transition.pmon.parameter].type
    return (
        codec.id(transition.pmon.id)
        + codec.id(transition.pmon.parameter)
        + kind.pack(transition.value)
        + kind.pack(transition.crossed)
    )


def encode_fmon_event(change: FmonChange, codec: Codec) -> bytes:
    """Encode the auxiliary data of an FMON's event: FMON ID, M, {PMON ID, checking status}."""
    pairs = zip(change.fmon.pmons, change.statuses, strict=True)
    entries = [codec.id(pmon) + u8(status) for pmon, status in pairs]
    return codec.id(change.fmon.id) + codec.counted(entries)


def read_fmon(reader: Reader, parameters: ParameterTable, *, with_validity: bool) -> Fmon:
    """Read one entry of TC[12,23]."""
    fmon_id = reader.id()
    validity = read_validity(reader, parameters) if with_validity else None
    event, minimum = reader.id(), reader.repetition()
    pmons = tuple(reader.id() for _ in range(reader.count()))
    return Fmon(fmon_id, event, pmons, minimum, validity)


def encode_fmon(
    fmon: Fmon, parameters: ParameterTable, codec: Codec, *, with_validity: bool, status: bytes = b""
) -> bytes:
    """Encode one entry of TC[12,23], or of TM[12,26] with protection and FMON `status` octets."""
    head = codec.id(fmon.id)
    if with_validity:
        head += encode_validity(fmon.validity, parameters, codec)
    return head + status + codec.id(fmon.event) + codec.repetition(fmon.minimum) + codec.ids(fmon.pmons)
