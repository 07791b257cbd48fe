"""A block of samples of one source, as the chain takes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Values of all parameters of one source over K samples.

    Attributes
    ----------
    source : name of the source.
    times : (K,) int64, ns since the mission epoch, increasing.
    values : (parameters of the source, K) float64; NaN = not known.

    """

    source: str
    times: NDArray[np.int64]
    values: NDArray[np.float64]

    def after(self, time: int) -> "Block":
        """Return what is later than `time`."""
        n = int(np.searchsorted(self.times, time, "right"))
        return Block(self.source, self.times[n:], self.values[:, n:])

    def until(self, time: int) -> "Block":
        """Return what is not later than `time`."""
        n = int(np.searchsorted(self.times, time, "right"))
        return Block(self.source, self.times[:n], self.values[:, :n])

    def at(self, time: int) -> NDArray[np.float64] | None:
        """Return the latest values (parameters,) at `time`, or None if the block begins later."""
        n = int(self.times.searchsorted(time, "right"))
        return self.values[:, n - 1] if n else None
