"""Packets are cut from a stream of octets by their own length fields, whatever the pieces were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.framing import SMALLEST_TC, Framer, FramingError
from pus.packets import Tc

PACKETS = st.lists(st.binary(max_size=40).map(lambda data: Tc(66, 17, 1, data).pack()), max_size=8)


@given(PACKETS, st.lists(st.integers(1, 60), min_size=1))
def test_any_pieces_give_the_same_packets(packets, sizes):
    stream, framer, cut = b"".join(packets), Framer(SMALLEST_TC), []
    while stream:
        size = sizes[len(stream) % len(sizes)]
        framer.feed(stream[:size])
        stream = stream[size:]
        cut += framer.packets()
    assert cut == packets
    assert framer.left == 0


@given(st.binary(max_size=300))
def test_no_octets_do_more_than_end_the_framing(octets):
    framer = Framer(SMALLEST_TC)
    framer.feed(octets)
    try:
        cut = list(framer.packets())
    except FramingError:
        return
    assert all(len(packet) >= SMALLEST_TC for packet in cut)
    assert sum(map(len, cut)) + framer.left == len(octets)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (bytes.fromhex("1842c0000005"), "12 octets"),
        (bytes.fromhex("1842c0000000"), "7 octets"),
        (b"GET / HTTP/1.1", "packet version 2"),
    ],
)
def test_what_cannot_begin_a_telecommand_is_named(start, reason):
    framer = Framer(SMALLEST_TC)
    framer.feed(Tc(66, 17, 1).pack() + start)
    assert framer.cut() is not None
    with pytest.raises(FramingError, match=reason):
        framer.cut()
