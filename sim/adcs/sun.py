"""The direction of the Sun and the shadow of the Earth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.adcs.orbit import DAY_S, EPOCH_J2000, EQUATOR
from sim.draws import Floats

SOLAR_CONSTANT: Final = 1361.0
"""W/m2 at one astronomical unit (Kopp and Lean 2011)."""


def direction(times: Floats) -> Floats:
    """Return the direction to the Sun in ECI, (n, 3), to 0.01 deg (Astronomical Almanac, page C5)."""
    days = EPOCH_J2000 + times / DAY_S
    anomaly = np.radians(357.528 + 0.9856003 * days)
    mean = 280.460 + 0.9856474 * days
    longitude = np.radians(mean + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * days)
    return np.stack(
        [np.cos(longitude), np.cos(tilt) * np.sin(longitude), np.sin(tilt) * np.sin(longitude)], axis=-1
    )


def is_lit(position: Floats, sun: Floats) -> NDArray[np.bool_]:
    """Return whether the Sun is seen, (n,), from `position` (n, 3), km: the shadow is a cylinder."""
    along = np.sum(position * sun, axis=-1)
    across = np.linalg.norm(position - along[:, None] * sun, axis=-1)
    lit: NDArray[np.bool_] = (along > 0) | (across > EQUATOR)
    return lit
