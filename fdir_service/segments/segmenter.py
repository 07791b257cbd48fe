"""Cutting segments out of a stream: every `hop` samples one ends, and its features hold until the next."""

from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fdir_service.continuity import Span, spans
from fdir_service.segments.features import FEATURES, moment_features, peak_features
from fdir_service.segments.moments import VALUES, Moments, join

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

_NS = 1_000_000_000
ORDERS = 3
"""The values, their differences, and the differences of these."""
_INNER, _WHOLE = 0, 1


class Segmenter:
    """The features of the last whole segment of one parameter.

    A segment has `samples` known samples without a gap. Samples are added up in blocks of `hop`: what a
    segment needs of moments is joined from its blocks. Peaks are judged against the range of the segment, so
    they are counted when it ends: a sample is looked at ``samples / hop`` times.

    Parameters
    ----------
    names : features wanted, in order.
    samples, hop : length of a segment and distance between two; hop divides samples and is at least 4.
    gap_s : a longer time between two samples begins anew; None: none does.

    Attributes
    ----------
    tail : whole blocks that the next segment begins with, and the samples of an open block behind them.
    sums : (2, 3, 4, blocks) moments of these blocks: without differences to the block before, and with them;
        of the values, their differences, and the differences of these.
    held : (features,) of the last segment; NaN: none since the last break.
    clean, last : samples since the last break, and time of the newest (ns).

    """

    STATE: ClassVar[tuple[str, ...]] = ("tail", "sums", "held", "clean", "last")

    def __init__(self, names: tuple[str, ...], samples: int, hop: int, gap_s: float | None) -> None:
        self.chosen = [FEATURES.index(name) for name in names]
        self.samples = samples
        self.hop = hop
        self.gap = None if gap_s is None else round(gap_s * _NS)
        self.last: int | None = None
        self.reset()

    def reset(self) -> None:
        """Begin anew: nothing is known until `samples` new samples have come."""
        self.tail: Floats = np.zeros(0)
        self.sums: Floats = np.zeros((2, ORDERS, VALUES, 0))
        self.held: Floats = np.full(len(self.chosen), np.nan)
        self.clean = 0

    def __call__(self, times: Times, x: Floats) -> Floats:
        """Return the features (features, K) after each of the samples `x` (K,) at `times` (K,) ns."""
        found = np.full((len(self.chosen), len(x)), np.nan)
        for k, span in enumerate(self._spans(times, x)):
            if k:
                self.reset()
            if span.start < span.stop:
                with np.errstate(over="ignore", invalid="ignore"):
                    found[:, span.start : span.stop] = self._extend(x[span.start : span.stop])
        self.last = int(times[-1])
        return found

    def _spans(self, times: Times, x: Floats) -> list[Span]:
        known = np.isfinite(x)
        late = None
        if self.gap is not None:
            first = int(times[0]) if self.last is None else self.last
            late = np.diff(times, prepend=first) > self.gap
        return spans(None if known.all() else known, late, len(x), self.clean)

    def _extend(self, x: Floats) -> Floats:
        """Take samples that follow the last one; return (features, len(x))."""
        before = len(self.tail)
        data = np.concatenate([self.tail, x])
        sums = self._add_up(data, before - before % self.hop)
        blocks, needed = sums.shape[-1], self.samples // self.hop
        ended = max(0, blocks - needed + 1)
        table = self.held[:, None]
        if ended:
            segments = sliding_window_view(data, self.samples)[:: self.hop][:ended]
            table = np.concatenate([table, self._features(segments, sums)], axis=1)
        # The segment e ends with the sample e hop + samples - 1 of the data.
        behind = np.arange(before + 1, len(data) + 1) - self.samples
        found = table[:, np.clip(behind // self.hop + 1, 0, ended)]
        kept = min(blocks, needed - 1)
        self.sums = sums[..., blocks - kept :].copy()
        self.tail = data[(blocks - kept) * self.hop :].copy()
        self.held = table[:, -1].copy()
        self.clean += len(x)
        return found

    def _add_up(self, data: Floats, start: int) -> Floats:
        """Return the moments of all whole blocks of the data, of which those from `start` on are new."""
        stop = len(data) - len(data) % self.hop
        if stop == start:
            return self.sums
        new = np.empty((2, ORDERS, VALUES, (stop - start) // self.hop))
        series = data
        for order in range(ORDERS):
            rows = series[start:stop].reshape(-1, self.hop)
            new[_INNER, order] = Moments.of(rows[:, order:]).values
            new[_WHOLE, order] = Moments.of(rows).values
            series = np.diff(series, prepend=np.nan)
        return np.concatenate([self.sums, new], axis=-1)

    def _features(self, segments: Floats, sums: Floats) -> Floats:
        """Return the features (features, n) of `segments` (n, samples), joined from their blocks."""
        moments = [self._joined(sums[:, order], order, len(segments)) for order in range(ORDERS)]
        constant = segments.max(axis=1) == segments.min(axis=1)
        every = np.concatenate([moment_features(moments, constant), peak_features(segments)])
        every[~np.isfinite(every)] = np.nan
        return every[self.chosen]

    def _joined(self, sums: Floats, order: int, n: int) -> Moments:
        """Return the moments of n segments from those of the blocks (2, 4, blocks)."""
        first = Moments(self.hop - order, sums[_INNER, :, :n])
        others = range(1, self.samples // self.hop)
        return join([first, *(Moments(self.hop, sums[_WHOLE, :, k : k + n]) for k in others)])
