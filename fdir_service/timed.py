"""Formulas of derived parameters that go by time in seconds, so that sampling periods may differ.

Like all formulas they give NaN for NaN and start anew behind it.
"""

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

_NS = 1_000_000_000


class Smoothed:
    """Exponential smoothing: ``y += (1 - exp(-dt / tau)) (x - y)``, y = x at the first sample.

    Parameters
    ----------
    seconds : time constant tau.

    """

    STATE: ClassVar[tuple[str, ...]] = ("value", "time")

    def __init__(self, seconds: float) -> None:
        self.tau = seconds * _NS
        self.value = math.nan
        self.time = 0

    def __call__(self, times: Times, x: Floats) -> Floats:
        """See `fdir_service.derived.Formula`."""
        return np.array([self.next(*sample) for sample in zip(times.tolist(), x.tolist(), strict=True)])

    def next(self, time: int, x: float) -> float:
        """See `fdir_service.derived.Formula`."""
        if math.isnan(self.value) or math.isnan(x):
            self.value = x
        else:
            self.value += -math.expm1((self.time - time) / self.tau) * (x - self.value)
        self.time = time
        return self.value


class Delayed:
    """The value some time ago: the oldest not older than that, which in a young history is the first.

    Parameters
    ----------
    seconds : how long ago.

    """

    STATE: ClassVar[tuple[str, ...]] = ("times", "values")

    def __init__(self, seconds: float) -> None:
        self.delay = round(seconds * _NS)
        self.times = np.zeros(0, np.int64)
        self.values = np.zeros(0)

    def __call__(self, times: Times, x: Floats) -> Floats:
        """See `fdir_service.derived.Formula`."""
        every, values = np.concatenate([self.times, times]), np.concatenate([self.values, x])
        position = np.arange(len(values))
        fresh = np.maximum.accumulate(np.where(np.isnan(values), position + 1, 0))
        # A value that is not known stands for itself: behind it only its successors count.
        oldest = np.minimum(np.maximum(np.searchsorted(every, every - self.delay), fresh), position)
        found = np.where(np.isnan(values), np.nan, values[oldest])[len(self.values) :]
        kept = max(int(oldest[-1]), int(fresh[-1]))
        self.times, self.values = every[kept:], values[kept:]
        return found

    def next(self, time: int, x: float) -> float:
        """See `fdir_service.derived.Formula`."""
        if math.isnan(x):
            return float(self(np.array([time]), np.array([x]))[0])
        oldest = int(self.times.searchsorted(time - self.delay))
        self.times = np.append(self.times[oldest:], time)
        self.values = np.append(self.values[oldest:], x)
        return float(self.values[0])


class NotBelow:
    """1 where the value is at least `limit`, else 0."""

    STATE: ClassVar[tuple[str, ...]] = ()

    def __init__(self, limit: float) -> None:
        self.limit = limit

    def __call__(self, times: Times, x: Floats) -> Floats:  # noqa: ARG002
        """See `fdir_service.derived.Formula`."""
        return np.where(np.isnan(x), np.nan, np.where(x >= self.limit, 1.0, 0.0))

    def next(self, time: int, x: float) -> float:  # noqa: ARG002
        """See `fdir_service.derived.Formula`."""
        return x if math.isnan(x) else float(x >= self.limit)


class SwitchedOn:
    """1 at the first sample that is not 0 after the value was 0 for at least so long, else 0.

    Parameters
    ----------
    seconds : how long, from the first sample of 0 on.

    """

    STATE: ClassVar[tuple[str, ...]] = ("off",)

    def __init__(self, seconds: float) -> None:
        self.least = round(seconds * _NS)
        self.off: int | None = None

    def __call__(self, times: Times, x: Floats) -> Floats:
        """See `fdir_service.derived.Formula`."""
        return np.array([self.next(*sample) for sample in zip(times.tolist(), x.tolist(), strict=True)])

    def next(self, time: int, x: float) -> float:
        """See `fdir_service.derived.Formula`."""
        if x == 0:
            self.off = time if self.off is None else self.off
            return 0.0
        off, self.off = self.off, None
        return x if math.isnan(x) else float(off is not None and time - off >= self.least)


class SecondsSince:
    """Seconds for which the value is known to have been 0.

    They count from the last sample that is not 0, from the first one known, and from the end of a gap.

    Parameters
    ----------
    gap_s : what happened in a longer gap is not known; None: no gap is too long.
    least_s : below, the answer is not known.

    """

    STATE: ClassVar[tuple[str, ...]] = ("since", "last")

    def __init__(self, gap_s: float | None, least_s: float) -> None:
        self.gap = math.inf if gap_s is None else round(gap_s * _NS)
        self.least = least_s
        self.since: int | None = None
        self.last = 0

    def __call__(self, times: Times, x: Floats) -> Floats:
        """See `fdir_service.derived.Formula`."""
        return np.array([self.next(*sample) for sample in zip(times.tolist(), x.tolist(), strict=True)])

    def next(self, time: int, x: float) -> float:
        """See `fdir_service.derived.Formula`."""
        if math.isnan(x):
            self.since = None
            return x
        if x != 0 or self.since is None or time - self.last > self.gap:
            self.since = time
        self.last = time
        seconds = (time - self.since) / _NS
        return seconds if seconds >= self.least else math.nan
