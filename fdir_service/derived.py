"""Derived parameters: one formula a parameter, chunk by chunk.

NaN in gives NaN out and a fresh start, except where the question is whether a value is known at all.
"""

import math
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from fdir_service.mission.schema import DerivedSection
from fdir_service.timed import Delayed, NotBelow, SecondsSince, Smoothed, SwitchedOn

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


class Formula(Protocol):
    """times (K,) ns, values (K,) -> derived values (K,); what it keeps of samples before is in `STATE`."""

    STATE: ClassVar[tuple[str, ...]]

    def __call__(self, times: Times, x: Floats) -> Floats:
        """Return the derived values of the next chunk."""
        ...

    def next(self, time: int, x: Any) -> float:
        """Return the derived value of the next sample, the very one that a chunk would give."""
        ...


class Difference:
    """Difference to the sample before; not known for the first one."""

    STATE: ClassVar[tuple[str, ...]] = ("last",)

    def __init__(self) -> None:
        self.last = np.nan

    def __call__(self, times: Times, x: Floats) -> Floats:  # noqa: ARG002
        """See `Formula`."""
        result: Floats = np.diff(x, prepend=self.last)
        self.last = float(x[-1])
        return result

    def next(self, time: int, x: float) -> float:  # noqa: ARG002
        """See `Formula`."""
        before, self.last = self.last, x
        return x - before


class SamplesSinceChange:
    """Samples since the value changed, 0 at a change and at the first known sample.

    The causal form of AtMonSat's "iterations since last change": nothing is interpolated afterwards.
    """

    STATE: ClassVar[tuple[str, ...]] = ("last", "count")

    def __init__(self) -> None:
        self.last = np.nan
        self.count = 0

    def __call__(self, times: Times, x: Floats) -> Floats:  # noqa: ARG002
        """See `Formula`."""
        same = x == np.concatenate([[self.last], x[:-1]])
        position = np.arange(len(x))
        change = np.maximum.accumulate(np.where(same, -1, position))
        count = np.where(change < 0, self.count + 1 + position, position - change)
        self.last, self.count = float(x[-1]), int(count[-1])
        return np.where(np.isnan(x), np.nan, count)

    def next(self, time: int, x: float) -> float:  # noqa: ARG002
        """See `Formula`."""
        self.count = self.count + 1 if x == self.last else 0
        self.last = x
        return math.nan if math.isnan(x) else float(self.count)


class Known:
    """1 where the value is known, 0 where it is not: so missing readings can be monitored.

    The only formula that is known everywhere.
    """

    STATE: ClassVar[tuple[str, ...]] = ()

    def __call__(self, times: Times, x: Floats) -> Floats:  # noqa: ARG002
        """See `Formula`."""
        return np.where(np.isnan(x), 0.0, 1.0)

    def next(self, time: int, x: float) -> float:  # noqa: ARG002
        """See `Formula`."""
        return 0.0 if math.isnan(x) else 1.0


class Digest:
    """CRC-32 of each image (K, H, W, C): equal images have equal digests, and hardly any others."""

    STATE: ClassVar[tuple[str, ...]] = ()

    def __call__(self, times: Times, x: NDArray[Any]) -> Floats:  # noqa: ARG002
        """See `Formula`."""
        return np.array([self.next(0, image) for image in np.ascontiguousarray(x)])

    def next(self, time: int, x: NDArray[Any]) -> float:  # noqa: ARG002
        """See `Formula`; an image has to be contiguous."""
        return float(zlib.crc32(x.data))


FORMULAS: Mapping[str, Callable[[DerivedSection], Formula]] = MappingProxyType(
    {
        "difference": lambda _: Difference(),
        "samples_since_change": lambda _: SamplesSinceChange(),
        "known": lambda _: Known(),
        "digest": lambda _: Digest(),
        "smoothed": lambda section: Smoothed(section.seconds or 0.0),
        "delayed": lambda section: Delayed(section.seconds or 0.0),
        "at_least": lambda section: NotBelow(section.limit or 0.0),
        "switched_on": lambda section: SwitchedOn(section.seconds or 0.0),
        "seconds_since": lambda section: SecondsSince(section.gap_s, section.least_s or 0.0),
    }
)
"""What makes a fresh formula of a mission file's section, by its kind."""


def formula(section: DerivedSection) -> Formula:
    """Return a fresh formula for a derived parameter."""
    return FORMULAS[section.kind](section)
