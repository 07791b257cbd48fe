"""kill -9 in the middle of a recovery: the next daemon goes on, repeats nothing and forgets nothing."""

import contextlib
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest
import zmq

from fdir_service import snapshot
from fdir_service.audit.reading import Reader, read
from fdir_service.stream import Stream
from pus.packets import decode_tc
from tests.fdir_service.lockstep import HOPPER, hopper
from tests.fdir_service.processes import DEADLINE_S, daemon, simulator

SPEED = 20
SCENARIO = (
    (HOPPER / "scenarios" / "demo.toml")
    .read_text()
    .replace("duration_s = 150.0", "duration_s = 2000.0")
    .replace("start_s = 70.0", "start_s = 15.0")
)


POINTS = [
    ("entered",),
    *((outcome, "reinitialise") for outcome in ("sent", "failed")),
    ("exhausted",),
    *((outcome, "power-cycle") for outcome in ("sent", "failed")),
    ("sent", "switch"),
]
"""Steps that every flight of this scenario takes, in order; with an answer that was heard or without."""


class Wire:
    """The units' socket as the daemons see it: passes everything on, and notes the requests that came."""

    def __init__(self, context, units):
        self.requests = []
        self._context, self._units = context, units
        self._front = context.socket(zmq.ROUTER)
        self._front.bind("tcp://127.0.0.1:*")
        self.address = self._front.getsockopt_string(zmq.LAST_ENDPOINT)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _run(self):
        backs, poller = {}, zmq.Poller()  # one socket to the units for each daemon, as without the wire
        poller.register(self._front, zmq.POLLIN)
        while not self._ended.is_set():
            ready = dict(poller.poll(50))
            if self._front in ready:
                client, packet = self._front.recv_multipart()
                self.requests.append(packet)
                if client not in backs:
                    backs[client] = self._context.socket(zmq.DEALER)
                    backs[client].connect(self._units)
                    poller.register(backs[client], zmq.POLLIN)
                backs[client].send(packet)
            for client, back in backs.items():
                if back in ready:
                    self._front.send_multipart([client, back.recv()])
        for socket in (self._front, *backs.values()):
            socket.close(0)


def until(path, process, *wanted):
    """Wait until the audit log holds a step of recovery with this outcome (and action)."""
    deadline = time.monotonic() + DEADLINE_S
    while not path.exists():
        check_alive(process, deadline)
    with Reader(path) as reader:
        while True:
            for record in reader.records():
                if (record.get("outcome"), record.get("action"))[: len(wanted)] == wanted:
                    return
            check_alive(process, deadline)


def check_alive(process, deadline):
    assert time.monotonic() < deadline
    with contextlib.suppress(subprocess.TimeoutExpired):
        raise AssertionError(f"the daemon has ended with {process.wait(timeout=0.002)}")


def fly(tmp_path, *points):
    """Kill a daemon as soon as each point is on record; return the requests that reached the units."""
    scenario, audit, state = (tmp_path / name for name in ("scenario.toml", "audit.jsonl", "state"))
    scenario.write_text(SCENARIO)
    words = ("--audit", audit, "--snapshot", state)
    with zmq.Context() as context, simulator(scenario, SPEED) as sim:
        with Wire(context, sim.first["units"]) as wire:
            for point in points:
                with daemon(sim.first["samples"], wire.address, *words) as killed:
                    until(audit, killed.process, *point)
                    killed.process.kill()
                    assert killed.process.wait() == -signal.SIGKILL
            with daemon(sim.first["samples"], wire.address, *words) as last:
                until(audit, last.process, "recovered")
                code, _, err = last.stop()
                assert code == 0, err
    return wire.requests


def check(tmp_path, requests, deaths=1):
    records = list(read(tmp_path / "audit.jsonl"))
    assert [record["kind"] for record in records].count("header") == deaths + 1
    steps = [record for record in records if record["kind"] == "recovery"]
    assert not_repeated(requests)
    assert_nothing_forgotten(requests, steps)
    assert max(step["level"] for step in steps) == 1
    assert [step["action"] for step in steps if step["outcome"] == "recovered"] == ["switch"]
    stream = Stream(hopper())
    snapshot.read(stream, tmp_path / "state")
    assert stream.chain.latest(stream.mission.parameters.by_name["acc.unit"].id) == 1


def not_repeated(requests):
    """Whether each of the three functions, one attempt each, was asked for once at most."""
    asked = Counter(decode_tc(packet).data for packet in requests)
    return len(requests) <= 3 and set(asked.values()) == {1}


def assert_nothing_forgotten(requests, steps):
    """What reached a unit is on record as sent; what is on record was asked, or judged without an answer."""
    sent = {bytes.fromhex(step["packet"]): step["action"] for step in steps if step["outcome"] == "sent"}
    assert list(dict.fromkeys(sent.values())) == ["reinitialise", "power-cycle", "switch"]
    assert set(requests) <= sent.keys()
    resumed = {step["action"] for step in steps if step["outcome"] == "resumed"}
    assert {sent[packet] for packet in sent.keys() - set(requests)} <= resumed
    assert "switch" in {sent[packet] for packet in requests}


def test_a_daemon_killed_after_each_of_its_requests_goes_on_from_there(tmp_path):
    points = [("sent", action) for action in ("reinitialise", "power-cycle", "switch")]
    check(tmp_path, fly(tmp_path, *points), len(points))


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=" ".join)
def test_a_daemon_killed_at_any_step_goes_on_from_there(tmp_path, point):
    check(tmp_path, fly(tmp_path, point))


@pytest.mark.slow
def test_a_daemon_killed_again_and_again_goes_on_from_there(tmp_path):
    check(tmp_path, fly(tmp_path, *POINTS), len(POINTS))
