"""Robust scaling: constants from quantiles of the training data, so that huge stuck values do not count."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import RobustScaler

Floats = NDArray[np.float64]
Quantiles = tuple[float, float]

PAPER_QUANTILES: Quantiles = (33.0, 90.0)
"""Bounds in percent that the optimisation of the stuck-value CNN paper settled on (Table 4)."""


@dataclass(frozen=True, slots=True)
class RobustScaling:
    """Per channel: ``(x - center) / scale``, median and quantile range of the training data.

    Attributes
    ----------
    center : (C,) in the channel's unit.
    scale : (C,) in the channel's unit, > 0.

    """

    center: Floats
    scale: Floats

    @classmethod
    def fit(cls, values: NDArray[np.floating], quantiles: Quantiles = PAPER_QUANTILES) -> "RobustScaling":
        """Fit to `values` (N, C) with scikit-learn's ``RobustScaler``; a constant channel gets scale 1."""
        scaler = RobustScaler(quantile_range=quantiles).fit(values)
        return cls(scaler.center_.astype(np.float64), scaler.scale_.astype(np.float64))

    def __call__(self, values: NDArray[np.floating]) -> Floats:
        """Scale `values` (..., C)."""
        return np.asarray((values - self.center) / self.scale, np.float64)


def resolution(steps: NDArray[np.floating]) -> Floats:
    """Return the size of one quantisation step of each channel (C,).

    Parameters
    ----------
    steps : (N, C) differences of consecutive samples; those of exactly zero are left out.

    Returns
    -------
    The 1 % quantile of the sizes, which is the least significant bit where the noise is that small and a
    hundredth of the noise where the channel is finer than that; 1 for a channel that never moves.

    """
    sizes = np.abs(np.asarray(steps, np.float64))
    found = [column[column > 0] for column in sizes.T]
    return np.array([np.quantile(column, 0.01) if column.size else 1.0 for column in found])
