"""Hostile clients: mutated telecommands, half-open and slow connections; the accounts balance afterwards.

Every packet that can be cut from what was sent is answered once: TM[1,1], [1,2] or [1,10] with its request
ID. An oracle of its own cuts the same octets. Packets to units are left out: no unit is there to answer.
"""

import random
import socket
import urllib.request
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from fdir_service.framing import Framer
from fdir_service.mission import load
from fdir_service.tcp import MAX_CLIENTS, split
from pus.packets import Tc, decode_tm
from tests.fdir_service.processes import DEADLINE_S, daemon

HOPPER = load("hopper")
NOBODY = "tcp://127.0.0.1:1"
BATCH, CONNECTIONS = 200, 8
SUBTYPES = {3: 36, 5: 8, 8: 1, 12: 28, 17: 4, 18: 22, 19: 11, 20: 3, 21: 14}
FIRST_ANSWERS = ((1, 1), (1, 2), (1, 10))


class Telemetry:
    """A reader of the TM port that counts the first answer to every request."""

    def __init__(self, address):
        self._socket = socket.create_connection(split(address), DEADLINE_S)
        self._framer = Framer()
        self.answers = Counter()

    def read_until(self, request):
        """Read until the request with this ID is completed."""
        is_over = False
        while not is_over:
            octets = self._socket.recv(1 << 18)
            assert octets, "the daemon has closed the connection"
            self._framer.feed(octets)
            for packet in self._framer.packets():
                tm = decode_tm(packet)
                if (tm.service, tm.subtype) in FIRST_ANSWERS:
                    self.answers[tm.data[:4]] += 1
                is_over |= (tm.service, tm.subtype, tm.data[:4]) == (1, 7, request)

    def close(self):
        self._socket.close()


def sound(draw, sequence):
    """A telecommand with a good frame and any content."""
    service = draw.choice(list(SUBTYPES))
    subtype = draw.randrange(SUBTYPES[service] + 2)
    lists = b"\x00\x01" + draw.randbytes(draw.choice((2, 4, 8)))
    data = draw.choice((b"", lists, draw.randbytes(draw.randrange(60))))
    return Tc(HOPPER.apid, service, subtype, data, 1, sequence).pack()


def mutated(draw, sequence):
    """A telecommand, mostly with something wrong: check word, header, APID, length, or cut short."""
    packet = bytearray(sound(draw, sequence))
    match draw.randrange(8):
        case 0 | 1:
            return bytes(packet)
        case 2:
            packet[draw.randrange(len(packet))] ^= 1 << draw.randrange(8)
        case 3:
            packet[-2:] = draw.randbytes(2)
        case 4:
            apid = draw.choice([k for k in range(1, 2047) if k not in HOPPER.units])
            return Tc(apid, 17, 1, sequence=sequence).pack()
        case 5:
            packet[4:6] = draw.choice((0, 5, 6, 40, 0xFFFF)).to_bytes(2, "big")
        case 6:
            return bytes(packet[: draw.randrange(1, len(packet))])
        case _:
            return draw.randbytes(draw.randrange(1, 80))
    return bytes(packet)


def cut(octets):
    """Cut packets as design wants it: (packets, how it ends)."""
    packets = []
    while len(octets) >= 6:
        size = int.from_bytes(octets[4:6], "big") + 7
        if octets[0] >> 5 or size < 13:
            return packets, "TC impossible length"
        if size > len(octets):
            break
        packets.append(octets[:size])
        octets = octets[size:]
    return packets, "TC truncated" if octets else ""


def is_for_a_unit(packet):
    return int.from_bytes(packet[:2], "big") & 0x7FF in HOPPER.units


