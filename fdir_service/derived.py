"""Derived parameters: one formula a parameter, chunk by chunk.

NaN in gives NaN out and a fresh start, except where the question is whether a value is known at all.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Formula(Protocol):
    """values (K,) -> derived values (K,); what it keeps of the samples before is named in `STATE`."""

    STATE: ClassVar[tuple[str, ...]]

    def __call__(self, x: Floats) -> Floats:
        """Return the derived values of the next chunk."""
        ...


class Difference:
    """Difference to the sample before; not known for the first one."""

    STATE: ClassVar[tuple[str, ...]] = ("last",)

    def __init__(self) -> None:
        self.last = np.nan

    def __call__(self, x: Floats) -> Floats:
        """See `Formula`."""
        if len(x) == 1:
            before, self.last = self.last, float(x[0])
            return np.array([self.last - before])
        result: Floats = np.diff(x, prepend=self.last)
        self.last = float(x[-1])
        return result


class SamplesSinceChange:
    """Samples since the value changed, 0 at a change and at the first known sample.

    The causal form of AtMonSat's "iterations since last change": nothing is interpolated afterwards.
    """

    STATE: ClassVar[tuple[str, ...]] = ("last", "count")

    def __init__(self) -> None:
        self.last = np.nan
        self.count = 0

    def __call__(self, x: Floats) -> Floats:
        """See `Formula`."""
        if len(x) == 1:
            return self._next(float(x[0]))
        same = x == np.concatenate([[self.last], x[:-1]])
        position = np.arange(len(x))
        change = np.maximum.accumulate(np.where(same, -1, position))
        count = np.where(change < 0, self.count + 1 + position, position - change)
        self.last, self.count = float(x[-1]), int(count[-1])
        return np.where(np.isnan(x), np.nan, count)

    def _next(self, x: float) -> Floats:
        self.count = self.count + 1 if x == self.last else 0
        self.last = x
        return np.array([math.nan if math.isnan(x) else self.count], np.float64)


class Known:
    """1 where the value is known, 0 where it is not: so missing readings can be monitored.

    The only formula that is known everywhere.
    """

    STATE: ClassVar[tuple[str, ...]] = ()

    def __call__(self, x: Floats) -> Floats:
        """See `Formula`."""
        return np.where(np.isnan(x), 0.0, 1.0)


FORMULAS: Mapping[str, Callable[[], Formula]] = MappingProxyType(
    {"difference": Difference, "samples_since_change": SamplesSinceChange, "known": Known}
)
"""What makes a fresh formula, by the name used in mission files."""
