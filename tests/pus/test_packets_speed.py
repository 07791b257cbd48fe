"""Packets are written without spacepackets, octet for octet as it writes them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spacepackets.ecss.tc import PusTc
from spacepackets.ecss.tm import PusTm

from pus import cuc
from pus.packets import Tc, Tm

APID, SEQUENCE = st.integers(0, 0x7FF), st.integers(0, 0x3FFF)
U8, U16 = st.integers(0, 0xFF), st.integers(0, 0xFFFF)
DATA = st.binary(max_size=300)
TCS = st.builds(Tc, APID, U8, U8, DATA, U16, SEQUENCE, st.integers(0, 15))
TMS = st.builds(Tm, APID, U8, U8, DATA, st.integers(0, (1 << 32) * 10**9 - 1), U16, SEQUENCE)


@given(TCS)
@example(Tc(0x7FF, 0xFF, 0xFF, b"", 0xFFFF, 0x3FFF, 15))
def test_a_telecommand_has_the_octets_of_spacepackets(tc):
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


@given(TMS)
@example(Tm(0x7FF, 0xFF, 0xFF, b"", 0, 0xFFFF, 0x3FFF))
def test_a_telemetry_packet_has_the_octets_of_spacepackets(tm):
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


@pytest.mark.parametrize(
    "packet",
    [
        Tc(1 << 11, 17, 1),
        Tc(-1, 17, 1),
        Tc(1, 256, 1),
        Tc(1, 17, 1, source=1 << 16),
        Tc(1, 17, 1, sequence=1 << 14),
        Tc(1, 17, 1, sequence=-1),
        Tc(1, 17, 1, ack=16),
        Tc(1, 17, 1, bytes(1 << 16)),
        Tm(1 << 11, 17, 2, b"", 0),
        Tm(1, 17, -2, b"", 0),
        Tm(1, 17, 2, b"", 0, destination=1 << 16),
        Tm(1, 17, 2, b"", 0, sequence=1 << 14),
        Tm(1, 17, 2, bytes(1 << 16), 0),
    ],
    ids=lambda packet: repr(packet)[:70],
)
def test_a_field_out_of_range_is_refused(packet):
    with pytest.raises(ValueError, match="out of range"):
        packet.pack()


def test_the_longest_packet_is_packed_and_one_octet_more_is_not():
    most = (1 << 16) - 5 - 2  # data field of 65536 octets less secondary header and check word
    assert len(Tc(1, 17, 1, bytes(most)).pack()) == (1 << 16) + 6
    with pytest.raises(ValueError, match="out of range"):
        Tc(1, 17, 1, bytes(most + 1)).pack()
