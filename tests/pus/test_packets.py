"""Telecommand and telemetry packets: equal to those of spacepackets, and strict on the way in."""

import binascii
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacepackets.ecss.tc import PusTc
from spacepackets.ecss.tm import PusTm

from pus import cuc
from pus.failure import Failure, FailureCode, RequestError
from pus.packets import Tc, Tm, apid_of, decode_tc, decode_tm, request_id
from tests.pus import vectors

U8, U16 = st.integers(0, 255), st.integers(0, 0xFFFF)
TCS = st.builds(
    Tc,
    apid=st.integers(1, 0x7FE),
    service=U8,
    subtype=U8,
    data=st.binary(max_size=64),
    source=U16,
    sequence=st.integers(0, 0x3FFF),
    ack=st.integers(0, 15),
)
TMS = st.builds(
    Tm,
    apid=st.integers(1, 0x7FE),
    service=U8,
    subtype=U8,
    data=st.binary(max_size=64),
    time=st.integers(0, (1 << 32) - 1).map(lambda seconds: seconds * 1_000_000_000),
    destination=U16,
    sequence=st.integers(0, 0x3FFF),
)
POWER_CYCLE = vectors.TC["TC[8,1]"].packet
ALIVE = Tm(0x42, 17, 2, b"", vectors.TIME).pack()


def sealed(octets: bytes) -> bytes:
    """Return octets with the check word that fits."""
    return octets[:-2] + binascii.crc_hqx(octets[:-2], 0xFFFF).to_bytes(2, "big")


def altered(octets: bytes, at: int, value: int) -> bytes:
    """Return octets with one replaced, and the check word that fits."""
    return sealed(octets[:at] + bytes((value,)) + octets[at + 1 :])


def fault(octets: bytes, *, telemetry: bool = False) -> FailureCode:
    """Return the failure code with which a packet is refused."""
    with pytest.raises(RequestError) as refusal:
        (decode_tm if telemetry else decode_tc)(octets)
    return refusal.value.failure.code


# --- golden and foreign packets ------------------------------------------------------------------------


@pytest.mark.parametrize("name", vectors.TC)
def test_a_golden_telecommand_is_read_and_written_again(name: str) -> None:
    vector = vectors.TC[name]
    tc = decode_tc(vector.packet)
    assert tc.data == vector.data
    assert tc.apid == 0x42
    assert tc.sequence == vector.sequence
    assert f"TC[{tc.service},{tc.subtype}]" == name.split(maxsplit=1)[0]
    assert tc.pack() == vector.packet


@pytest.mark.parametrize("name", vectors.TM)
def test_a_golden_report_is_read_and_written_again(name: str) -> None:
    vector = vectors.TM[name]
    tm = decode_tm(vector.packet)
    assert tm.data == vector.data
    assert tm.time == vectors.TIME
    assert f"TM[{tm.service},{tm.subtype}]" == name.split(maxsplit=1)[0]
    assert tm.pack() == vector.packet


@given(TCS)
def test_a_telecommand_is_what_spacepackets_makes_of_its_fields(tc: Tc) -> None:
    theirs = PusTc(
        service=tc.service,
        message_subtype=tc.subtype,
        apid=tc.apid,
        app_data=tc.data,
        seq_count=tc.sequence,
        source_id=tc.source,
        ack_flags=tc.ack,
    )
    assert tc.pack() == bytes(theirs.pack())
    assert decode_tc(bytes(theirs.pack())) == tc


@given(TMS)
def test_a_report_is_what_spacepackets_makes_of_its_fields(tm: Tm) -> None:
    theirs = PusTm(
        service=tm.service,
        message_subtype=tm.subtype,
        timestamp=cuc.encode(tm.time),
        apid=tm.apid,
        source_data=tm.data,
        seq_count=tm.sequence,
        destination_id=tm.destination,
    )
    assert tm.pack() == bytes(theirs.pack())
    assert decode_tm(bytes(theirs.pack())) == tm


@given(TCS)
def test_spacepackets_reads_the_same_fields_out_of_a_telecommand(tc: Tc) -> None:
    theirs = PusTc.unpack(tc.pack())
    assert (theirs.apid, theirs.service, theirs.message_subtype) == (tc.apid, tc.service, tc.subtype)
    assert bytes(theirs.app_data) == tc.data
    assert theirs.pus_tc_sec_header.ack_flags == tc.ack


