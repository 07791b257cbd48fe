"""What accounting and metrics add to a round of 256 samples."""

import time

from fdir_service.account import Account
from fdir_service.bench import reference
from fdir_service.bench.publisher import SOURCE
from fdir_service.bench.rounds import Pair, Row, Timed, share
from fdir_service.metrics import Metrics
from fdir_service.stream import Stream
from pus.samples import Samples

CHUNK, CHUNKS = 256, 200
REFRESH = 150_000
"""Samples between two refreshes of the metrics: once a second at a rate that the service reaches."""


class Unaccounted(Account):
    """Takes every message as it is."""

    def accept(self, samples: Samples) -> tuple[Samples | None, bool]:
        """Take a message."""
        return samples, False


class Rounds:
    """Rounds of the stream as the daemon has them, with accounting and metrics or without either."""

    def __init__(self, chunks: int, *, counted: bool) -> None:
        mission = reference.mission()
        self._stream = Stream(mission)
        self._metrics = Metrics(mission) if counted else None
        if not counted:
            self._stream.accounts[SOURCE] = Unaccounted((reference.MEASURED,))
        self._values = reference.readings(chunks * CHUNK)
        self._at = self._refreshed = 0
        self.cost()

    def cost(self) -> float:
        """Handle the next messages, one a round; return CPU seconds for a sample."""
        messages = reference.chunks(self._values, CHUNK, SOURCE, self._at)
        self._at += len(self._values)
        start = time.thread_time()
        for message in messages:
            self._round(message)
        return (time.thread_time() - start) / len(self._values)

    def _round(self, message: Samples) -> None:
        if self._metrics is None:
            self._stream.take([message])
            return
        begin = time.monotonic()
        output = self._stream.take([message])
        self._metrics.observe(output, time.monotonic() - begin)
        if message.sequence - self._refreshed >= REFRESH:
            self._refreshed = message.sequence
            self._metrics.refresh(self._stream, self._stream.refused)


def _prepare(quick: bool) -> Pair:
    chunks = 3 if quick else CHUNKS
    return Timed(Rounds(chunks, counted=True).cost), Timed(Rounds(chunks, counted=False).cost)


ROWS = (
    Row(
        "metrics_and_accounting_share_of_cpu",
        "rounds of 256 samples with accounting and metrics, and without either; share of the CPU time",
        0.08,
        0.05,
        _prepare,
        share,
        at_most=True,
    ),
)
