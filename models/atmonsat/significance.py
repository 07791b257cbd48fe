"""Thresholds at a significance level: the share of nominal, left-out samples that may lie above."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SIGNIFICANCE: Final = 0.05
"""That of the authors: the 95th percentile."""
SIGNIFICANCES: Final = (0.1, 0.05, 0.025, 0.01, 0.005)
"""Levels whose thresholds are on the card of a model."""


def threshold(nominal: Floats, significance: float = SIGNIFICANCE) -> float:
    """Return the level that a share `significance` of the nominal distances exceeds."""
    return float(np.quantile(nominal, 1.0 - significance))


def key(significance: float) -> str:
    """Return the name of a card's figure: the threshold of the distance at a significance level."""
    return f"threshold_at_{significance:g}"
