"""Standardisation of the parameters (equation 21 of the DCLOP paper)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standardisation:
    """Per channel ``(x - mean) / scale``, limited to ``-clip .. clip``.

    Attributes
    ----------
    mean, scale : (C,) in the channel's unit; a constant channel has scale 1.
    clip : largest magnitude of a standardised value; None, as in the paper: no limit.

    """

    mean: Floats
    scale: Floats
    clip: float | None = None

    @classmethod
    def fit(cls, samples: NDArray[np.floating], clip: float | None = None) -> Self:
        """Fit mean and standard deviation (divisor N) to `samples` (N, C)."""
        values = np.asarray(samples, np.float64)
        constant = values.max(axis=0) == values.min(axis=0)
        # The mean of equal readings may differ from them in the last bit, and their deviation from zero.
        mean = np.where(constant, values[0], values.mean(axis=0))
        return cls(mean, np.where(constant, 1.0, values.std(axis=0)), clip)

    def __call__(self, samples: NDArray[np.floating]) -> Floats:
        """Return `samples` (n, C) standardised, float64."""
        found = (np.asarray(samples, np.float64) - self.mean) / self.scale
        return found if self.clip is None else np.clip(found, -self.clip, self.clip)