@given(st.one_of(TCS.map(Tc.pack), TMS.map(Tm.pack)))
def test_the_check_word_over_a_whole_packet_is_zero(octets: bytes) -> None:
    assert binascii.crc_hqx(octets, 0xFFFF) == 0


def test_the_request_id_is_the_first_four_octets() -> None:
    assert request_id(POWER_CYCLE).hex() == "1842c000"
    assert apid_of(POWER_CYCLE) == 0x42


# --- refusals ------------------------------------------------------------------------------------------


def test_trailing_octets_are_refused() -> None:
    assert fault(POWER_CYCLE + b"\0") is FailureCode.LENGTH
    assert fault(ALIVE + b"\0", telemetry=True) is FailureCode.LENGTH


@pytest.mark.parametrize("size", range(len(POWER_CYCLE)))
def test_a_cut_telecommand_is_refused(size: int) -> None:
    assert fault(POWER_CYCLE[:size]) is FailureCode.LENGTH


@pytest.mark.parametrize("size", range(len(ALIVE)))
def test_a_cut_report_is_refused(size: int) -> None:
    assert fault(ALIVE[:size], telemetry=True) is FailureCode.LENGTH


@given(st.integers(0, len(POWER_CYCLE) - 1), st.integers(1, 255))
def test_no_damaged_octet_goes_unnoticed(at: int, flips: int) -> None:
    damaged = bytearray(POWER_CYCLE)
    damaged[at] ^= flips
    assert fault(bytes(damaged)) in (FailureCode.CRC, FailureCode.LENGTH)


def test_a_wrong_check_word_is_refused() -> None:
    assert fault(POWER_CYCLE[:-1] + b"\0") is FailureCode.CRC
    assert fault(ALIVE[:-1] + b"\0", telemetry=True) is FailureCode.CRC


def test_pus_a_is_refused() -> None:
    assert fault(altered(POWER_CYCLE, 6, 0x1F)) is FailureCode.PUS_VERSION
    assert fault(altered(ALIVE, 6, 0x10), telemetry=True) is FailureCode.PUS_VERSION


@pytest.mark.parametrize("flags", [0b00, 0b01, 0b10])
def test_segmented_packets_are_refused(flags: int) -> None:
    assert fault(altered(POWER_CYCLE, 2, flags << 6)) is FailureCode.UNDECODABLE
    assert fault(altered(ALIVE, 2, flags << 6), telemetry=True) is FailureCode.UNDECODABLE


@pytest.mark.parametrize("first", [0x08, 0x10, 0x38], ids=["telemetry", "no secondary header", "version 1"])
def test_what_is_no_telecommand_is_refused(first: int) -> None:
    assert fault(altered(POWER_CYCLE, 0, first)) is FailureCode.UNDECODABLE


def test_a_telecommand_is_no_report() -> None:
    assert fault(vectors.TC["TC[19,1]"].packet, telemetry=True) is FailureCode.UNDECODABLE


def test_a_report_with_a_foreign_time_code_is_refused() -> None:
    assert fault(altered(ALIVE, 13, 0x1E), telemetry=True) is FailureCode.UNDECODABLE


def outcome(decode: Callable[[bytes], Tc | Tm], octets: bytes) -> Tc | Tm | Failure:
    """Return the packet, or the failure of the one error that a decoder may raise."""
    try:
        return decode(octets)
    except RequestError as error:
        return error.failure


def is_known(result: Tc | Tm | Failure) -> bool:
    return not isinstance(result, Failure) or result.code <= FailureCode.UNDECODABLE


@given(st.binary(max_size=80), st.booleans())
def test_random_octets_give_a_packet_or_one_typed_error(octets: bytes, seal: bool) -> None:
    octets = sealed(octets) if seal else octets
    assert is_known(outcome(decode_tc, octets))
    assert is_known(outcome(decode_tm, octets))


@given(st.sampled_from(sorted(vectors.ALL)), st.integers(0, 200), st.integers(0, 255))
def test_one_altered_octet_of_a_golden_packet_gives_a_packet_or_one_typed_error(
    name: str, at: int, value: int
) -> None:
    original = vectors.ALL[name].packet
    octets = altered(original, at % (len(original) - 2), value)
    assert is_known(outcome(decode_tc, octets))
    assert is_known(outcome(decode_tm, octets))
