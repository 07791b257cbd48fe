"""The Earth's magnetic field up to degree 2: dipole and quadrupole.

The coefficients are those of IGRF-13 for 2015.0, which are definitive (Alken et al. 2021, Earth, Planets
and Space 73:49, table 2; Schmidt semi-normalised, nT). Higher degrees, which
are left out, are up to 15 % of the field in the passes.
"""

import math
from typing import Final

import numpy as np

from sim.adcs.orbit import RADIUS
from sim.draws import Floats

_ROOT3: Final = math.sqrt(3.0)
_G10, _G11, _H11 = -29441.46, -1501.77, 4795.99
_G20, _G21, _H21, _G22, _H22 = -2445.88, 3012.20, -2845.41, 1676.35, -642.17
_NT_TO_UT: Final = 1e-3


def field(fixed: Floats) -> Floats:
    """Return the field in ECEF, (n, 3), uT, at positions in ECEF (n, 3), km.

    The potential of degree n is a^(n+2) H(x) / r^(2n+1). H is a harmonic polynomial: m.x for the dipole,
    x'Qx for the quadrupole; the field is minus the gradient.
    """
    dipole = np.array([_G11, _H11, _G10]) * _NT_TO_UT
    quadrupole = _quadrupole() * _NT_TO_UT
    x = fixed / RADIUS
    r = np.linalg.norm(x, axis=-1, keepdims=True)
    m, q = (x @ dipole)[:, None], x @ quadrupole
    form = np.sum(x * q, axis=-1, keepdims=True)
    first = dipole / r**3 - 3 * m * x / r**5
    second = 2 * q / r**5 - 5 * form * x / r**7
    total: Floats = -(first + second)
    return total


def _quadrupole() -> Floats:
    """Return the symmetric traceless matrix Q, nT."""
    xx, yy = -_G20 + _ROOT3 * _G22, -_G20 - _ROOT3 * _G22
    xy, xz, yz = _ROOT3 * _H22, _ROOT3 * _G21, _ROOT3 * _H21
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, 2 * _G20]]) / 2