class Attack:
    """Batches of telecommands on fresh connections; what must be answered and counted is written down."""

    def __init__(self, addresses, seed):
        self._address = split(addresses["tc"])
        self._telemetry = Telemetry(addresses["tm"])
        self._draw = random.Random(seed)
        self._control = socket.create_connection(self._address, DEADLINE_S)
        self.sent = 0
        self.expected = Counter()
        self.counts = Counter()

    def batch(self):
        """Send a batch over a few connections, then wait until all of it is answered."""
        for _ in range(CONNECTIONS):
            stream = b"".join(self._packet() for _ in range(BATCH // CONNECTIONS))
            packets, end = cut(stream)
            self.expected.update(packet[:4] for packet in packets if not is_for_a_unit(packet))
            self.counts[end] += 1
            with socket.create_connection(self._address, DEADLINE_S) as client:
                try:
                    client.sendall(stream)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(1 << 16):
                        pass
                except ConnectionError:
                    pass  # the daemon has found an impossible length while we were sending
        self.check_alive()

    def _packet(self):
        # A client that is out of step is cut off at once; most stay in step for a while.
        self.sent += 1
        make = mutated if self._draw.random() < 0.1 else sound
        return make(self._draw, self.sent % (1 << 14))

    def check_alive(self):
        """Ask on a connection of its own whether the daemon is alive, and wait for the answer."""
        ping = Tc(HOPPER.apid, 17, 1, source=2, sequence=(self.sent + 1) % (1 << 14)).pack()
        self.expected[ping[:4]] += 1
        self._control.sendall(ping)
        self._telemetry.read_until(ping[:4])

    @property
    def answers(self):
        return self._telemetry.answers

    def close(self):
        self._telemetry.close()
        self._control.close()


def resident_kib(service):
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def counted(service):
    """Return the counts of dropped messages by reason; they are brought up to date when asked twice."""
    with urllib.request.urlopen(service.first["metrics"]) as page:
        lines = page.read().decode().splitlines()
    rows = (line for line in lines if line.startswith("fdir_messages_malformed_total{"))
    return {row.split('"')[1]: int(float(row.split()[-1])) for row in rows}


@contextmanager
def bystanders(addresses):
    """Clients that do nothing good: half a packet and no more, listeners that never read."""
    with ExitStack() as stack:
        for _ in range(4):
            half = stack.enter_context(socket.create_connection(split(addresses["tc"])))
            half.sendall(Tc(HOPPER.apid, 17, 1).pack()[:9])
        for _ in range(4):
            deaf = stack.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            deaf.connect(split(addresses["tm"]))
        yield


def attack(service, number, seed, warm):
    """Send `number` telecommands; return the attack and the growth of memory after the first `warm`."""
    with bystanders(service.first):
        attack = Attack(service.first, seed)
        before = 0
        while attack.sent < number:
            attack.batch()
            if attack.sent <= warm:
                before = resident_kib(service)
        return attack, resident_kib(service) - before


def check(service, attack):
    """Assert that the accounts balance, and that the daemon still does what it is for."""
    assert attack.answers == attack.expected
    wanted = {reason: n for reason, n in attack.counts.items() if reason}
    while (found := counted(service)).get("TC impossible length", 0) < wanted["TC impossible length"]:
        pass  # metrics are brought up to date each second
    assert wanted["TC impossible length"] == found["TC impossible length"]
    assert wanted["TC truncated"] + 4 >= found["TC truncated"] >= wanted["TC truncated"]
    attack.check_alive()
    attack.close()
    code, _, err = service.stop()
    assert (code, "Traceback" in err) == (0, False), err
    return found


def hostile(number, seed, warm, growth_kib):
    """Attack a daemon; return what it counted."""
    with daemon(NOBODY, NOBODY, "--tm-port", 0, "--tc-port", 0) as service:
        done, growth = attack(service, number, seed, warm)
        assert growth < growth_kib
        assert done.expected.total() > number / 2
        return check(service, done)


def test_two_thousand_hostile_telecommands_are_answered_and_counted():
    hostile(2_000, seed=1, warm=1_000, growth_kib=16_384)


@pytest.mark.slow
def test_a_hundred_thousand_hostile_telecommands_leave_memory_flat():
    found = hostile(100_000, seed=2, warm=30_000, growth_kib=8_192)
    assert found["TM to slow client"] > 0


def test_more_clients_than_places_are_turned_away_and_places_come_back():
    with daemon(NOBODY, NOBODY, "--tm-port", 0, "--tc-port", 0) as service, ExitStack() as stack:
        address = split(service.first["tc"])
        crowd = [stack.enter_context(socket.create_connection(address, DEADLINE_S)) for _ in range(40)]
        turned_away = [client for client in crowd[MAX_CLIENTS:] if client.recv(1) == b""]
        assert len(turned_away) == 40 - MAX_CLIENTS
        for client in crowd:
            client.close()
        last = Attack(service.first, seed=3)
        last.check_alive()
        last.close()
        assert service.stop()[0] == 0
