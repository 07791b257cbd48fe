"""A ground segment of other people's tools: spacepackets commands every service of the real daemon over TCP,
space_packet_parser reads all that comes back with the exported database.
"""

import socket

from spacepackets.ecss.tc import PusTc

from fdir_service.framing import Framer
from fdir_service.tcp import split
from pus.packets import Tc, decode_tc
from tests.fdir_service.lockstep import hopper
from tests.fdir_service.processes import DEADLINE_S, daemon
from tests.fdir_service.xtce.reading import Decoder
from tests.pus.test_hostile import seeds

NOBODY = "tcp://127.0.0.1:1"
"""Where no simulator is."""


def requests():
    """One request for every message subtype of every service, packed by spacepackets; an alive check last."""
    tcs = [*map(decode_tc, seeds()), Tc(66, 17, 1)]
    for count, tc in enumerate(tcs):
        packet = PusTc(
            apid=tc.apid, service=tc.service, message_subtype=tc.subtype, app_data=tc.data,
            seq_count=count, source_id=7,
        )  # fmt: skip
        yield bytes(packet.pack())


def exchange(addresses, packets):
    """Send packets and return all telemetry up to the completion of the last one."""
    framer, received = Framer(), []
    with (
        socket.create_connection(split(addresses["tm"]), DEADLINE_S) as tm,
        socket.create_connection(split(addresses["tc"]), DEADLINE_S) as tc,
    ):
        tc.sendall(b"".join(packets))
        last = b"\x01\x07"
        while not any(octets[7:9] == last and octets[20:24] == packets[-1][:4] for octets in received):
            octets = tm.recv(1 << 16)
            assert octets, "the daemon has closed the connection"
            framer.feed(octets)
            received += framer.packets()
    return received


def test_every_request_is_answered_and_all_telemetry_is_decoded_by_the_exported_database(tmp_path):
    packets = list(requests())
    with daemon(NOBODY, NOBODY, "--tm-port", 0, "--tc-port", 0) as service:
        received = exchange(service.first, packets)
        code, _, err = service.stop()
    assert code == 0, err
    decoder = Decoder(hopper(), tmp_path / "hopper.xml")
    decoded = [decoder.packet(octets) for octets in received]
    kinds = {(int(d["service"].raw_value), int(d["subtype"])) for d in decoded}
    answered = {octets[20:24] for octets in received if octets[7] == 1}
    assert answered == {packet[:4] for packet in packets}
    assert {(1, 1), (1, 3), (1, 4), (1, 7), (3, 10), (3, 25), (3, 35), (5, 8), (12, 9), (12, 14),
            (12, 28), (17, 2), (18, 9), (19, 7), (20, 2), (21, 7)} <= kinds  # fmt: skip
