"""ST[03] housekeeping and diagnostic reports: layouts, refusals, and what a report carries when."""

import math

import pytest

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.st03 import DIAGNOSTIC, HOUSEKEEPING, Housekeeping, ParameterSet, Structure
from tests.pus.spacecraft import COUNT, FRESH, GROUND, MODE, VOLTAGE, ask, build, notices
from tests.pus.vectors import TC, TM

UNIT = 100
"""Minimum sampling interval of these tests, ns."""
PLAIN = Structure(2, 10, (VOLTAGE, MODE))
MIXED = Structure(3, 2, (VOLTAGE,), (ParameterSet(4, (FRESH, MODE)), ParameterSet(1, (COUNT,))))
CREATE_MIXED = bytes.fromhex("0003 00000002 0001 0101 0002 0004 0002 0103 0102 0001 0001 0302")
"""SID 3, interval 2, one simple parameter, two sets: 4 times (0x0103, 0x0102), once (0x0302)."""

KINDS = pytest.mark.parametrize("offset", [HOUSEKEEPING, DIAGNOSTIC])


def part(chain: Chain, offset: int) -> Housekeeping:
    service = chain.services.st03
    return service.diagnostic if offset else service.housekeeping


def subtype(offset: int, housekeeping: int) -> int:
    """Return the message subtype of a diagnostic request by that of the one for housekeeping."""
    return housekeeping + {5: 2, 6: 2, 9: 2}.get(housekeeping, 1) * offset


def with_structures(*structures: Structure, enabled: bool = False, offset: int = HOUSEKEEPING) -> Chain:
    chain = build()
    for structure in structures:
        part(chain, offset).define(structure, enabled=enabled)
    return chain


# --- layouts -------------------------------------------------------------------------------------------


@KINDS
def test_a_structure_is_created_disabled(offset: int) -> None:
    chain = build()
    assert ask(chain, 3, subtype(offset, 1), TC["TC[3,1]"].data) == []
    assert ask(chain, 3, subtype(offset, 1), CREATE_MIXED) == []
    assert part(chain, offset).structures == {2: PLAIN, 3: MIXED}
    assert part(chain, offset).collections == {}
    assert part(chain, not offset).structures == {}


@KINDS
def test_a_structure_is_deleted(offset: int) -> None:
    chain = with_structures(PLAIN, MIXED, offset=offset)
    assert ask(chain, 3, subtype(offset, 3), codec.DEFAULT.ids([3, 2])) == []
    assert part(chain, offset).structures == {}


@KINDS
def test_periodic_generation_is_enabled_and_disabled(offset: int) -> None:
    chain = with_structures(PLAIN, MIXED, offset=offset)
    assert ask(chain, 3, subtype(offset, 5), codec.DEFAULT.ids([3])) == []
    assert set(part(chain, offset).collections) == {3}
    assert ask(chain, 3, subtype(offset, 6), codec.DEFAULT.ids([3, 2])) == []
    assert part(chain, offset).collections == {}


@KINDS
def test_every_structure_is_reported_on_its_own(offset: int) -> None:
    chain = with_structures(MIXED, offset=offset)
    part(chain, offset).define(PLAIN, enabled=True)
    plain, mixed = ask(chain, 3, subtype(offset, 9), codec.DEFAULT.ids([2, 3]))
    assert (plain.service, plain.subtype, plain.destination) == (3, 10 + 2 * offset, GROUND)
    assert plain.data == bytes.fromhex("0002 01 0000000a 0002 0101 0102 0000")
    assert mixed.data == CREATE_MIXED[:2] + b"\0" + CREATE_MIXED[2:]


@KINDS
def test_one_report_is_generated_on_request(offset: int) -> None:
    chain = with_structures(PLAIN, offset=offset)
    part(chain, offset).value = {VOLTAGE: 46.25, MODE: 3.0}.__getitem__
    [report] = ask(chain, 3, subtype(offset, 27), codec.DEFAULT.ids([2]))
    assert (report.subtype, report.data) == (25 + offset, TM["TM[3,25]"].data)


def test_a_report_on_request_fills_its_sets_with_the_newest_values() -> None:
    chain = with_structures(MIXED)
    chain.services.st03.housekeeping.value = {VOLTAGE: 0.5, FRESH: 1.0, MODE: 2.0, COUNT: 7.0}.__getitem__
    [report] = ask(chain, 3, 27, codec.DEFAULT.ids([3]))
    assert report.data == bytes.fromhex("0003 3fe0000000000000" + 4 * "010002" + "00000007")


