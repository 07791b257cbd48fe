"""Live at 1 kHz: how long from the sending of a sample until all about it is done."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median, quantiles

from fdir_service.bench import reference
from fdir_service.bench.consumers import Plain, Whole, plain, whole
from fdir_service.bench.publisher import publisher
from fdir_service.bench.reference import Bare
from fdir_service.bench.rounds import NS, Pair, Row, Timed, multiple

INTERVAL = 1_000_000
"""ns between messages."""
SAMPLES = 1_000
QUICK = 40
WINDOWS = 200


def live(consumer: Whole | Plain, samples: int) -> list[int]:
    """Send and handle samples at the pace; return how long each took from sending to the end, ns."""
    consumer.publisher.prepare(samples)
    consumer.stamps.done.clear()
    consumer.publisher.send(INTERVAL)
    if isinstance(consumer, Whole):
        consumer.daemon.durations.clear()
        consumer.consume(samples)
    else:
        consumer.consume_stamped(samples)
    pairs = zip(consumer.stamps.done, consumer.publisher.sent(), strict=True)
    return [done - sent for done, sent in pairs]


def _bare(quick: bool) -> Timed:
    """Return the median time of a window, one after another."""
    detector, windows = reference.setup(), 8 if quick else WINDOWS
    bare = Bare.of(detector, reference.signals(detector.card.window - 1 + windows))

    def typical() -> float:
        times = []
        for window in bare.windows:
            begin = time.perf_counter()
            bare.score(window)
            times.append(time.perf_counter() - begin)
        return median(times)

    return Timed(typical)


def _added(quick: bool) -> Pair:
    samples = QUICK if quick else SAMPLES
    with ExitStack() as stack:
        ours = stack.enter_context(whole(stack.enter_context(publisher()), compiled_step=True))
        loop = stack.enter_context(plain(stack.enter_context(publisher())))
        close = stack.pop_all().close
    return Timed(lambda: (median(live(ours, samples)) - median(live(loop, samples))) / NS, close), _bare(
        quick
    )


def _longest(quick: bool) -> Pair:
    samples = QUICK if quick else SAMPLES
    with ExitStack() as stack:
        ours = stack.enter_context(whole(stack.enter_context(publisher()), compiled_step=True))
        close = stack.pop_all().close

    def p99() -> float:
        live(ours, samples)
        return quantiles(ours.daemon.durations, n=100)[-1]

    return Timed(p99, close), _bare(quick)


def _row(key: str, text: str, must: float, aim: float, prepare: Callable[[bool], Pair]) -> Row:
    return Row(key, f"1 kHz, one sample a message: {text}", must, aim, prepare, multiple, at_most=True)


ROWS = (
    _row(
        "added_latency_p50_vs_window_run",
        "median from sending to the end of the round, less that of a receive+decode loop, in window runs",
        1.6,
        0.3,
        _added,
    ),
    _row(
        "service_time_p99_vs_window_run",
        "99th percentile of the time that a round takes, in window runs",
        3.5,
        1.3,
        _longest,
    ),
)
