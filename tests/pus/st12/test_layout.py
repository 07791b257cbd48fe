"""Layouts of ST[12]: what is written is read again, in both profiles and in any widths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.codec import DEFAULT, Codec, Reader, most
from pus.failure import FailureCode, RequestError
from pus.instructions import UnreadableError
from pus.parameters import Parameter
from pus.st12 import layout
from pus.st12.definitions import (
    Check,
    Delta,
    ExpectedValue,
    Fmon,
    FmonChecking,
    Limit,
    Pmon,
    PmonChecking,
    Validity,
)
from pus.st12.monitoring import FmonChange, Transition
from tests.pus.spacecraft import FAILED, FRESH, HIGH, LOW, MODE, PARAMETERS, SPIN, VOLTAGE
from tests.pus.vectors import TC, TIME, TM
from tests.pus.widths import codecs

MONITORED = [p for p in PARAMETERS.parameters if p.source]


def values_of(parameter: Parameter) -> st.SearchStrategy[float]:
    """Return values that a parameter's octets can carry."""
    octets = st.binary(min_size=parameter.type.size, max_size=parameter.type.size)
    return octets.map(parameter.type.unpack).filter(lambda value: value == value)


def up_to(octets: int) -> st.SearchStrategy[int]:
    """Return numbers of so many octets, the greatest ones among them."""
    return st.integers(0, most(octets)) | st.just(most(octets))


def validities() -> st.SearchStrategy[Validity | None]:
    octet = st.integers(0, 255)
    return st.none() | st.builds(Validity, st.sampled_from([FRESH, SPIN]), octet, octet)


@st.composite
def checks(draw: st.DrawFn, parameter: Parameter, fields: Codec) -> Check:
    value, event = values_of(parameter), up_to(fields.widths.identifier)
    kinds = [Limit, Delta] + [ExpectedValue] * parameter.type.is_unsigned
    kind = draw(st.sampled_from(kinds))
    if kind is ExpectedValue:
        return ExpectedValue(int(draw(value)), int(draw(value)), draw(event))
    bounds = draw(value), draw(value), draw(event), draw(event)
    return Delta(*bounds, draw(up_to(fields.widths.repetition))) if kind is Delta else Limit(*bounds)


@st.composite
def pmons(draw: st.DrawFn, fields: Codec) -> Pmon:
    parameter, widths = draw(st.sampled_from(MONITORED)), fields.widths
    number, repetition, interval = map(up_to, (widths.identifier, widths.repetition, widths.interval))
    check = draw(checks(parameter, fields))
    return Pmon(draw(number), parameter.id, check, draw(repetition), draw(interval), draw(validities()))


def fmons(fields: Codec) -> st.SearchStrategy[Fmon]:
    number, repetition = up_to(fields.widths.identifier), up_to(fields.widths.repetition)
    members = st.lists(number, min_size=1, max_size=5).map(tuple)
    return st.builds(Fmon, number, number, members, repetition, validities())


WITH_PMON = codecs(identifiers=(2, 4)).flatmap(lambda fields: st.tuples(st.just(fields), pmons(fields)))
WITH_FMON = codecs(identifiers=(2, 4)).flatmap(lambda fields: st.tuples(st.just(fields), fmons(fields)))
"""The parameters of the spacecraft need identifiers of two octets."""


@given(WITH_PMON, st.booleans())
def test_a_parameter_monitoring_definition_comes_back(drawn: tuple[Codec, Pmon], with_validity: bool) -> None:
    fields, pmon = drawn
    octets = layout.encode_pmon(pmon, PARAMETERS, fields, with_validity=with_validity)
    reader = Reader(octets, fields.widths)
    back = layout.read_pmon(reader, PARAMETERS, with_validity=with_validity)
    reader.end()
    assert back.validity == (pmon.validity if with_validity else None)
    assert layout.encode_pmon(back, PARAMETERS, fields, with_validity=with_validity) == octets
    assert (back.id, back.parameter, back.check, back.repetition, back.interval) == (
        *(pmon.id, pmon.parameter, pmon.check, pmon.repetition, pmon.interval),
    )


@given(WITH_PMON)
def test_a_modification_carries_neither_condition_nor_interval(drawn: tuple[Codec, Pmon]) -> None:
    fields, pmon = drawn
    reader = Reader(layout.encode_modification(pmon, PARAMETERS, fields), fields.widths)
    back = layout.read_modification(reader, PARAMETERS)
    reader.end()
    assert back == Pmon(pmon.id, pmon.parameter, pmon.check, pmon.repetition)


