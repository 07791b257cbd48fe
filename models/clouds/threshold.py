"""A threshold from clear pictures alone."""

from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

FALSE_SHARE: Final = 0.05
"""Share of clear pictures that is expected at the threshold or above."""
OFF_SHARE: Final = 0.16
"""Of the threshold below which an index ends: one standard deviation above the mean."""


def clear_threshold(scores: NDArray[np.floating], share: float = FALSE_SHARE) -> float:
    """Return the score that a `share` of clear pictures exceeds, if they are normally distributed.

    From a few dozen pictures of a few scenes, mean and standard deviation say where the tail begins with less
    chance than the few largest scores do.

    Parameters
    ----------
    scores : (n,) of clear pictures.

    """
    return float(np.mean(scores) + NormalDist().inv_cdf(1 - share) * np.std(scores))
