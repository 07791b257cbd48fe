"""The detector runtime: an ONNX file and its card become scores and failure indices, chunk by chunk."""

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.continuity import Spacing, Span, spans
from fdir_service.history import History
from fdir_service.hysteresis import indexed
from fdir_service.mission import DetectorSetup
from fdir_service.places import selector
from fdir_service.session import DetectorError, WindowSession
from fdir_service.streaming.coalescing import LEAST, CoalescingSession
from fdir_service.streaming.prepare import prepare
from fdir_service.streaming.runner import StreamingSession
from fdir_service.streaming.step import interpreter
from fdir_service.streaming.verdict import Verdict

__all__ = ["Detector", "DetectorError"]

Floats = NDArray[np.float64]
_NOT_FED = -(1 << 62)
FIRST = 64
"""Samples of the first chunk that is streamed; a larger one takes half a millisecond longer once."""
_INFINITE = 2.0**128 - 2.0**103
"""From here on a number becomes infinite in single precision."""


class Detector:
    """One detector with its window of history.

    Every sample with W valid samples behind it is one window. Windows are scored on one of these paths:
    *window* (one call each), *batched* (several in one call), *coalescing* (windows of a recurrent model,
    together from where they are the same), *streaming* (a graph that carries state from sample to sample,
    with equal scores) or, if the mission wants it, *step* (compiled, with the same state); which one depends
    on the samples that are waiting, and on nothing else.
    A sample that is not known, or a break in time, makes the outputs *not known* until W new samples have
    arrived; no state survives it.

    Attributes
    ----------
    verdict : how the model may be run: the path that chunks take, and why not a faster one.
    streaming : the streaming path, if the verdict has one.
    windows, scored : windows scored, in all and on each path.
    indices : what makes a failure index of a score, for each output that becomes one.

    """

    def __init__(self, setup: DetectorSetup, chunk: int, *, streaming: bool = True) -> None:
        self.setup = setup
        self.window = setup.card.window
        self._windows = self._open()
        self.verdict = self._prepare(streaming=streaming)
        self._warm_up(chunk)
        self.history = History(len(setup.inputs), self.window + chunk - 1)
        self._spacing = Spacing.of(setup.card)
        self.clean = 0
        self.last_time: int | None = None
        self._indexed = indexed(setup.outputs)
        self.indices = list(self._indexed.values())
        self._places = [output.column for output in setup.outputs]
        self._columns = selector(self._places)
        self.windows = 0
        self.scored: Counter[str] = Counter()
        # Samples pushed since the start, and up to which of them the streaming state has seen them.
        self._pushed = 0
        self._fed = _NOT_FED

    def _open(self) -> WindowSession:
        path, card = self.setup.path, self.setup.card
        windows = WindowSession(path, self.window, card.shape)
        if windows.digest != self.setup.sha256:
            raise DetectorError(f"{path}: the file changed since the mission was loaded")
        return windows

    def _prepare(self, *, streaming: bool) -> Verdict:
        compiler = interpreter() if streaming and self.setup.compiled_step else None
        verdict = prepare(self._windows, self.setup.card, compiler)
        verdict = verdict if streaming else replace(verdict, compiled=None, coalescing=None)
        compiled = verdict.compiled
        self.streaming = StreamingSession(compiled, self.setup.path, compiler) if compiled else None
        self._windows.batch = self._windows.most if verdict.batched else 1
        rows = verdict.coalescing
        self._together = CoalescingSession(rows, self._windows) if rows else None
        return verdict

    def _warm_up(self, chunk: int) -> None:
        """Run what will be run: the first call is the slowest."""
        shape = self.setup.card.shape
        # A model that streams from the first sample on is never put through single windows.
        if not (self.streaming and self.streaming.pays(1)):
            self._windows.check(len(self.setup.card.outputs))
            self._windows.score(np.zeros((self.window, math.prod(shape)), np.float32))
        if self._together:
            self._together.slide(np.zeros((self.window - 1 + LEAST, math.prod(shape)), np.float32))
        if self.streaming:
            for n in (min(chunk, FIRST), 1):
                self.streaming.run(np.zeros((n, math.prod(shape)), np.float32))
            self.streaming.reset()

    @property
    def lacks_step(self) -> str:
        """Why there is no compiled step although the mission wants one; empty: there is, or it does not."""
        if not self.setup.compiled_step or (self.streaming and self.streaming.step):
            return ""
        if not self.verdict.compiled:
            return "the model has no form as a stream"
        step = self.verdict.compiled.step
        return step if isinstance(step, str) else "numba is not installed (the extra fast)"

    @property
    def carried(self) -> list[Any]:
        """The streaming state with the samples pushed since; empty if it would be built anew anyway.

        The history holds all that a state can know, but sums in another order differ in the last bit: with
        its state a restored detector gives the very same scores.
        """
        behind = self._pushed - self._fed
        if not self.streaming or behind >= self.streaming.field:
            return []
        return [behind, *self.streaming.state]

    @carried.setter
    def carried(self, values: list[Any]) -> None:
        self._fed = _NOT_FED
        if self.streaming and values and self.streaming.resume(values[1:]):
            self._fed = self._pushed - int(values[0])

    def flush(self) -> None:
        """Forget the history: outputs are not known until the window has refilled."""
        self.clean = 0
        self.last_time = None
        for index in self.indices:
            index.state = 0.0

    def step(self, times: NDArray[np.int64], inputs: Floats) -> tuple[Floats, Floats]:
        """Score a chunk.

        Parameters
        ----------
        times : (K,) int64, ns.
        inputs : (channels, K) float64, engineering units; NaN = not known.

        Returns
        -------
        scores, indices : (outputs, K) and (outputs that become an index, K) float64; NaN = not known.

        """
        if len(times) == 1:
            found = np.array(self.next(int(times[0]), inputs[:, 0].tolist()))[:, None]
            return found[: len(self._places)], found[len(self._places) :]
        return self._chunk(times, inputs)

    def _chunk(self, times: NDArray[np.int64], inputs: Floats) -> tuple[Floats, Floats]:
        samples, known = _singles(inputs)
        if self.window > 1 or self.streaming:
            self.history.push(samples)
        self._pushed += len(samples)
        scores = np.empty((len(self._places), len(times)))
        scores.fill(np.nan)
        for span in self._spans(times, known):
            start = max(span.start, span.start + self.window - 1 - span.before)
            if start < span.stop:
                found = self._score(Span(start, span.stop, span.before + start - span.start), samples)
                scores[:, start : span.stop] = found.T[self._columns]
        indices = np.empty((len(self._indexed), len(times)))
        for k, (row, index) in enumerate(self._indexed.items()):
            indices[k] = index(scores[row])
        return scores, indices

    def next(self, time: int, values: list[float]) -> list[float]:
        """Score a single sample as a chunk of one; return its scores, then its indices.

        A few calls into NumPy would cost more than all else here.

        Parameters
        ----------
        time : ns.
        values : (channels,) engineering units; NaN = not known.

        """
        if not self._goes_on(time, values):
            scores, indices = self._chunk(np.array([time]), np.array(values)[:, None])
            return [*scores[:, 0].tolist(), *indices[:, 0].tolist()]
        self.history.push_one(values)
        self._pushed += 1
        before, self.clean = self.clean, self.clean + 1
        if self.clean < self.window:
            return [math.nan] * len(self._places) + [index.next(math.nan) for index in self.indices]
        newest = self._newest_score(before)
        found = [newest[column] for column in self._places]
        return found + [index.next(found[row]) for row, index in self._indexed.items()]

    def _goes_on(self, time: int, values: list[float]) -> bool:
        """Tell in plain Python whether a single sample is known and follows the one before."""
        period, tolerance = self._spacing.period, self._spacing.tolerance
        if period and self.last_time is not None and abs(time - self.last_time - period) > tolerance:
            return False
        if not all([-_INFINITE < x < _INFINITE for x in values]):  # noqa: C419  a generator costs more
            return False
        self.last_time = time
        return True

    def _newest_score(self, before: int) -> list[float]:
        """Score the window that ends with the newest sample."""
        self.windows += 1
        streaming = self.streaming
        if not (streaming and streaming.pays(1)):
            self.scored["window"] += 1
            return self._windows.score(self.history.newest(self.window))
        if before and self._fed == self._pushed - 1:  # the state goes on
            self._fed = self._pushed
            self.scored[streaming.path(1)] += 1
            found = streaming.run(self.history.newest(1))
        else:
            found = self._stream(streaming, Span(0, 1, before), 1)
        outputs: list[float] = found[0].tolist()
        return outputs

    def _spans(self, times: NDArray[np.int64], known: NDArray[np.bool_] | None) -> list[Span]:
        found = spans(known, self._spacing.late(times, self.last_time), len(times), self.clean)
        last = found[-1]
        self.clean = last.before + last.stop - last.start
        self.last_time = int(times[-1])
        return found

    def _score(self, ready: Span, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score the windows (n, outputs) that end at the samples of a span in a chunk."""
        n = ready.stop - ready.start
        self.windows += n
        if self.streaming and self.streaming.pays(n):
            return self._stream(self.streaming, ready, len(samples))
        if self.window == 1:  # needs no history
            own = samples[ready.start : ready.stop]
        else:
            own = self._newest(self.window - 1, ready, len(samples))
        return self._slide(own, n)

    def _slide(self, samples: NDArray[np.float32], n: int) -> NDArray[np.float32]:
        """Score the n windows of samples on whole windows, as many as possible together."""
        before = self._together.coalesced if self._together else 0
        found = (self._together or self._windows).slide(samples)
        if self._together and (coalesced := self._together.coalesced - before):
            self.scored["coalescing"] += coalesced
            n -= coalesced
        if n:
            self.scored["window" if n == 1 or self._windows.batch == 1 else "batched"] += n
        return found

    def _newest(self, earlier: int, ready: Span, size: int) -> NDArray[np.float32]:
        """Return the samples of a span, and some earlier ones, from the history."""
        recent = self.history.newest(earlier + size - ready.start)
        return recent[: earlier + ready.stop - ready.start]

    def _stream(self, session: StreamingSession, ready: Span, size: int) -> NDArray[np.float32]:
        """Go on from the carried state, or build it anew from the history, whichever is shorter."""
        first = self._pushed - size + ready.start
        begin = first - ready.before
        earlier = first - self._fed
        if not begin < self._fed <= first or earlier >= session.field:
            session.reset()
            earlier = session.field - 1
        n = ready.stop - ready.start
        self._fed = first + n
        self.scored[session.path(earlier + n)] += n
        return session.run(self._newest(earlier, ready, size))[earlier:]


def _singles(inputs: Floats) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    """Return inputs (channels, K) as samples (K, channels), and which of them are known; None: all are."""
    if np.abs(inputs).max() < _INFINITE:
        return np.ascontiguousarray(inputs.T, np.float32), None
    with np.errstate(over="ignore"):
        samples = np.ascontiguousarray(inputs.T, np.float32)
    return samples, np.asarray(np.isfinite(samples).all(axis=1))