def test_values_that_are_not_known_are_told_in_band() -> None:
    [report] = ask(with_structures(PLAIN), 3, 27, codec.DEFAULT.ids([2]))
    assert math.isnan(ValueType.F64.unpack(report.data[2:10]))
    assert report.data[10:] == b"\xff\xff"


@KINDS
def test_parameters_are_appended_while_generation_is_disabled(offset: int) -> None:
    chain = with_structures(PLAIN, offset=offset)
    data = bytes.fromhex("0002 0001 0103 0001 0002 0001 0302")
    assert ask(chain, 3, subtype(offset, 29), data) == []
    longer = Structure(2, 10, (VOLTAGE, MODE, FRESH), (ParameterSet(2, (COUNT,)),))
    assert part(chain, offset).structures == {2: longer}


@KINDS
def test_the_interval_is_changed(offset: int) -> None:
    chain = with_structures(PLAIN, MIXED, offset=offset)
    data = bytes.fromhex("0002 0002 00000007 0003 00000001")
    assert ask(chain, 3, subtype(offset, 31), data) == []
    assert {k: s.interval for k, s in part(chain, offset).structures.items()} == {2: 7, 3: 1}


@KINDS
def test_the_properties_of_periodic_generation_are_reported(offset: int) -> None:
    chain = with_structures(PLAIN, offset=offset)
    part(chain, offset).define(MIXED, enabled=True)
    [report] = ask(chain, 3, subtype(offset, 33), codec.DEFAULT.ids([3, 2]))
    assert (report.subtype, report.data) == (
        35 + offset,
        bytes.fromhex("0002 0003 01 00000002 0002 00 0000000a"),
    )


def test_more_properties_than_a_packet_can_carry_are_split() -> None:
    chain = with_structures(PLAIN)
    reports = ask(chain, 3, 33, codec.DEFAULT.ids([2] * 10_000))
    assert sum(int.from_bytes(report.data[:2], "big") for report in reports) == 10_000
    assert len(reports) == 2
    assert all(len(report.pack()) <= 65_542 for report in reports)


# --- refusals ------------------------------------------------------------------------------------------

BAD = FailureCode.BAD_STRUCTURE


@KINDS
@pytest.mark.parametrize(
    ("data", "code", "offender"),
    [
        ("0002 0000000a 0001 0101 0000", FailureCode.SID_EXISTS, 2),
        ("0009 0000000a 0002 0101 7777 0000", FailureCode.UNKNOWN_PARAMETER, 0x7777),
        ("0009 0000000a 0001 0101 0001 0002 0001 7777", FailureCode.UNKNOWN_PARAMETER, 0x7777),
        ("0009 0000000a 0002 0101 0101 0000", BAD, VOLTAGE),
        ("0009 0000000a 0001 0101 0001 0002 0001 0101", BAD, VOLTAGE),
        ("0009 00000000 0001 0101 0000", BAD, 9),
        ("0009 0000000a 0000 0000", BAD, 9),
        ("0009 0000000a 0001 0101 0001 0000 0001 0102", BAD, 9),
        ("0009 0000000a 0001 0101 0001 0002 0000", BAD, 9),
        ("0009 0000000a 0000 0001 2000 0001 0101", BAD, 9),
    ],
    ids=[
        "SID exists", "unknown parameter", "unknown parameter in a set", "parameter twice",
        "parameter also in a set", "interval 0", "no parameters", "repetition 0", "empty set",
        "longer than a packet",
    ],
)  # fmt: skip
def test_a_structure_that_is_not_sound_is_refused(
    offset: int, data: str, code: FailureCode, offender: int
) -> None:
    chain = with_structures(PLAIN, offset=offset)
    answer = ask(chain, 3, subtype(offset, 1), bytes.fromhex(data))
    assert notices(answer) == [(4, code, offender)]
    assert part(chain, offset).structures == {2: PLAIN}


def test_the_longest_report_that_fits_is_accepted_and_packs() -> None:
    chain = build()
    data = bytes.fromhex("0009 00000001 0001 0102 0001 1ffd 0001 0101")
    assert ask(chain, 3, 1, data) == []
    [report] = ask(chain, 3, 27, codec.DEFAULT.ids([9]))
    assert len(report.data) == 2 + 2 + 0x1FFD * 8
    assert len(report.pack()) == 65_542 - 8 + 2 + 2


def test_a_structure_that_could_not_be_reported_is_refused() -> None:
    many = ParameterTable(tuple(Parameter(k, f"p{k}", ValueType.U8, f"s{k}") for k in range(33_000)))
    service = Housekeeping(many, float, UNIT)
    data = codec.u16(1) + codec.u32(1) + codec.DEFAULT.ids(list(range(33_000))) + codec.u16(0)
    assert service.create(codec.Reader(data), 0).failures[0].code is BAD


