"""Classical checks as an index: what a stuck value is found by without any learning; and a coin as a guard.

They are what PUS on-board monitoring does with a sensor's three axes: a limit check far beyond the nominal
range, and a repeat check, which finds a frozen register. What is random inside the range, or has noise on
top, passes both.
"""

import numpy as np
from numpy.typing import NDArray

from models.metrics import Mask

Floats = NDArray[np.float64]

SPAN = 3.6
"""Limits over the nominal range; limits near the range raise long false alarms during slews."""
REPEATS = 5
"""Differences in a row below half a quantisation step that make a reading repeated."""
COIN = 0.1
"""Share of samples at which the guard's coin says fault."""


def limit_check(signals: Floats, high: Floats) -> Mask:
    """Return (..., T), whether an axis of (..., T, 3) is beyond `SPAN` times its nominal -high..high (3,)."""
    return np.asarray((np.abs(signals) > SPAN * high).any(axis=-1), np.bool_)


def repeat_check(signals: Floats, step: float) -> Mask:
    """Return where an axis has repeated itself `REPEATS` times in a row; (..., T, 3) to (..., T).

    Parameters
    ----------
    signals : readings before any loss of resolution.
    step : quantisation step of the sensor.

    """
    same = np.zeros(signals.shape, np.int64)
    same[..., 1:, :] = np.abs(np.diff(signals, axis=-2)) < step / 2
    total = np.cumsum(same, axis=-2)
    before = np.zeros_like(total)
    before[..., REPEATS:, :] = total[..., :-REPEATS, :]
    return np.asarray((total - before == REPEATS).any(axis=-1), np.bool_)


def classical_index(signals: Floats, high: Floats, step: float) -> Mask:
    """Return the limit check or the repeat check; (..., T, 3) to (..., T)."""
    return limit_check(signals, high) | repeat_check(signals, step)


def coin(samples: int, rng: np.random.Generator) -> Mask:
    """Return (samples,) flags of which a share of `COIN` is one, whatever the sensor reads.

    Or-ed with the classical index it scores nearly perfectly in the literal metrics and no better than
    without it in the strict ones: a guard against metrics that reward flicker.
    """
    return rng.random(samples) < COIN
