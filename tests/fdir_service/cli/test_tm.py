"""`fdir tm` decodes telemetry: live, from a file of packets, or from a recording."""

import json
import os
import signal
import socket
import threading

import pytest
import zmq

from fdir_service.mission import load
from fdir_service.recording import Recorder
from fdir_service.stream import Stream
from fdir_service.tcp import join
from pus.packets import Tc, Tm
from pus.samples import Command, Reply, Tick

HOPPER = load("hopper")


@pytest.fixture(scope="module")
def packets():
    """What the service answers to two requests."""
    output = Stream(HOPPER).take(
        [Command(0, Tc(66, 17, 1, sequence=3).pack()), Command(0, Tc(66, 12, 27, sequence=4).pack())]
    )
    return [tm.pack() for tm in output.telemetry]


@pytest.fixture
def file(packets, tmp_path):
    path = tmp_path / "flight.tm"
    path.write_bytes(b"".join(packets))
    return path


@pytest.fixture
def restored_signals():
    before = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}
    yield
    for kind, reaction in before.items():
        signal.signal(kind, reaction)


def names(ended):
    return [json.loads(line)["name"] for line in ended.out.splitlines()]


ANSWERS = ["accepted", "started", "alive", "completed", "accepted", "started", "FMON statuses", "completed"]


def test_a_file_of_packets_is_decoded(fdir, file):
    assert names(fdir("tm", file, "--json")) == ANSWERS
    plain = fdir("tm", file).out
    assert "hopper #2 TM[17,2] alive" in plain
    assert "fmon 2, name gyroscopes, protected yes, enabled yes, status unchecked" in plain


def test_a_limit_ends_early(fdir, file):
    assert names(fdir("tm", file, "--limit", 3, "--json")) == ANSWERS[:3]


def test_a_truncated_tail_is_left_out(fdir, file):
    file.write_bytes(file.read_bytes()[:-1])
    assert names(fdir("tm", file, "--json")) == ANSWERS[:-1]


def test_a_damaged_packet_is_shown_as_octets_and_the_rest_is_decoded(fdir, file, packets):
    damaged = bytearray(packets[0])
    damaged[-1] ^= 1
    file.write_bytes(bytes(damaged) + packets[1])
    first, second = (json.loads(line) for line in fdir("tm", file, "--json").out.splitlines())
    assert (first["kind"], second["name"]) == ("packet", "started")


def test_a_file_of_something_else_is_refused_behind_what_can_be_read(fdir, file, packets):
    file.write_bytes(packets[0] + b"and some notes")
    ended = fdir("tm", file, "--json")
    assert ended.code == 2
    assert names(ended) == ["accepted"]
    assert f"no space packet at offset {len(packets[0])}" in ended.err


def test_a_file_that_is_not_there_is_refused(fdir, tmp_path):
    ended = fdir("tm", tmp_path / "none.tm")
    assert (ended.code, "cannot be read" in ended.err) == (2, True)


def test_the_packets_of_a_recording_are_decoded(fdir, tmp_path):
    path = tmp_path / "flight.rec"
    with Recorder(path) as recorder:
        recorder.write(Tick(5))
        recorder.write(Command(6, Tc(66, 12, 1, b"\x00\x01\x00\x0b").pack()))
        recorder.write(Reply(7, Tm(81, 17, 2, b"", 7).pack()))
    command, reply = (json.loads(line) for line in fdir("tm", path, "--json").out.splitlines())
    assert (command["kind"], command["name"]) == ("tc", "st12.enable-pmon")
    assert (reply["kind"], reply["application"]) == ("tm", "acc")


def test_live_telemetry_over_zeromq(fdir, packets, restored_signals):
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher:
        publisher.bind("tcp://127.0.0.1:*")

        def publish():
            publisher.recv()  # the subscription
            for packet in packets:
                publisher.send(packet)

        thread = threading.Thread(target=publish)
        thread.start()
        address = publisher.getsockopt_string(zmq.LAST_ENDPOINT)
        ended = fdir("tm", "--telemetry", address, "--limit", len(packets), "--json")
        thread.join()
    assert names(ended) == ANSWERS


def test_live_telemetry_over_tcp_until_the_daemon_ends(fdir, packets, restored_signals):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            peer, _ = server.accept()
            peer.sendall(b"".join(packets))
            peer.close()

        thread = threading.Thread(target=serve)
        thread.start()
        ended = fdir("tm", "--tm", join(*server.getsockname()), "--json")
        thread.join()
    assert names(ended) == ANSWERS
    assert (ended.code, "has closed the connection" in ended.err) == (1, True)


def test_an_interrupt_ends_live_telemetry_in_good_order(fdir, packets, restored_signals):
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def serve():
            peer, _ = server.accept()
            peer.sendall(packets[0])
            os.kill(os.getpid(), signal.SIGINT)
            done.wait(60)
            peer.close()

        thread = threading.Thread(target=serve)
        thread.start()
        ended = fdir("tm", "--tm", join(*server.getsockname()), "--json")
        done.set()
        thread.join()
    assert (ended.code, ended.err) == (0, "")
