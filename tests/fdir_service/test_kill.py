"""kill -9 in the middle of a recovery: the next daemon goes on, repeats nothing and forgets nothing."""

import contextlib
import subprocess
import threading
import time

import pytest
import zmq

from fdir_service import snapshot
from fdir_service.audit.reading import Reader, read
from fdir_service.stream import Stream
from tests.fdir_service.lockstep import HOPPER, hopper
from tests.fdir_service.processes import DEADLINE_S, daemon, simulator

SPEED = 20
SCENARIO = (
    (HOPPER / "scenarios" / "demo.toml")
    .read_text()
    .replace("duration_s = 150.0", "duration_s = 2000.0")
    .replace("start_s = 70.0", "start_s = 15.0")
)


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


def fly(tmp_path, *killed_at):
    """Kill the daemon as soon as this is on record; return the requests that reached the units."""
    scenario, audit, state = (tmp_path / name for name in ("scenario.toml", "audit.jsonl", "state"))
    scenario.write_text(SCENARIO)
    words = ("--audit", audit, "--snapshot", state)
    with zmq.Context() as context, simulator(scenario, SPEED) as sim:
        with Wire(context, sim.first["units"]) as wire:
            with daemon(sim.first["samples"], wire.address, *words) as first:
                until(audit, first.process, *killed_at)
                first.process.kill()
                first.process.wait()
            with daemon(sim.first["samples"], wire.address, *words) as second:
                until(audit, second.process, "recovered")
                code, _, err = second.stop()
                assert code == 0, err
    return wire.requests


def check(tmp_path, requests):
    assert len(set(requests)) == len(requests)
    records = list(read(tmp_path / "audit.jsonl"))
    assert [record["kind"] for record in records].count("header") == 2
    steps = [record for record in records if record["kind"] == "recovery"]
    assert set(requests) <= {bytes.fromhex(step["packet"]) for step in steps if step["outcome"] == "sent"}
    assert max(step["level"] for step in steps) == 1
    stream = Stream(hopper())
    snapshot.read(stream, tmp_path / "state")
    assert stream.chain.latest(stream.mission.parameters.by_name["acc.unit"].id) == 1


def test_a_daemon_killed_right_after_its_first_request_goes_on_from_there(tmp_path):
    requests = fly(tmp_path, "sent", "reinitialise")
    check(tmp_path, requests)
    assert 2 <= len(requests) <= 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "killed_at",
    [
        ("entered",),
        ("executed", "reinitialise"),
        ("failed", "reinitialise"),
        ("exhausted",),
        ("sent", "power-cycle"),
        ("executed", "power-cycle"),
        ("failed", "power-cycle"),
        ("sent", "switch"),
        ("executed", "switch"),
    ],
    ids=" ".join,
)
def test_a_daemon_killed_at_any_step_goes_on_from_there(tmp_path, killed_at):
    check(tmp_path, fly(tmp_path, *killed_at))
