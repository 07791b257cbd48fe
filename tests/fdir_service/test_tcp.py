"""TM and TC over TCP: real sockets against the two ports, driven round by round."""

import socket
import struct

import pytest
import zmq

from fdir_service.framing import Framer
from fdir_service.sinks.tcp import TelemetryPort
from fdir_service.sources.live import LinkError
from fdir_service.sources.tcp import PACKETS, STALL_S, TelecommandPort
from fdir_service.stream import Output
from fdir_service.tcp import Listener, is_local, join, split
from pus.packets import Tc, Tm, decode_tm

HOST = "127.0.0.1"
ROUND_MS = 2000


def ping(sequence=0):
    return Tc(66, 17, 1, sequence=sequence).pack()


class Bench:
    """A port in a poll of its own."""

    def __init__(self, port):
        self.port = port
        self.poller = zmq.Poller()
        port.attach(self.poller)
        self.clients = []

    def connect(self, receive_buffer=None):
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(10)
        client.connect(split(self.port.address))
        self.clients.append(client)
        return client

    def round(self):
        return self.port.serve(dict(self.poller.poll(0 if self.port.has_more else ROUND_MS)))

    def rounds_until(self, is_done):
        packets = []
        for _ in range(1000):
            packets += self.round()
            if is_done(packets):
                return packets
        raise AssertionError(f"not within 1000 rounds: {packets}")

    def close(self):
        for client in self.clients:
            client.close()
        self.port.close()


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def tc(now):
    bench = Bench(TelecommandPort(HOST, 0, lambda: now[0], limit=3))
    yield bench
    bench.close()


@pytest.fixture
def tm():
    bench = Bench(TelemetryPort(HOST, 0, buffer=4096, limit=3))
    yield bench
    bench.close()


