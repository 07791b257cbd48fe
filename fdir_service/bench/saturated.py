"""The whole service over tcp with one sample a message and always more of them waiting."""

import time
from contextlib import ExitStack

from fdir_service.bench import reference
from fdir_service.bench.consumers import Plain, Whole, plain, whole
from fdir_service.bench.engines import WINDOWS
from fdir_service.bench.publisher import publisher
from fdir_service.bench.reference import Bare
from fdir_service.bench.rounds import Contender, Pair, Row, Timed

SAMPLES = 50_000
QUICK = 600


def _cpu(consumer: Whole | Plain, samples: int) -> float:
    """Return CPU seconds of this process for a sample, ZeroMQ's own thread included."""
    consumer.publisher.prepare(samples)
    consumer.publisher.send()
    start = time.process_time()
    consumer.consume(samples)
    seconds = time.process_time() - start
    consumer.publisher.sent()
    return seconds / samples


def _service(stack: ExitStack) -> Whole:
    consumer = stack.enter_context(whole(stack.enter_context(publisher())))
    consumer.daemon.keep_durations = False
    return consumer


def _against_bare(quick: bool) -> Pair:
    detector, windows = reference.setup(), 8 if quick else WINDOWS
    bare = Bare.of(detector, reference.signals(detector.card.window - 1 + windows))
    samples = QUICK if quick else SAMPLES
    with ExitStack() as stack:
        ours = _service(stack)
        close = stack.pop_all().close
    return Timed(lambda: _cpu(ours, samples), close), Contender(bare.run, windows)


def _against_loop(quick: bool) -> Pair:
    samples = QUICK if quick else SAMPLES
    with ExitStack() as stack:
        ours = _service(stack)
        loop = stack.enter_context(plain(stack.enter_context(publisher())))
        close = stack.pop_all().close
    return Timed(lambda: _cpu(ours, samples), close), Timed(lambda: _cpu(loop, samples))


ROWS = (
    Row(
        "service_one_sample_messages_vs_bare_ort",
        "the whole service, one sample a message over tcp, saturated, against bare onnxruntime; a sample",
        15,
        25,
        _against_bare,
    ),
    Row(
        "service_vs_receive_decode_loop_cpu",
        "the same service against a loop that only receives and decodes; a sample",
        0.5,
        0.65,
        _against_loop,
    ),
)
