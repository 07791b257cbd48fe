"""How unlikely a segment is: the negative log-likelihood of a Gaussian mixture over transformed features."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.mixture import GaussianMixture

from models.errors import TrainingDataError
from models.segments.features import FEATURES

Floats = NDArray[np.float64]

INPUTS: Final = (
    "mean",
    "var",
    "diff_var",
    "diff2_var",
    "skew",
    "kurtosis",
    "peak_rate",
    "diff_peak_rate",
    "diff2_peak_rate",
)
"""The peaks of smoothed segments are left out: padded with zeros, they tell of the level at the borders."""
COLUMNS: Final = tuple(FEATURES.index(name) for name in INPUTS)
VARIANCES: Final = (1, 2, 3)
SKEW, KURTOSIS = 4, 5
FLOOR: Final = 1e-6
"""rad^2 added to variances before their logarithm: below a milliradian all is quiet alike."""
LEAST_KURTOSIS: Final = -3.0
"""Excess kurtosis of a constant segment; no other has less."""
KURTOSIS_OFFSET: Final = 3.5
"""Added to the excess kurtosis before its logarithm."""
COMPONENTS: Final = 6
SMOOTHING: Final = 0.05
"""Added to the variances of each component, in units of the features' own."""
STARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Mixture:
    """A fitted mixture of K components over D features.

    Attributes
    ----------
    centre, scale : (D,) of the transformed features.
    means : (K, D) standardised.
    roots : (K, D, D) Cholesky factors of the precisions.
    constants : (K,) log of weight times density at the mean.

    """

    centre: Floats
    scale: Floats
    means: Floats
    roots: Floats
    constants: Floats

    def score(self, inputs: Floats) -> Floats:
        """Return the scores (n,) of `inputs` (n, D), the features `INPUTS`."""
        z = (transformed(inputs) - self.centre) / self.scale
        away = np.einsum("nkd,kde->nke", z[:, None] - self.means, self.roots)
        return np.asarray(-np.logaddexp.reduce(self.constants - 0.5 * (away**2).sum(axis=2), axis=1))


def transformed(inputs: Floats) -> Floats:
    """Return `inputs` (n, D) with logarithms of variances and of kurtosis, and tamed skewness."""
    found = np.array(inputs, np.float64)
    for k in VARIANCES:
        found[:, k] = np.log(np.maximum(found[:, k], 0.0) + FLOOR)
    found[:, SKEW] = np.arcsinh(found[:, SKEW])
    found[:, KURTOSIS] = np.log(np.maximum(found[:, KURTOSIS], LEAST_KURTOSIS) + KURTOSIS_OFFSET)
    return found


def fit(inputs: Floats, seed: int) -> Mixture:
    """Fit a mixture to `inputs` (n, D), the features `INPUTS` of segments without faults.

    Raises
    ------
    TrainingDataError
        If there are fewer segments than components.

    """
    if len(inputs) < COMPONENTS:
        raise TrainingDataError(f"{len(inputs)} segments to fit, at least {COMPONENTS} are needed")
    values = transformed(inputs)
    centre, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    model = GaussianMixture(COMPONENTS, reg_covar=SMOOTHING, n_init=STARTS, random_state=seed)
    model.fit((values - centre) / scale)
    roots = model.precisions_cholesky_
    volume = np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    constants = np.log(model.weights_) + volume - 0.5 * len(INPUTS) * np.log(2 * np.pi)
    return Mixture(centre, scale, model.means_, roots, constants)
