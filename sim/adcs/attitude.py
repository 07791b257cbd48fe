"""The attitude: body -X along the field line, with a libration, and a slow spin about X.

Magnetic control holds one axis along the field, and nothing holds the turn about it. The axes of reference
are x along -B, y along (orbit normal) x x, and z completes them. From these the body is turned by the spin
about x, then by the libration about y and z. Both are closed forms of time.

The spin takes about a day a turn. That is a choice, as is its angle: so the passes of the mornings and of
the evenings show the Sun the sides that the DCLOP paper (section 5.2.3) names, and Z- hardly ever.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.adcs.orbit import DAY_S
from sim.draws import Floats

LIBRATION_RMS: Final = np.radians(9.0)
"""Angle from the field line, rms, rad."""
LIBRATION_PERIODS: Final = ((431.0, 787.0), (523.0, 997.0))
"""Periods of the two sines about y, and of those about z, s."""
SPIN_DAYS: Final = -1.0
"""Time of one turn about x, days; negative: backwards."""
SPIN: Final = np.radians(66.0 + 9.0 * 15.0)
"""Angle about x at midnight of the first day, rad."""


@dataclass(frozen=True, slots=True)
class Attitude:
    """How the body moves.

    Attributes
    ----------
    spin : angle about x at the epoch, rad.
    spin_rate : rad/s.
    phases : of the libration, (2, 2): about y and z, two sines each, rad.

    """

    spin: float
    spin_rate: float
    phases: Floats

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Attitude":
        """Draw phases and spin of one simulation."""
        period = SPIN_DAYS * DAY_S * (1.0 + rng.uniform(-0.002, 0.002))
        spin = SPIN + rng.uniform(-0.1, 0.1)
        return cls(spin, 2 * np.pi / period, rng.uniform(0.0, 2 * np.pi, (2, 2)))

    def libration(self, times: Floats) -> Floats:
        """Return the angles about y and z, (n, 2), rad."""
        amplitude = LIBRATION_RMS / np.sqrt(2.0)
        rates = 2 * np.pi / np.array(LIBRATION_PERIODS)
        angles: Floats = amplitude * np.sin(times[:, None, None] * rates + self.phases).sum(axis=-1)
        return angles

    def axes(self, times: Floats, field: Floats, normal: Floats) -> Floats:
        """Return the body axes in the frame of `field` and `normal` (n, 3), (n, 3, 3), one axis a row."""
        x = -_unit(field)
        y = _unit(np.cross(normal, x))
        reference = np.stack([x, y, np.cross(x, y)], axis=1)
        pitch, yaw = self.libration(times).T
        turn = _about(2, yaw) @ _about(1, pitch) @ _about(0, self.spin + self.spin_rate * times)
        axes: Floats = turn @ reference
        return axes


def rate(before: Floats, now: Floats, after: Floats, step: float) -> Floats:
    """Return the angular rate in body axes, (n, 3), rad/s, from the axes `step` seconds before and after."""
    skew = (after - before) @ now.swapaxes(-1, -2) / (2 * step)
    return np.stack([-skew[:, 2, 1], -skew[:, 0, 2], -skew[:, 1, 0]], axis=-1)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _about(axis: int, angle: Floats) -> Floats:
    """Return matrices (n, 3, 3) that turn the axes about one of them by `angle` (n,), rad."""
    first, second = (axis + 1) % 3, (axis + 2) % 3
    turn = np.zeros((len(angle), 3, 3))
    turn[:, axis, axis] = 1.0
    turn[:, first, first] = turn[:, second, second] = np.cos(angle)
    turn[:, first, second] = np.sin(angle)
    turn[:, second, first] = -np.sin(angle)
    return turn
