"""The daemon's loop: one poll, one step of the stream, ticks while nothing comes, an orderly end."""

import os
import signal

import numpy as np
import pytest
import zmq
from prometheus_client import generate_latest

from fdir_service.daemon import ALIVE_S, IDLE_S, Daemon, Interrupted, summary
from fdir_service.exposition import registry
from fdir_service.journal import Journal
from fdir_service.metrics import Metrics
from fdir_service.mission import load
from fdir_service.sources.live import Links
from fdir_service.stream import Stream
from pus.samples import Heartbeat, Samples, Tick, encode

MISSION = """
[mission]
name = "tiny"
apid = 66
[[source]]
name = "s"
silence_s = 2.0
parameters = [{ id = 1, name = "x" }]
[[pmon]]
id = 1
name = "x"
parameter = "x"
check = "limit"
low = 0
high = 1
high_event = 9
[[event]]
id = 9
name = "x-high"
severity = "medium"
"""
MS = 1_000_000


class HandClock:
    """A clock that the test moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Memory:
    """A sink that remembers."""

    def __init__(self):
        self.messages = []
        self.outputs = []

    def put(self, messages, output):
        self.messages += messages
        self.outputs.append(output)

    def close(self):
        pass


@pytest.fixture
def mission(tmp_path):
    (tmp_path / "mission.toml").write_text(MISSION)
    return load(tmp_path)


@pytest.fixture
def bench(mission):
    """A daemon on inproc sockets, with the publisher's end of the wire in the test's hand."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher, context.socket(zmq.ROUTER) as units:
        publisher.bind("inproc://samples")
        units.bind("inproc://units")
        links = Links(context, "inproc://samples", "inproc://units", "inproc://commands", ["s"])
        publisher.recv()  # the subscription has arrived
        memory, clock = Memory(), HandClock()
        metrics = Metrics(mission)
        daemon = Daemon(Stream(mission), links, [memory], metrics, Journal(mission), clock)

        def publish(message):
            publisher.send_multipart([b"s", encode(message)])

        yield daemon, publish, memory, clock
        links.close()


def samples(sequence, *values):
    return Samples.regular("s", 1, sequence, sequence * 100 * MS, 100 * MS, np.array(values)[:, None])


def rounds(daemon, n):
    """Let the daemon go round n times."""
    left = iter(range(n + 1))
    daemon.should_stop = lambda: next(left) == n
    daemon.run()


def test_samples_become_records_metrics_and_telemetry(bench):
    daemon, publish, memory, _ = bench
    publish(samples(0, 0.5, 0.5, 7.0))
    rounds(daemon, 1)
    (output,) = [o for o in memory.outputs if o.telemetry]
    assert [(tm.service, tm.subtype) for tm in output.telemetry] == [(5, 3)]
    text = generate_latest(registry(daemon.metrics.series)).decode()
    assert 'fdir_samples_total{source="s"} 3.0' in text
    assert 'fdir_events_total{severity="medium"} 1.0' in text
    assert summary(daemon.stream) == "s: 3 received, 0 lost, 0 rejected of 3"


def test_draining_ends_when_nothing_comes_although_time_goes_on(bench):
    daemon, publish, memory, clock = bench
    publish(samples(0, 0.5))
    rounds(daemon, 1)
    clock.now += 2 * IDLE_S
    daemon.drain()
    assert [message for message in memory.messages if isinstance(message, Tick)]
    ended = len(memory.outputs)
    clock.now += 2 * IDLE_S
    daemon.drain()
    assert len(memory.outputs) == ended + 1


def test_what_is_written_ahead_comes_before_a_request_leaves_the_rest_behind_it(bench, monkeypatch):
    daemon, publish, memory, _ = bench
    ahead, order = Memory(), []
    for name, sink in (("ahead", ahead), ("behind", memory)):
        monkeypatch.setattr(sink, "put", lambda messages, output, name=name: order.append(name))
    monkeypatch.setattr(daemon.links, "send", lambda requests: order.append("requests"))
    daemon.write_ahead = [ahead]
    publish(samples(0, 0.5))
    daemon._loop_once(1000)
    daemon.resume()
    assert order == ["ahead", "requests", "behind"] * 2


def test_what_cannot_be_written_ahead_does_not_happen(bench, monkeypatch):
    daemon, publish, _, _ = bench
    full = Memory()

    def fail(messages, output):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(full, "put", fail)
    monkeypatch.setattr(daemon.links, "send", lambda requests: pytest.fail("a request has left"))
    daemon.write_ahead = [full]
    publish(samples(0, 0.5))
    with pytest.raises(OSError, match="No space left"):
        daemon._loop_once(1000)


def test_while_no_samples_come_ticks_carry_time_on_until_the_source_is_silent(bench):
    daemon, publish, memory, clock = bench
    publish(samples(0, 0.5))
    rounds(daemon, 1)
    clock.now += IDLE_S + 2.0
    daemon._loop_once(0)
    (tick,) = [message for message in memory.messages if isinstance(message, Tick)]
    assert tick.time == round((IDLE_S + 2.0) * 1e9)
    assert [entry.source for entry in memory.outputs[-1].timeline] == ["s"]


def test_before_the_first_sample_there_is_no_time_to_carry_on(bench):
    daemon, _, memory, clock = bench
    clock.now += 60
    daemon._loop_once(0)
    assert memory.messages == []


def test_what_is_queued_is_handled_before_the_end(bench):
    daemon, publish, _, _ = bench
    daemon.stopping = True
    for k in range(5):
        publish(samples(k, 0.5))
    daemon.run()
    assert daemon.stream.accounts["s"].received == 5


def test_losses_at_the_tail_show_by_the_heartbeat(bench):
    daemon, publish, _, _ = bench
    publish(samples(0, 0.5))
    publish(Heartbeat("s", 1, 4, 0))
    rounds(daemon, 1)
    assert summary(daemon.stream) == "s: 1 received, 3 lost, 0 rejected of 4"


def test_the_daemon_is_alive_while_its_loop_goes_round(bench):
    daemon, publish, _, clock = bench
    publish(samples(0, 0.5))
    rounds(daemon, 1)
    assert daemon.is_alive
    assert daemon.is_ready
    clock.now += ALIVE_S
    assert not daemon.is_alive


def test_a_signal_stops_the_loop_a_second_one_forces_and_the_old_reactions_come_back(bench):
    daemon, *_ = bench
    before = signal.getsignal(signal.SIGTERM)
    with daemon.signals():
        os.kill(os.getpid(), signal.SIGTERM)
        assert daemon.stopping
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_malformed_messages_are_counted_and_the_loop_goes_on(bench):
    daemon, publish, _, _ = bench
    publish(samples(0, 0.5))
    daemon.links._samples[0].malformed["malformed"] += 1
    rounds(daemon, 1)
    text = generate_latest(registry(daemon.metrics.series)).decode()
    assert 'fdir_messages_malformed_total{reason="malformed"} 1.0' in text
