"""A circular sun-synchronous orbit, the turning Earth, and a ground station.

Times are seconds since `EPOCH`. ECI is the mean equator and equinox of date, ECEF turns with the Earth.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.draws import Floats

EPOCH: Final = "2017-06-23T00:00:00Z"
EPOCH_J2000: Final = 6382.5
"""Days from J2000 (2000-01-01 12:00) to `EPOCH`."""
DAY_S: Final = 86_400.0

MU: Final = 398_600.4418
"""Gravitational parameter of the Earth, km3/s2 (WGS 84)."""
EQUATOR: Final = 6378.137
"""Equatorial radius of the Earth, km (WGS 84)."""
RADIUS: Final = 6371.2
"""Mean radius of the Earth, km: that of the geomagnetic reference field."""
J2: Final = 1.08262668e-3
SUN_RATE: Final = 2 * math.pi / (365.2422 * DAY_S)
"""Mean motion of the Sun in right ascension, rad/s."""


@dataclass(frozen=True, slots=True)
class Orbit:
    """A circular orbit whose plane turns with the mean Sun.

    Attributes
    ----------
    altitude : above the equatorial radius, km.
    ascending_node : local mean solar time at which it crosses the equator northwards, h.
    phase : angle from the ascending node at `EPOCH`, rad. The default brings the satellite over the
        station in the minute of the DCLOP paper's rare event, 27 June 2017 10:39 UTC.

    """

    altitude: float = 505.0
    ascending_node: float = 21.5
    phase: float = 5.5

    @property
    def semi_major_axis(self) -> float:
        """Distance from the Earth's centre, km."""
        return EQUATOR + self.altitude

    @property
    def inclination(self) -> float:
        """Inclination at which J2 turns the plane with the Sun, rad (Vallado, section 11.4)."""
        return math.acos(-SUN_RATE / (1.5 * self._mean_motion * self._oblateness))

    @property
    def rate(self) -> float:
        """Mean angular rate from node to node, J2 included, rad/s (Vallado, section 9.6, e = 0)."""
        square = math.sin(self.inclination) ** 2
        return self._mean_motion * (1 + 0.75 * self._oblateness * (6 - 8 * square))

    @property
    def period(self) -> float:
        """Time from ascending node to ascending node, s."""
        return 2 * math.pi / self.rate

    @property
    def _mean_motion(self) -> float:
        return math.sqrt(MU / self.semi_major_axis**3)

    @property
    def _oblateness(self) -> float:
        return J2 * (EQUATOR / self.semi_major_axis) ** 2

    def position(self, times: Floats) -> Floats:
        """Return the position in ECI, (n, 3), km."""
        along = self.phase + self.rate * times
        node = self._node(times)
        cosine, sine = math.cos(self.inclination), math.sin(self.inclination)
        return self.semi_major_axis * np.stack(
            [
                np.cos(node) * np.cos(along) - np.sin(node) * np.sin(along) * cosine,
                np.sin(node) * np.cos(along) + np.cos(node) * np.sin(along) * cosine,
                np.sin(along) * sine,
            ],
            axis=-1,
        )

    def normal(self, times: Floats) -> Floats:
        """Return the direction of the angular momentum in ECI, (n, 3)."""
        node = self._node(times)
        cosine, sine = math.cos(self.inclination), math.sin(self.inclination)
        return np.stack(
            [np.sin(node) * sine, -np.cos(node) * sine, np.full(np.shape(times), cosine)], axis=-1
        )

    def _node(self, times: Floats) -> Floats:
        """Right ascension of the ascending node, (n,), rad: that of the mean Sun plus the local time."""
        noon = math.radians(280.460 + 0.9856474 * EPOCH_J2000)
        node: Floats = noon + (self.ascending_node - 12) * math.pi / 12 + SUN_RATE * times
        return node


def sidereal_angle(times: Floats) -> Floats:
    """Return the Greenwich mean sidereal angle, (n,), rad (Meeus, Astronomical Algorithms, 12.4)."""
    days = EPOCH_J2000 + times / DAY_S
    angle: Floats = np.radians(280.46061837 + 360.98564736629 * days)
    return angle


def turn(vectors: Floats, angle: Floats) -> Floats:
    """Return `vectors` (n, 3) seen from axes that are turned about z by `angle` (n,), rad."""
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack([cosine * x + sine * y, cosine * y - sine * x, z], axis=-1)


@dataclass(frozen=True, slots=True)
class Station:
    """A ground station on a spherical Earth; by default Bratislava, skCube's home.

    Attributes
    ----------
    latitude, longitude : rad.

    """

    latitude: float = math.radians(48.15)
    longitude: float = math.radians(17.07)

    @property
    def zenith(self) -> Floats:
        """Direction to the zenith in ECEF, (3,)."""
        level = math.cos(self.latitude)
        return np.array(
            [
                level * math.cos(self.longitude),
                level * math.sin(self.longitude),
                math.sin(self.latitude),
            ]
        )

    def elevation(self, fixed: Floats) -> Floats:
        """Return the elevation, (n,), rad, of positions in ECEF (n, 3), km."""
        away = fixed - RADIUS * self.zenith
        elevation: Floats = np.arcsin(away @ self.zenith / np.linalg.norm(away, axis=-1))
        return elevation