def test_more_structures_than_there_is_room_for_are_refused() -> None:
    chain = with_structures(PLAIN)
    chain.services.st03.housekeeping.capacity = 1
    assert notices(ask(chain, 3, 1, CREATE_MIXED)) == [(4, BAD, 3)]
    assert ask(chain, 3, 29, bytes.fromhex("0002 0001 0103 0000")) == []


@KINDS
@pytest.mark.parametrize("request_subtype", [3, 5, 6, 9, 27, 33])
def test_an_unknown_structure_is_refused_and_the_others_go_on(offset: int, request_subtype: int) -> None:
    chain = with_structures(PLAIN, offset=offset)
    answer = ask(chain, 3, subtype(offset, request_subtype), codec.DEFAULT.ids([9, 2]))
    assert notices(answer) == [(4, FailureCode.UNKNOWN_SID, 9)]
    executed = {
        3: part(chain, offset).structures == {},
        5: set(part(chain, offset).collections) == {2},
        6: True,
    }
    assert executed.get(request_subtype, len(answer) == 2)


@KINDS
@pytest.mark.parametrize("request_subtype", [9, 27, 33])
def test_no_report_answers_a_request_without_any_known_structure(offset: int, request_subtype: int) -> None:
    answer = ask(build(), 3, subtype(offset, request_subtype), codec.DEFAULT.ids([9]))
    assert notices(answer) == [(4, FailureCode.UNKNOWN_SID, 9)]
    assert len(answer) == 1


@KINDS
def test_an_enabled_structure_is_neither_deleted_nor_appended_to(offset: int) -> None:
    chain = with_structures(PLAIN, offset=offset, enabled=True)
    refused = [(4, FailureCode.GENERATION_ENABLED, 2)]
    assert notices(ask(chain, 3, subtype(offset, 3), codec.DEFAULT.ids([2]))) == refused
    appended = bytes.fromhex("0002 0001 0103 0000")
    assert notices(ask(chain, 3, subtype(offset, 29), appended)) == refused
    assert part(chain, offset).structures == {2: PLAIN}


@pytest.mark.parametrize(
    ("data", "code", "offender"),
    [
        ("0009 0001 0103 0000", FailureCode.UNKNOWN_SID, 9),
        ("0002 0001 7777 0000", FailureCode.UNKNOWN_PARAMETER, 0x7777),
        ("0002 0001 0101 0000", BAD, VOLTAGE),
        ("0002 0000 0001 0000 0001 0103", BAD, 2),
        ("0002 0000 0001 ffff 0001 0103", BAD, 2),
    ],
    ids=["unknown SID", "unknown parameter", "parameter twice", "repetition 0", "longer than a packet"],
)
def test_what_would_make_a_structure_unsound_is_not_appended(
    data: str, code: FailureCode, offender: int
) -> None:
    chain = with_structures(PLAIN)
    assert notices(ask(chain, 3, 29, bytes.fromhex(data))) == [(4, code, offender)]
    assert chain.services.st03.housekeeping.structures == {2: PLAIN}


def test_intervals_of_unknown_structures_and_of_0_are_refused() -> None:
    chain = with_structures(PLAIN, MIXED)
    data = bytes.fromhex("0003 0009 00000007 0002 00000000 0003 00000005")
    assert notices(ask(chain, 3, 31, data)) == [(4, FailureCode.UNKNOWN_SID, 9), (4, BAD, 2)]
    structures = chain.services.st03.housekeeping.structures
    assert (structures[2].interval, structures[3].interval) == (10, 5)


@pytest.mark.parametrize("request_subtype", [3, 4, 5, 6, 7, 8, 9, 11, 27, 28, 31, 32, 33, 34])
def test_an_empty_list_of_structures_is_not_accepted(request_subtype: int) -> None:
    answer = ask(with_structures(PLAIN), 3, request_subtype, b"\0\0")
    assert notices(answer) == [(2, FailureCode.UNDECODABLE, None)]


@pytest.mark.parametrize("data", ["0009 0000000a 0001 0101", "0009 0000000a 0001 0101 0000 00", "0009"])
def test_a_structure_with_octets_too_few_or_too_many_is_not_accepted(data: str) -> None:
    chain = build()
    assert notices(ask(chain, 3, 1, bytes.fromhex(data))) == [(2, FailureCode.UNDECODABLE, None)]
    assert chain.services.st03.housekeeping.structures == {}
