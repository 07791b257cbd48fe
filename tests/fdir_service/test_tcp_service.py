"""The real daemon with its TCP ports: a ground system made with spacepackets commands it and listens."""

import socket
import urllib.request
from dataclasses import replace

import pytest
import zmq
from spacepackets.ecss.tc import PusTc
from spacepackets.ecss.tm import PusTm

from fdir_service import detector
from fdir_service.cli.overrides import override
from fdir_service.framing import Framer
from fdir_service.service import Options
from fdir_service.service import service as compose
from fdir_service.tcp import split
from pus.packets import Tc
from tests.fdir_service.processes import DEADLINE_S, daemon, started

NOBODY = "tcp://127.0.0.1:1"
"""Where no simulator is."""


class Ground:
    """A ground system on TCP."""

    def __init__(self, addresses):
        self.tm = socket.create_connection(split(addresses["tm"]), DEADLINE_S)
        self.tc = socket.create_connection(split(addresses["tc"]), DEADLINE_S)
        self._framer = Framer()
        self._waiting = []

    def next(self):
        while not self._waiting:
            octets = self.tm.recv(1 << 16)
            assert octets, "the daemon has closed the connection"
            self._framer.feed(octets)
            self._waiting += self._framer.packets()
        return PusTm.unpack(self._waiting.pop(0), 7)

    def messages(self, n):
        return [(tm.service, tm.message_subtype) for tm in (self.next() for _ in range(n))]

    def close(self):
        self.tm.close()
        self.tc.close()


@pytest.fixture(scope="module")
def service():
    with daemon(NOBODY, NOBODY, "--tm-port", 0, "--tc-port", 0, "-v") as running:
        yield running
        running.stop()


@pytest.fixture
def ground(service):
    system = Ground(service.first)
    yield system
    system.close()


def ping(sequence):
    return bytes(PusTc(apid=66, service=17, message_subtype=1, seq_count=sequence, source_id=7).pack())


PING_ANSWER = [(1, 1), (1, 3), (17, 2), (1, 7)]


def test_telecommands_are_answered_and_share_the_stream(ground):
    ground.tc.sendall(ping(1) + ping(2))
    assert ground.messages(8) == PING_ANSWER * 2


def test_answers_name_the_request_and_the_source(ground):
    ground.tc.sendall(ping(513))
    accepted = ground.next()
    assert accepted.source_data == ping(513)[:4]
    assert accepted.pus_tm_sec_header.dest_id == 7


def test_a_bad_check_word_is_refused_and_the_connection_stays(ground):
    bad = bytearray(ping(3))
    bad[-1] ^= 1
    ground.tc.sendall(bytes(bad) + ping(4))
    refusal = ground.next()
    assert (refusal.service, refusal.message_subtype) == (1, 2)
    assert refusal.source_data == ping(3)[:4] + b"\x00\x01"
    assert ground.messages(4) == PING_ANSWER


def metrics(service):
    with urllib.request.urlopen(service.first["metrics"]) as page:
        return page.read().decode()


def test_an_impossible_length_ends_the_connection_others_go_on(service, ground):
    with socket.create_connection(split(service.first["tc"]), DEADLINE_S) as other:
        other.sendall(ping(5)[:4] + b"\x00\x00")
        assert other.recv(1) == b""
    ground.tc.sendall(ping(7))
    assert ground.messages(4) == PING_ANSWER
    while 'reason="TC impossible length"} 1.0' not in metrics(service):
        pass  # metrics are brought up to date each second


def test_telecommands_over_zeromq_are_answered_on_tcp_and_the_other_way_round(service, ground):
    with zmq.Context() as context, context.socket(zmq.DEALER) as tc, context.socket(zmq.SUB) as tm:
        tc.connect(service.first["commands"])
        tc.send(ping(8))
        assert ground.messages(4) == PING_ANSWER
        tm.subscribe(b"")
        tm.connect(service.first["telemetry"])
        for k in range(DEADLINE_S * 5):  # a subscription takes a moment: ask until an answer comes
            ground.tc.sendall(ping(k))
            if tm.poll(200):
                break
        assert PusTm.unpack(tm.recv(), 7).apid == 66


def test_a_ground_system_may_come_and_go(service):
    for k in range(20):
        system = Ground(service.first)
        system.tc.sendall(ping(k))
        assert system.messages(4) == PING_ANSWER
        system.close()


def test_without_ports_in_the_mission_file_or_on_the_command_line_nothing_listens():
    with daemon(NOBODY, NOBODY) as service:
        assert {"tm", "tc"}.isdisjoint(service.first)
        _, _, err = service.stop()
    assert "without authentication" not in err


def test_whoever_lets_other_machines_command_is_warned():
    words = ("--tc-port", 0, "--tcp-host", "0.0.0.0", "--commands", "tcp://0.0.0.0:*")
    with daemon(NOBODY, NOBODY, *words) as service:
        addresses = service.first
        _, _, err = service.stop()
    for address in (addresses["tc"], addresses["commands"]):
        assert f"TCs are taken at {address} from other machines, without authentication" in err


def test_a_port_in_use_is_named(service):
    address = service.first["tc"]
    with pytest.raises(AssertionError, match=rf"{address}: cannot listen"):
        with started("run", "hopper", "--metrics-port", 0, "--telemetry", "tcp://127.0.0.1:*",
                     "--commands", "tcp://127.0.0.1:*", "--tc-port", split(address)[1]):  # fmt: skip
            pass


def interfaces(**changed):
    free = {"telemetry": "tcp://127.0.0.1:*", "commands": "tcp://127.0.0.1:*", "metrics_port": 0}
    return {"samples": NOBODY, "units": NOBODY, **free, **changed}


def test_a_service_warns_where_a_mission_wants_a_compiled_step_and_there_is_none(bench, caplog, monkeypatch):
    monkeypatch.setattr(detector, "interpreter", lambda: None)
    (setup,) = bench.detectors
    mission = replace(bench, detectors=(replace(setup, compiled_step=True),))
    with compose(override(mission, interfaces(), None), Options()):
        assert f"detector {setup.name} has no compiled step: numba is not installed" in caplog.text


def test_a_composed_service_frees_its_ports_and_warns_of_open_ones(plain, caplog):
    open_ports = interfaces(tm_port=0, tc_port=0, tcp_host="0.0.0.0")
    with compose(override(plain, open_ports, None), Options()) as (_, addresses):
        ports = [split(addresses[key])[1] for key in ("tm", "tc")]
    assert f"TCs are taken at 0.0.0.0:{ports[1]} from other machines" in caplog.text
    assert caplog.text.count("without authentication") == 1
    again = interfaces(tm_port=ports[0], tc_port=ports[1])
    with compose(override(plain, again, None), Options()) as (_, addresses):
        assert [addresses["tm"], addresses["tc"]] == [f"127.0.0.1:{port}" for port in ports]


def test_without_ports_a_service_has_no_tcp_addresses(plain):
    with compose(override(plain, interfaces(commands="inproc://commands"), None), Options()) as (
        _,
        addresses,
    ):
        assert set(addresses) == {"telemetry", "commands", "metrics"}


def test_the_largest_telecommand_fits(ground):
    tc = Tc(66, 17, 1, bytes(65_529), sequence=99)
    ground.tc.sendall(tc.pack())
    refusal = ground.next()
    assert (refusal.service, refusal.message_subtype) == (1, 2)
    assert refusal.source_data == tc.pack()[:4] + b"\x00\x07"
