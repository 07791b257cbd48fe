"""The contenders that run in processes and over sockets do what they are said to do."""

import io
import json
from contextlib import ExitStack

import numpy as np
import pytest
import zmq

from fdir_service.bench import consumers, equality, losses, overheads, publishing, reference, starting
from fdir_service.bench.consumers import SilenceError, plain, whole
from fdir_service.bench.engines import Engine, Naive, agree
from fdir_service.bench.latency import live
from fdir_service.bench.publisher import SOURCE, publisher
from fdir_service.bench.publishing import Publishing
from fdir_service.bench.rounds import DisagreementError
from fdir_service.stream import Stream
from fdir_service.streaming.step import interpreter
from pus.samples import Heartbeat, decode


class Dumb:
    """A publisher that nobody can hear."""

    def heartbeat(self):
        return 0


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


def test_the_readings_are_nominal_for_the_reference_mission():
    mission = reference.mission()
    stream = Stream(mission)
    output = stream.take(reference.chunks(reference.readings(2_000), 250))
    assert {tm.service for tm in output.telemetry} == {3, 12}  # no event, only first check transitions
    assert [structure.interval for structure in mission.housekeeping] == [reference.HOUSEKEEPING]


def test_the_reference_model_is_what_the_documents_say():
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(reference.setup().path).graph
    trained = [t for t in graph.initializer if t.name.endswith((".weight", ".bias"))]
    assert sum(int(np.prod(t.dims)) for t in trained) == 36_450
    assert "36,450" in reference.__doc__


def test_messages_go_on_where_the_last_ones_ended():
    first, second = (reference.chunks(np.zeros((4, 10)), 2, SOURCE, at) for at in (0, 4))
    assert [m.sequence for m in first + second] == [0, 2, 4, 6]
    assert second[0].times[0] == 4 * reference.PERIOD


def test_every_sample_that_is_published_reaches_the_service_and_is_scored(stack):
    service = stack.enter_context(whole(stack.enter_context(publisher())))
    account = service.daemon.stream.accounts[SOURCE]
    before = account.received
    service.publisher.prepare(300)
    service.publisher.send()
    service.consume(300)
    service.publisher.sent()
    assert (account.received - before, account.lost, account.balances) == (300, 0, True)
    assert service.publisher.heartbeat() == account.received


def test_live_samples_have_a_latency_each_behind_the_service_and_behind_the_loop(stack):
    service = stack.enter_context(whole(stack.enter_context(publisher())))
    loop = stack.enter_context(plain(stack.enter_context(publisher())))
    for consumer in (service, loop):
        latencies = live(consumer, 20)
        assert len(latencies) == 20
        assert min(latencies) > 0
    assert 0 < len(service.daemon.durations) <= 20


def test_the_service_has_the_compiled_step_where_a_row_wants_it(stack):
    service = stack.enter_context(whole(stack.enter_context(publisher()), compiled_step=True))
    live(service, 20)
    (detector,) = service.daemon.stream.pools[SOURCE].detectors
    assert detector.setup.compiled_step
    assert (detector.scored["step"] > 0) == (interpreter() is not None)


def test_a_publisher_that_is_not_heard_is_given_up(stack, monkeypatch):
    monkeypatch.setattr(consumers, "ATTEMPTS", 2)
    monkeypatch.setattr(consumers, "_WAIT_MS", 1)
    context = stack.enter_context(zmq.Context())
    socket = stack.enter_context(context.socket(zmq.SUB))
    with pytest.raises(SilenceError, match="2 heartbeats"):
        consumers.Plain(socket, Dumb())


def test_a_service_that_does_not_score_every_sample_is_not_compared(stack):
    service = stack.enter_context(whole(stack.enter_context(publisher())))
    service.publisher.prepare(20)
    service.publisher.send()
    service.publisher.sent()
    service.daemon.stream.pools[SOURCE].flush()
    with pytest.raises(DisagreementError, match="0 windows of 20 samples"):
        service.consume(20)


@pytest.mark.parametrize("messages", [600])
def test_what_a_slow_consumer_loses_is_counted_to_the_last_sample(messages):
    account = losses.balance(messages)
    published = -(-messages // (2 * losses.DRAIN)) * 2 * losses.DRAIN * losses.SIZE
    assert account.received + account.lost == account.published == published
    assert account.balances


def test_an_account_that_never_settles_is_given_up(stack, monkeypatch):
    monkeypatch.setattr(losses, "ATTEMPTS", 2)
    monkeypatch.setattr(losses, "_WAIT_MS", 1)
    context = stack.enter_context(zmq.Context())
    socket = losses.SampleSocket(context, "tcp://127.0.0.1:1", [SOURCE])
    stack.callback(socket.close)
    with pytest.raises(SilenceError, match="0 of 0 samples"):
        losses.Slow(socket, Dumb()).settle()


def test_the_publishing_process_obeys_line_by_line(monkeypatch, capsys):
    monkeypatch.setattr(publishing.sys, "stdin", io.StringIO("prepare 3\nsend 1000\nheartbeat\n"))
    publishing.main(1, 10)
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0]["address"].startswith("tcp://127.0.0.1:")
    assert answers[1] == {}
    assert len(answers[2]["stamps"]) == 3
    assert answers[3] == {"published": 3}


def test_a_heartbeat_tells_how_many_samples_were_published():
    sent = []

    class Socket:
        def send_multipart(self, frames):
            sent.append(frames)

    publishing = Publishing(Socket(), 2)
    publishing.obey("prepare", 4)
    assert publishing.obey("send", 0) == {"stamps": []}
    assert publishing.obey("heartbeat", 0) == {"published": 4}
    assert [topic for topic, _ in sent] == [b"avionics"] * 3
    assert decode(sent[-1][1]) == Heartbeat(SOURCE, reference.SESSION, 4, 4 * reference.PERIOD)


def test_the_naive_engine_and_ours_find_the_scores_of_bare_onnxruntime():
    detector = reference.setup()
    samples = reference.signals(detector.card.window + 9)
    bare = reference.Bare.of(detector, samples).scores()
    assert bare.shape == (10, 2)
    agree(np.array(Naive(detector, samples).run()), bare, "bare")
    for size in (1, 3):
        agree(Engine(detector, samples, size).scores(), bare, "bare")
    with pytest.raises(DisagreementError, match=r"those of bare by 0\.5"):
        agree(bare, bare + 0.5, "bare")


def test_the_naive_engine_knows_nothing_of_a_window_with_a_hole():
    detector = reference.setup()
    samples = reference.signals(detector.card.window)
    samples[3] = np.nan
    assert np.isnan(Naive(detector, samples).run()).all()


def test_random_chunks_flip_no_decision():
    found = equality.differences(400)
    assert (found.largest <= reference.TOLERANCE, found.flipped) == (True, 0)


def test_rounds_without_accounting_find_the_same(monkeypatch):
    monkeypatch.setattr(overheads, "REFRESH", 256)
    counted, uncounted = (overheads.Rounds(2, counted=flag) for flag in (True, False))
    windows = [r._stream.pools[SOURCE].detectors[0].windows for r in (counted, uncounted)]
    assert windows == [512 - 179] * 2
    assert counted._stream.accounts[SOURCE].received == 512
    assert uncounted._stream.accounts[SOURCE].received == 0


def test_a_process_that_ends_before_it_is_ready_is_an_error():
    with pytest.raises(starting.StartError, match="ended with 3"):
        starting.seconds("-c", "raise SystemExit(3)")
