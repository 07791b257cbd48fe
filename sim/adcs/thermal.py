"""Temperatures of the six panels: each has a heat capacity and is tied to the body.

    C dT/dt = a (sunlight) A + e (Earth's infrared) A - e s A T^4 - G (T - T_body)

The body takes up what the panels give, and the heat of its electronics.
"""

from typing import Final

import numpy as np

from sim.adcs.environment import Surroundings
from sim.draws import Floats

ZERO_CELSIUS: Final = 273.15
STEFAN_BOLTZMANN: Final = 5.670374e-8
EARTH_INFRARED: Final = 237.0
"""W/m2 that the Earth emits on average."""

AREA: Final = 0.01
"""m2 of one face of the cube."""
ABSORBED: Final = 0.8
"""Share of sunlight that panels take up; what cells make current of turns to heat as well."""
EMISSIVITY: Final = 0.75
CAPACITY: Final = 70.0
"""Heat capacity of a panel, J/K."""
BODY_CAPACITY: Final = 500.0
CONDUCTANCE: Final = 0.25
"""Between a panel and the body, W/K."""
ELECTRONICS: Final = 2.0
"""W"""
START: Final = 285.0
"""Temperature at the start of a warm-up, K."""


def heat(around: Surroundings) -> Floats:
    """Return the heat that the panels absorb, (n, 6), W."""
    absorbed: Floats = AREA * (ABSORBED * around.irradiance + EMISSIVITY * EARTH_INFRARED * around.earth_view)
    return absorbed


def temperatures(absorbed: Floats, step: float) -> Floats:
    """Integrate the temperatures of n satellites over k steps of `step` s.

    Parameters
    ----------
    absorbed : heat that the panels take up, (k, n, 6), W.
    step : s; well below `CAPACITY` / `CONDUCTANCE`.

    Returns
    -------
    (k, n, 6), deg C, at the end of each step.

    """
    panels = np.full(absorbed.shape[1:], START)
    body = np.full((len(panels), 1), START)
    out = np.empty_like(absorbed)
    for k, taken in enumerate(absorbed):
        flow = CONDUCTANCE * (panels - body)
        lost = EMISSIVITY * STEFAN_BOLTZMANN * AREA * panels**4
        panels = panels + (taken - lost - flow) * (step / CAPACITY)
        body = body + (flow.sum(axis=-1, keepdims=True) + ELECTRONICS) * (step / BODY_CAPACITY)
        out[k] = panels
    return out - ZERO_CELSIUS
