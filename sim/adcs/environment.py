"""Where the satellite is, how it is turned, and what acts on it, at any times."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.adcs.attitude import Attitude, rate
from sim.adcs.field import field
from sim.adcs.orbit import RADIUS, Orbit, sidereal_angle, turn
from sim.adcs.sun import SOLAR_CONSTANT, direction, is_lit
from sim.draws import Floats

ALBEDO: Final = 0.3
"""Share of sunlight that the Earth reflects (Bond albedo)."""
FACES: Final = ("xp", "xm", "yp", "ym", "zp", "zm")
"""The faces of the cube: plus and minus of each axis."""

_RATE_STEP: Final = 0.5
"""Half the time over which the attitude is differentiated, s."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What acts on the satellite, in body axes.

    Attributes
    ----------
    field : magnetic field, (n, 3), uT.
    sun : direction to the Sun, (n, 3); zero in the shadow of the Earth.
    nadir : direction to the Earth's centre, (n, 3).
    day : cosine of the Sun's zenith angle at the ground below, (n,), 0 by night.
    distance : from the Earth's centre, km.

    """

    field: Floats
    sun: Floats
    nadir: Floats
    day: Floats
    distance: float

    @property
    def earth_view(self) -> Floats:
        """Share of each face's view that the Earth fills, (n, 6): cosine law of a far sphere."""
        return faces(self.nadir) * (RADIUS / self.distance) ** 2

    @property
    def irradiance(self) -> Floats:
        """Sunlight on each face, direct and from the Earth, (n, 6), W/m2."""
        albedo = ALBEDO * self.day[:, None] * self.earth_view
        return SOLAR_CONSTANT * (faces(self.sun) + albedo)


def surroundings(orbit: Orbit, attitude: Attitude, times: Floats) -> Surroundings:
    """Return what acts on the satellite at `times` (n,), s."""
    position, sun = orbit.position(times), direction(times)
    magnetic = _field(position, times)
    axes = attitude.axes(times, magnetic, orbit.normal(times))
    down = -position / orbit.semi_major_axis
    lit = is_lit(position, sun)
    return Surroundings(
        field=_seen(axes, magnetic),
        sun=_seen(axes, sun) * lit[:, None],
        nadir=_seen(axes, down),
        day=np.maximum(-np.sum(down * sun, axis=-1), 0.0),
        distance=orbit.semi_major_axis,
    )


def angular_rate(orbit: Orbit, attitude: Attitude, times: Floats) -> Floats:
    """Return the angular rate in body axes at `times` (n,), s: (n, 3), rad/s."""
    before, now, after = (
        attitude.axes(t, _field(orbit.position(t), t), orbit.normal(t))
        for t in (times - _RATE_STEP, times, times + _RATE_STEP)
    )
    return rate(before, now, after, _RATE_STEP)


def faces(vectors: Floats) -> Floats:
    """Return the positive part of `vectors` (n, 3) along the normal of each face, (n, 6)."""
    both = np.stack([vectors, -vectors], axis=-1)
    return np.maximum(both.reshape(len(vectors), 6), 0.0)


def _field(position: Floats, times: Floats) -> Floats:
    """Return the field in ECI, (n, 3), uT."""
    angle = sidereal_angle(times)
    return turn(field(turn(position, angle)), -angle)


def _seen(axes: Floats, vectors: Floats) -> Floats:
    """Return `vectors` (n, 3) in body axes."""
    seen: Floats = np.einsum("nij,nj->ni", axes, vectors)
    return seen