@given(WITH_FMON, st.booleans())
def test_a_functional_monitoring_definition_comes_back(
    drawn: tuple[Codec, Fmon], with_validity: bool
) -> None:
    fields, fmon = drawn
    octets = layout.encode_fmon(fmon, PARAMETERS, fields, with_validity=with_validity)
    reader = Reader(octets, fields.widths)
    back = layout.read_fmon(reader, PARAMETERS, with_validity=with_validity)
    reader.end()
    expected = fmon.validity if with_validity else None
    assert back == Fmon(fmon.id, fmon.event, fmon.pmons, fmon.minimum, expected)


def test_the_golden_entries_are_written() -> None:
    limit = Pmon(7, VOLTAGE, Limit(-5.0, 45.5, LOW, HIGH), 3, 10)
    mode = Pmon(8, MODE, ExpectedValue(0x00FF, 3, 1203), 5)
    entry = layout.encode_pmon(limit, PARAMETERS, DEFAULT, with_validity=False)
    assert DEFAULT.counted([entry]) == TC["TC[12,5] limit"].data
    assert b"\0\1" + layout.encode_modification(mode, PARAMETERS, DEFAULT) == TC["TC[12,7]"].data
    delta = Pmon(9, VOLTAGE, Delta(-0.5, 0.5, 0, 1204, 4), 3, 10, Validity(MODE, 1, 1))
    encoded = layout.encode_pmon(delta, PARAMETERS, DEFAULT, with_validity=True)
    assert b"\0\1" + encoded == TC["TC[12,5] with validity"].data
    fmon = Fmon(3, FAILED, (7, 8), 2)
    entry = layout.encode_fmon(fmon, PARAMETERS, DEFAULT, with_validity=False)
    assert DEFAULT.counted([entry]) == TC["TC[12,23]"].data


def test_golden_transitions_and_events_are_written() -> None:
    pmon = Pmon(7, VOLTAGE, Limit(-5.0, 45.5, LOW, HIGH), 3, 10)
    above = Transition(pmon, PmonChecking.NOMINAL, PmonChecking.HIGH, 46.25, 45.5, TIME)
    assert b"\0\1" + layout.encode_transition(above, PARAMETERS, DEFAULT) == TM["TM[12,12] limit"].data
    assert codec.u16(HIGH) + layout.encode_pmon_event(above, PARAMETERS, DEFAULT) == TM["TM[5,3]"].data


def test_the_event_of_a_functional_definition_tells_the_status_of_each_check() -> None:
    statuses = PmonChecking.HIGH, PmonChecking.INVALID
    change = FmonChange(Fmon(3, FAILED, (7, 8)), FmonChecking.RUNNING, FmonChecking.FAILED, statuses, 0)
    assert layout.encode_fmon_event(change, DEFAULT).hex() == "0003" + "0002" + "000704" + "000802"


def test_no_condition_is_parameter_0_alone() -> None:
    assert layout.encode_validity(None, PARAMETERS, DEFAULT) == b"\0\0"
    assert layout.read_validity(Reader(b"\0\0"), PARAMETERS) is None


@pytest.mark.parametrize(
    ("octets", "code", "offender"),
    [
        ("000109990000", FailureCode.PARAMETER_NOT_ACCESSIBLE, 0x999),
        ("0001010109990000", FailureCode.VALIDITY_NOT_ACCESSIBLE, 0x999),
        ("0001010101010000", FailureCode.VALIDITY_NOT_ACCESSIBLE, VOLTAGE),
        ("00010101000000000001000100", FailureCode.OTHER_CHECK_TYPE, 1),
        ("00010102000000000001000103", FailureCode.OTHER_CHECK_TYPE, 1),
    ],
    ids=["parameter", "condition", "condition on a float", "mask on a float", "unknown check"],
)
def test_what_has_no_known_width_cannot_be_read(octets: str, code: FailureCode, offender: int) -> None:
    with pytest.raises(UnreadableError) as refusal:
        layout.read_pmon(Reader(bytes.fromhex(octets)), PARAMETERS, with_validity=True)
    assert (refusal.value.failure.code, refusal.value.failure.id) == (code, offender)


@given(WITH_PMON, st.data())
def test_a_cut_definition_is_undecodable(drawn: tuple[Codec, Pmon], data: st.DataObject) -> None:
    fields, pmon = drawn
    octets = layout.encode_pmon(pmon, PARAMETERS, fields, with_validity=True)
    cut = data.draw(st.integers(0, len(octets) - 1))
    with pytest.raises(RequestError):
        layout.read_pmon(Reader(octets[:cut], fields.widths), PARAMETERS, with_validity=True)
