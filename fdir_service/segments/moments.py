"""Central moments of blocks of samples, and of blocks joined: a sample is added up once.

Sums of powers about the mean of the block itself, joined pairwise: P. Pébay, "Formulas for robust, one-pass
parallel computation of covariances and arbitrary-order statistical moments", SAND2008-6212, section 2.
Nothing is subtracted that is nearly equal, as in plain sums of squares.
"""

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VALUES = 4


class Moments(NamedTuple):
    """Of sets of `n` samples each: `values` (4, sets), mean and sums of (x - mean)^2, ^3, ^4."""

    n: int
    values: Floats

    @classmethod
    def of(cls, blocks: Floats) -> Self:
        """Return the moments of `blocks` (sets, n)."""
        n = blocks.shape[1]
        mean = blocks.sum(axis=1) / n
        away = blocks - mean[:, None]
        square = away * away
        sums = [part.sum(axis=1) for part in (square, square * away, square * square)]
        return cls(n, np.stack([mean, *sums]))

    @property
    def mean(self) -> Floats:
        """Mean of each set."""
        return np.asarray(self.values[0])

    @property
    def var(self) -> Floats:
        """Variance of each set as a population."""
        return np.asarray(self.values[1] / self.n)

    @property
    def third(self) -> Floats:
        """Third central moment of each set."""
        return np.asarray(self.values[2] / self.n)

    @property
    def fourth(self) -> Floats:
        """Fourth central moment of each set."""
        return np.asarray(self.values[3] / self.n)


def join(sets: Iterable[Moments]) -> Moments:
    """Return the moments of sets taken together, in their order."""
    return reduce(_two, sets)


def _two(a: Moments, b: Moments) -> Moments:
    n = a.n + b.n
    mean_a, a2, a3, a4 = a.values
    mean_b, b2, b3, b4 = b.values
    step = mean_b - mean_a
    part = step / n
    square = part * part
    both = a.n * b.n
    m2 = a2 + b2 + step * part * both
    m3 = a3 + b3 + step * square * (both * (a.n - b.n)) + 3 * part * (a.n * b2 - b.n * a2)
    m4 = (
        a4
        + b4
        + step * part * square * (both * (a.n**2 - both + b.n**2))
        + 6 * square * (a.n**2 * b2 + b.n**2 * a2)
        + 4 * part * (a.n * b3 - b.n * a3)
    )
    return Moments(n, np.stack([mean_a + b.n * part, m2, m3, m4]))
