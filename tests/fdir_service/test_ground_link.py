"""The ground's links and the exchange: a telecommand's verification is followed to its end."""

import socket
import struct
from collections import deque

import pytest

from fdir_service.ground.exchange import PROBE_SOURCE, Exchange, Outcome
from fdir_service.ground.link import TcpCommands, TcpTelemetry, command_link, telemetry_link
from fdir_service.sources.live import LinkError
from fdir_service.tcp import join
from pus import st01, st17
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Tc, decode_tc
from pus.service import Execution
from pus.st17 import Test as Alive

APID = 66


class Lists:
    """A service whose one request has several faulty instructions and a response."""

    number = 12

    @property
    def operations(self):
        def execute(reader, time):
            faults = tuple(Failure(FailureCode.UNKNOWN_PMON, k) for k in (7, 8))
            return Execution((st17.connected(APID),), faults)

        return {1: execute}


class Wire:
    """Both links to an application process in memory; each look at the clock takes 10 ms."""

    def __init__(self, *, deaf_for=0, mute=False):
        self.needs_proof = deaf_for > 0
        self.process = ApplicationProcess(APID, [Alive(APID), Lists()])
        self.sent, self._waiting, self._deaf_for, self._mute = [], deque(), deaf_for, mute
        self.now = 0.0

    def send(self, packet):
        self.sent.append(decode_tc(packet))
        if self._deaf_for:
            self._deaf_for -= 1
        elif not self._mute:
            self._waiting += [tm.pack() for tm in self.process.execute(packet, 0)]

    def receive(self, timeout_ms):
        return [self._waiting.popleft()] if self._waiting else []

    def close(self):
        pass

    def clock(self):
        self.now += 0.01
        return self.now

    def hear_first(self, packet):
        self._waiting.append(packet)


def run(wire, tc):
    heard = []
    outcome = Exchange(wire, wire, wire.clock).run(tc, APID, 1.0, heard.append)
    return outcome, [(tm.service, tm.subtype) for tm in heard]


def test_a_request_that_is_executed_ends_with_its_completion():
    outcome, heard = run(Wire(), Tc(APID, 17, 1, source=5, sequence=9))
    assert outcome is Outcome.COMPLETED
    assert heard == [(1, 1), (1, 3), (17, 2), (1, 7)]


@pytest.mark.parametrize("tc", [Tc(APID, 17, 99), Tc(APID, 99, 1), Tc(APID, 17, 1, b"\1")])
def test_a_request_that_is_not_accepted_is_refused(tc):
    assert run(Wire(), tc) == (Outcome.REFUSED, [(1, 2)])


def test_every_failure_notice_and_the_response_are_heard_before_the_end():
    wire = Wire()
    outcome, heard = run(wire, Tc(APID, 12, 1, source=5))
    assert outcome is Outcome.REFUSED
    assert heard == [(1, 1), (1, 4), (1, 4)]
    assert [tc.source for tc in wire.sent] == [5, PROBE_SOURCE]


def test_what_others_asked_and_what_is_no_packet_is_passed_over():
    wire = Wire()
    wire.hear_first(b"\x00noise")
    for tm in wire.process.execute(Tc(APID, 17, 1, source=6, sequence=77).pack(), 0):
        wire.hear_first(tm.pack())
    assert run(wire, Tc(APID, 17, 1, source=5, sequence=9))[1] == [(1, 1), (1, 3), (17, 2), (1, 7)]


def test_a_subscription_is_proved_before_the_request_leaves():
    wire = Wire(deaf_for=4)
    outcome, _ = run(wire, Tc(APID, 17, 1, source=5, sequence=9))
    assert outcome is Outcome.COMPLETED
    assert [tc.source for tc in wire.sent] == [PROBE_SOURCE] * 5 + [5]


@pytest.mark.parametrize("wire", [Wire(mute=True), Wire(deaf_for=10_000)], ids=["mute", "deaf"])
def test_without_an_answer_the_exchange_ends_in_time(wire):
    assert run(wire, Tc(APID, 17, 1, source=5)) == (Outcome.NO_ANSWER, [])
    assert wire.now < 1.1


def test_a_failure_notice_without_an_answer_behind_it_is_a_refusal():
    wire = Wire(mute=True)
    tc = Tc(APID, 12, 1, source=5)
    notice = st01.failed(st01.NOT_STARTED, tc.pack(), Failure(FailureCode.UNKNOWN_PMON, 7))
    wire.hear_first(wire.process.packet(notice, 0).pack())
    assert run(wire, tc) == (Outcome.REFUSED, [(1, 4)])


# --- links ---------------------------------------------------------------------------------------------


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def address(server):
    return join(*server.getsockname())


def test_telemetry_over_tcp_is_cut_into_packets(server):
    with telemetry_link(address(server)) as link:
        peer, _ = server.accept()
        packets = [Tc(APID, 17, 1, sequence=k).pack() for k in range(3)]
        stream = b"".join(packets)
        received = link.receive(0)
        assert received == []
        peer.sendall(stream[:20])
        while not received:
            received += link.receive(1000)
        peer.sendall(stream[20:])
        while len(received) < 3:
            received += link.receive(1000)
        assert received == packets
        peer.close()
        with pytest.raises(LinkError, match="has closed the connection"):
            link.receive(1000)


def test_what_sends_no_packets_is_named(server):
    with telemetry_link(address(server)) as link:
        peer, _ = server.accept()
        peer.sendall(b"HTTP/1.1 400 Bad Request")
        with pytest.raises(LinkError, match="sends no space packets"):
            link.receive(1000)
        peer.close()


def test_telecommands_over_tcp_leave_as_they_are(server):
    with command_link(address(server)) as link:
        peer, _ = server.accept()
        link.send(b"octets")
        assert peer.recv(10) == b"octets"
        peer.close()


def test_a_lost_connection_is_an_error(server):
    telemetry, commands = TcpTelemetry(address(server)), TcpCommands(address(server))
    for _ in (telemetry, commands):
        peer, _ = server.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    with pytest.raises(LinkError, match=f"{address(server)}: Connection reset"):
        telemetry.receive(1000)
    with pytest.raises(LinkError, match=f"{address(server)}: "):
        commands.send(b"x")
    telemetry.close()
    commands.close()


def test_nobody_there_is_named(server):
    gone = address(server)
    server.close()
    with pytest.raises(LinkError, match=rf"{gone}: cannot connect: Connection refused"):
        TcpTelemetry(gone)


@pytest.mark.parametrize("link", [telemetry_link, command_link])
def test_a_bad_address_is_named(link):
    with pytest.raises(LinkError, match="nowhere"), link("nowhere"):
        pass
    with pytest.raises(LinkError, match="tcp://:x"), link("tcp://:x"):
        pass
