"""What a unit is asked is in the audit log and in the snapshot before the request arrives."""

from contextlib import contextmanager

import msgpack
import pytest
import zmq

from fdir_service import snapshot
from fdir_service.audit.log import AuditLog
from fdir_service.audit.reading import read
from fdir_service.cli.overrides import override
from fdir_service.ladder.state import Outcome, Phase
from fdir_service.service import Options, service
from fdir_service.snapshot import Keeper
from fdir_service.stream import Stream
from pus.packets import request_id
from pus.samples import encode
from tests.fdir_service.builders import flight, samples
from tests.fdir_service.processes import DEADLINE_S, FREE


class Vehicle:
    """The other ends of the daemon's sockets."""

    def __init__(self, context):
        self._samples, self._units = context.socket(zmq.XPUB), context.socket(zmq.ROUTER)
        for socket in (self._samples, self._units):
            socket.bind(FREE)
        ends = (socket.getsockopt_string(zmq.LAST_ENDPOINT) for socket in (self._samples, self._units))
        self.samples, self.units = ends

    def publish(self, message, topics=0):
        """Publish a message, once there are so many new subscriptions."""
        for _ in range(topics):
            self._samples.recv()
        self._samples.send_multipart([message.source.encode(), encode(message)])

    def asked(self, timeout_ms=DEADLINE_S * 1000):
        """Wait for a request; return None if there is none."""
        return self._units.recv_multipart()[-1] if self._units.poll(timeout_ms) else None

    def close(self):
        self._samples.close(0)
        self._units.close(0)


@pytest.fixture
def vehicle():
    with zmq.Context() as context:
        ends = Vehicle(context)
        yield ends
        ends.close()


@pytest.fixture
def composed(bench, vehicle, tmp_path):
    """Compose daemons with an audit log and a snapshot."""
    addresses = {"samples": vehicle.samples, "units": vehicle.units, "telemetry": FREE, "commands": FREE}
    mission = override(bench, {**addresses, "metrics_host": None, "metrics_port": 0}, None)
    options = Options(audit=tmp_path / "audit.jsonl", snapshot=tmp_path / "state")

    @contextmanager
    def compose():
        with service(mission, options) as (daemon, _):
            yield daemon

    return compose


def restored(mission, path):
    stream = Stream(mission)
    snapshot.read(stream, path)
    return stream


def fail(daemon, vehicle):
    """Let x freeze until the ladder asks the pair; return the request as the pair got it."""
    vehicle.publish(samples(0, flight(26, slice(20, 26))), topics=2)
    while not daemon.stream.recovery.ladder.states[1].last:
        daemon._loop_once(1000)
    return vehicle.asked()


def test_the_audit_log_comes_before_the_snapshot(composed):
    with composed() as daemon:
        assert [type(sink) for sink in daemon.write_ahead] == [AuditLog, Keeper]


def test_a_request_that_arrives_is_on_record_and_in_the_snapshot(bench, composed, vehicle, tmp_path):
    with composed() as daemon:
        request = fail(daemon, vehicle)
        records = list(read(tmp_path / "audit.jsonl"))
        state = restored(bench, tmp_path / "state").recovery.ladder.states[1]
    sent = [r for r in records if r["kind"] == "recovery" and r["outcome"] == "sent"]
    assert [bytes.fromhex(record["packet"]) for record in sent] == [request]
    assert (state.phase, state.request) == (Phase.SENT, request_id(request))


def test_a_daemon_that_goes_on_says_so_before_its_first_round(bench, composed, vehicle, tmp_path):
    with composed() as daemon:
        fail(daemon, vehicle)
    with composed():
        last = list(read(tmp_path / "audit.jsonl"))[-1]
        state = restored(bench, tmp_path / "state").recovery.ladder.states[1]
    assert (last["outcome"], last["action"], last["reason"]) == (
        "resumed",
        "switch",
        "its answer may be lost",
    )
    assert (state.phase, state.request) == (Phase.EXECUTED, b"")


def test_what_cannot_be_put_on_record_is_neither_sent_nor_remembered_as_sent(
    composed, vehicle, tmp_path, monkeypatch
):
    """The disk of the audit log is full, that of the snapshot is not."""

    def is_full(log, messages, output):
        if any(step.outcome is Outcome.SENT for step in output.steps):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(AuditLog, "put", is_full)
    with pytest.raises(OSError, match="No space left"), composed() as daemon:
        fail(daemon, vehicle)
    assert vehicle.asked(50) is None
    assert not (tmp_path / "state").exists()


def test_a_run_that_ends_as_it_should_leaves_its_last_state(bench, composed, vehicle, tmp_path):
    with composed() as daemon:
        vehicle.publish(samples(0, flight(5)), topics=2)
        while not daemon.stream.time:
            daemon._loop_once(1000)
    found = snapshot.take(restored(bench, tmp_path / "state"))
    assert msgpack.packb(found) == msgpack.packb(snapshot.take(daemon.stream))
