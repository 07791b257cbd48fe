"""What a count tells about a rate: the upper bound that few hours allow."""

import math
from typing import Final

CONFIDENCE: Final = 0.95
_HALVINGS: Final = 60


def upper_bound(count: int, confidence: float = CONFIDENCE) -> float:
    """Return the mean of a Poisson variable below which `count` or fewer come with 1 - `confidence` only.

    The exact one-sided bound (F. Garwood, Biometrika 28, 1936): 3.00 for nothing seen, 4.74 for one.
    Divided by the hours it bounds the rate.
    """
    low, high = 0.0, count + 10.0 + 10.0 * math.sqrt(count)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(count, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(count: int, mean: float) -> float:
    """Return the probability of `count` or fewer."""
    return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))
