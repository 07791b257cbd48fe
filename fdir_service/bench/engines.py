"""The detector runtime in memory: against bare onnxruntime, and against an engine as one would write it."""

from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

from fdir_service.bench.reference import PERIOD, TOLERANCE, Bare, Floats, setup, signals
from fdir_service.bench.rounds import Contender, DisagreementError, Pair, Row, multiple
from fdir_service.detector import Detector
from fdir_service.mission import DetectorSetup
from fdir_service.session import open_session
from fdir_service.stream import CHUNK
from models.card import INPUT_NAME, OUTPUT_NAME

Numbers = NDArray[np.floating[Any]]
SEVERAL = 8
WINDOWS = 400
"""Windows that a contender without streaming scores in a round."""


class Engine:
    """Our contender: a detector fed with chunks; the record begins anew after its end, time goes on."""

    def __init__(
        self, detector: DetectorSetup, samples: Floats, size: int, *, streaming: bool = True
    ) -> None:
        self.detector = Detector(detector, size, streaming=streaming)
        before = self.detector.window - 1
        columns = np.ascontiguousarray(samples.T)
        self._times, self._now = PERIOD * np.arange(size), 0
        for k in range(before):
            self._step(columns[:, k : k + 1])
        self.chunks = [columns[:, k : k + size] for k in range(before, len(samples), size)]
        self.work = len(samples) - before

    def _step(self, chunk: Floats) -> Floats:
        n = chunk.shape[1]
        scores, _ = self.detector.step(self._times[:n] + self._now, chunk)
        self._now += n * PERIOD
        return scores

    def take(self, k: int) -> None:
        """Score chunk k of the record."""
        self._step(self.chunks[k])

    def run(self) -> None:
        """Score the record."""
        for chunk in self.chunks:
            self._step(chunk)

    def scores(self) -> Floats:
        """Score the record; return the scores (n, outputs)."""
        return np.concatenate([self._step(chunk).T for chunk in self.chunks])


class Naive:
    """The engine that comes to mind first.

    A dictionary a sample, a window that is rolled, checked and converted whole, one call a window.
    """

    def __init__(self, detector: DetectorSetup, samples: Floats) -> None:
        card = detector.card
        self._outputs = [
            (o.column, o.on, o.off) for o in detector.outputs if o.on is not None and o.off is not None
        ]
        self._names = [channel.name for channel in card.channels]
        self._session = open_session(detector.path.read_bytes(), detector.path)
        before = card.window - 1
        self._window = np.vstack([np.zeros((1, *card.shape)), samples[:before]])
        rows = [dict(zip(self._names, row, strict=True)) for row in samples[before:].tolist()]
        self.messages = [msgpack.packb(row) for row in rows]
        self._indices = [0.0] * len(self._outputs)

    def take(self, row: dict[str, float]) -> list[float]:
        """Return the scores of the window that ends with a sample."""
        self._window = np.roll(self._window, -1, axis=0)
        self._window[-1] = [row[name] for name in self._names]
        if not np.isfinite(self._window).all():
            return [np.nan] * len(self._outputs)
        window = self._window.astype(np.float32)[None]
        scores: list[float] = self._session.run([OUTPUT_NAME], {INPUT_NAME: window})[0][0].tolist()
        for k, (column, on, off) in enumerate(self._outputs):
            score = scores[column]
            if score >= on or score < off:
                self._indices[k] = float(score >= on)
        return scores

    def run(self) -> list[list[float]]:
        """Decode and score all messages."""
        return [self.take(msgpack.unpackb(message)) for message in self.messages]


def agree(ours: Numbers, theirs: Numbers, what: str) -> None:
    """Raise `DisagreementError` unless scores are equal within the tolerance."""
    n = min(len(ours), len(theirs))
    difference = float(np.abs(ours[:n] - theirs[:n]).max())
    if not difference <= TOLERANCE:
        raise DisagreementError(f"scores differ from those of {what} by {difference:g}")


def _against_bare(size: int, laps: int) -> Callable[[bool], Pair]:
    def prepare(quick: bool) -> Pair:
        detector = setup()
        before, their = detector.card.window - 1, 8 if quick else WINDOWS
        samples = signals(before + (2 * size if quick else max(size * laps, their)))
        ours = Engine(detector, samples, size, streaming=size > 1)
        theirs = Bare.of(detector, samples[: before + their])
        agree(ours.scores(), theirs.scores(), "bare onnxruntime")
        return Contender(ours.run, ours.work), Contender(theirs.run, len(theirs.windows))

    return prepare


def _against_naive(quick: bool) -> Pair:
    detector, size = setup(), 256
    before, their = detector.card.window - 1, 8 if quick else WINDOWS
    samples = signals(before + size * (2 if quick else 64))
    ours = Engine(detector, samples, size)
    theirs = Naive(detector, samples[: before + their])
    agree(ours.scores(), np.array(theirs.run()), "the naive engine")
    return Contender(ours.run, ours.work), Contender(theirs.run, len(theirs.messages))


def _several(quick: bool) -> Pair:
    """Return eight detectors that take each chunk by turns, and one alone."""
    detector, size = setup(), 256
    samples = signals(detector.card.window - 1 + size * (2 if quick else 64))
    engines = [Engine(detector, samples, size) for _ in range(SEVERAL)]
    alone = Engine(detector, samples, size)

    def run() -> None:
        for chunk in range(len(alone.chunks)):
            for engine in engines:
                engine.take(chunk)

    return Contender(run, SEVERAL * alone.work), Contender(alone.run, alone.work)


def chunked(quick: bool) -> Contender:
    """Return our contender as other rows have it: chunks as large as the service takes at once."""
    detector, size = setup(), CHUNK
    engine = Engine(detector, signals(detector.card.window - 1 + size * (1 if quick else 16)), size)
    return Contender(engine.run, engine.work)


ROWS = (
    Row(
        "window_engine_vs_bare_ort",
        "one sample a step, the detector on its window path; a sample",
        0.85,
        0.90,
        _against_bare(1, 1),
    ),
    Row("chunk32_engine_vs_bare_ort", "chunks of 32 samples; a sample", 12, 18, _against_bare(32, 256)),
    Row("chunk256_engine_vs_bare_ort", "chunks of 256 samples; a sample", 35, 50, _against_bare(256, 64)),
    Row("chunk256_engine_vs_naive_engine", "chunks of 256 samples; a sample", 65, 95, _against_naive),
    Row(
        "detectors_8_vs_1",
        "chunks of 256 samples, eight detectors by turns, against one alone; a sample of one detector",
        1.3,
        1.1,
        _several,
        multiple,
        at_most=True,
    ),
)