def reset(client):
    """Close so that the peer gets an error instead of an end."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def is_closed(client):
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


# --- TC ------------------------------------------------------------------------------------------------


def test_packets_come_in_any_pieces_from_several_clients(tc):
    first, second = tc.connect(), tc.connect()
    first.sendall(ping(1) + ping(2)[:7])
    second.sendall(ping(3))
    assert set(tc.rounds_until(lambda packets: len(packets) == 2)) == {ping(1), ping(3)}
    first.sendall(ping(2)[7:])
    assert tc.rounds_until(bool) == [ping(2)]
    assert tc.port.counts == {}


def test_a_flood_is_taken_in_portions_and_nothing_of_it_is_lost(tc):
    flood, other = tc.connect(), tc.connect()
    wanted = [ping(k) for k in range(5 * PACKETS + 3)]
    flood.sendall(b"".join(wanted))
    other.sendall(ping(9999))
    rounds = []
    while sum(map(len, rounds)) < len(wanted) + 1:
        rounds.append(tc.round())
    assert max(map(len, rounds)) <= PACKETS + 1
    assert ping(9999) in rounds[0] + rounds[1]
    assert [packet for part in rounds for packet in part if packet != ping(9999)] == wanted


def test_what_was_sent_before_leaving_is_taken(tc):
    client = tc.connect()
    wanted = [ping(k) for k in range(3 * PACKETS)]
    client.sendall(b"".join(wanted))
    client.close()
    assert tc.rounds_until(lambda packets: len(packets) == len(wanted)) == wanted
    assert not tc.port.has_more or tc.round() == []
    assert tc.port.counts == {}


def test_half_a_packet_before_leaving_is_counted(tc):
    client = tc.connect()
    client.sendall(ping(1) + ping(2)[:9])
    client.close()
    tc.rounds_until(lambda packets: tc.port.counts)
    assert tc.port.counts == {"TC truncated": 1}


def test_an_impossible_length_ends_the_connection_after_the_packets_before_it(tc):
    client = tc.connect()
    client.sendall(ping(1) + bytes.fromhex("1842c0000001") + ping(2))
    assert tc.rounds_until(bool) == [ping(1)]
    assert tc.port.counts == {"TC impossible length": 1}
    assert is_closed(client)


def test_a_packet_that_does_not_go_on_ends_the_connection(tc, now):
    client, idle = tc.connect(), tc.connect()
    client.sendall(ping(1)[:8])
    tc.round()
    now[0] += STALL_S
    assert not tc.port.counts
    now[0] += 0.1
    client.sendall(ping(1)[8:9])
    tc.rounds_until(lambda packets: tc.port.counts)
    assert tc.port.counts == {"TC stalled": 1}
    assert is_closed(client)
    idle.sendall(ping(2))  # nothing begun: may stay for ever
    assert tc.rounds_until(bool) == [ping(2)]


def test_clients_beyond_the_limit_are_refused_until_others_leave(tc):
    first, *_ = [tc.connect() for _ in range(3)]
    fourth = tc.connect()
    tc.rounds_until(lambda packets: tc.port.counts)
    assert tc.port.counts == {"TC client too many": 1}
    assert is_closed(fourth)
    first.close()
    tc.round()
    late = tc.connect()
    late.sendall(ping(7))
    assert tc.rounds_until(bool) == [ping(7)]


def test_whoever_left_unnoticed_holds_no_place(tc):
    crowd = [tc.connect() for _ in range(3)]
    tc.rounds_until(lambda packets: len(tc.port._clients) == 3)
    crowd[0].sendall(ping(1))
    crowd[0].close()
    reset(crowd[1])
    late, later = tc.connect(), tc.connect()
    tc.port.serve({})  # a round whose poll was before all of this
    assert tc.port.counts == {"TC client too many": 1}  # one has left, one said something, one is there
    assert is_closed(later)
    late.sendall(ping(2))
    assert set(tc.rounds_until(lambda packets: len(packets) == 2)) == {ping(1), ping(2)}


def test_whoever_left_much_to_do_holds_a_place_until_it_is_done(tc):
    crowd = [tc.connect() for _ in range(3)]
    tc.rounds_until(lambda packets: len(tc.port._clients) == 3)
    for client in crowd:
        client.sendall(b"".join(ping(k) for k in range(4 * PACKETS)))
        client.close()
    packets = tc.round() + tc.round()
    late = tc.connect()
    packets += tc.round()
    assert tc.port.counts == {"TC client too many": 1}
    assert is_closed(late)
    while len(packets) < 3 * 4 * PACKETS:
        packets += tc.round()


def test_a_connection_that_is_reset_leaves_nothing_behind(tc):
    for k in range(10):
        client = tc.connect()
        client.sendall(ping(k))
        assert tc.rounds_until(bool) == [ping(k)]
        reset(client)
        tc.round()
    assert not tc.port._clients


# --- TM ------------------------------------------------------------------------------------------------


def put(bench, *sequences, size=0):
    bench.port.put((), Output(telemetry=[Tm(66, 17, 2, bytes(size), 0, sequence=k) for k in sequences]))


def heard(client, n):
    framer, packets = Framer(), []
    while len(packets) < n:
        framer.feed(client.recv(1 << 16))
        packets += framer.packets()
    return [decode_tm(packet).sequence for packet in packets]


def test_every_client_gets_every_packet(tm):
    first, second = tm.connect(), tm.connect()
    tm.rounds_until(lambda _: len(tm.port._waiting) == 2)
    put(tm, 0, 1)
    put(tm)
    put(tm, 2)
    assert heard(first, 3) == heard(second, 3) == [0, 1, 2]
    assert tm.port.counts == {}


def test_a_slow_client_loses_whole_packets_which_are_counted_and_others_lose_none(tm):
    slow, fast = tm.connect(receive_buffer=2048), tm.connect()
    tm.rounds_until(lambda _: len(tm.port._waiting) == 2)
    sent, fast_heard = 0, []
    while tm.port._dropped < 100:
        put(tm, *range(sent, sent + 10), size=1000)
        fast_heard += heard(fast, 10)
        sent += 10
        assert all(len(waiting) <= 4096 for waiting in tm.port._waiting.values())
    assert fast_heard == list(range(sent))
    assert tm.port.counts == {"TM to slow client": tm.port._dropped}
    slow_heard, framer = [], Framer()
    while len(slow_heard) < sent - tm.port._dropped:  # the poll tells when the client takes more
        framer.feed(slow.recv(1 << 16))
        slow_heard += [decode_tm(packet).sequence for packet in framer.packets()]
        tm.port.serve(dict(tm.poller.poll(0)))
    assert len(slow_heard) == sent - tm.port._dropped
    assert slow_heard == sorted(set(slow_heard))
    put(tm, 10_000)
    assert heard(slow, 1) == [10_000]


def test_what_a_telemetry_client_says_is_ignored(tm):
    client = tm.connect()
    client.sendall(b"hello" * 1000)
    tm.rounds_until(lambda _: len(tm.port._waiting) == 1)
    assert tm.round() == []
    put(tm, 5)
    assert heard(client, 1) == [5]


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["close", "reset"])
def test_clients_may_leave_and_come_back(tm, leave):
    for k in range(5):
        client = tm.connect()
        tm.rounds_until(lambda _: len(tm.port._waiting) == 1)
        put(tm, k)
        assert heard(client, 1) == [k]
        leave(client)
        tm.rounds_until(lambda _: not tm.port._waiting)
    assert tm.port.counts == {}


def test_a_client_that_vanishes_while_packets_wait_is_forgotten(tm):
    client = tm.connect(receive_buffer=2048)
    tm.rounds_until(lambda _: len(tm.port._waiting) == 1)
    while not tm.port._dropped:
        put(tm, *range(10), size=1000)
    reset(client)
    for _ in range(100):
        put(tm, 1)
        if not tm.port._waiting:
            break
    assert not tm.port._waiting


def test_who_connects_before_an_answer_leaves_gets_it(tm):
    client = tm.connect()
    put(tm, 1)
    assert heard(client, 1) == [1]


def test_more_listeners_than_the_limit_are_refused(tm):
    clients = [tm.connect() for _ in range(4)]
    tm.rounds_until(lambda _: len(tm.port._waiting) == 3)
    assert tm.port.counts == {"TM client too many": 1}
    assert is_closed(clients[-1])


# --- addresses -----------------------------------------------------------------------------------------


def test_a_port_in_use_is_named():
    listener = Listener(HOST, 0)
    with pytest.raises(LinkError, match=rf"{listener.address}: cannot listen"):
        Listener(*split(listener.address))
    listener.close()


def test_a_host_that_does_not_exist_is_named():
    with pytest.raises(LinkError, match=r"256\.0\.0\.1:0: cannot listen"):
        Listener("256.0.0.1", 0)


@pytest.mark.parametrize("address", ["127.0.0.1:80", "[::1]:5", "host.example:65535"])
def test_addresses_are_split_and_joined(address):
    assert join(*split(address)) == address


@pytest.mark.parametrize("address", ["127.0.0.1", ":80", "host:", "host:-1", "host:65536", "host:1x"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(LinkError, match="no HOST:PORT"):
        split(address)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_only_loopback_is_local(host, local):
    assert is_local(host) is local
