"""Pulsed dead-band control: thrusters fire one pulse of fixed size when a switching line is crossed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws import Floats


@dataclass(frozen=True, slots=True)
class DeadBand:
    """One control loop: fires when the size of rate + stiffness * error exceeds the band.

    Attributes
    ----------
    stiffness : slope of the switching line, 1/s.
    band : half width of the dead band, in units of the rate.
    pulse : change of the rate by one pulse.

    """

    stiffness: float
    band: float
    pulse: float


TRANSLATION = DeadBand(stiffness=0.05, band=6e-4, pulse=5e-4)
"""m and m/s: switching line v + 0.05 x, dead band 0.6 mm/s, pulse 0.5 mm/s."""

ATTITUDE = DeadBand(stiffness=1 / 6, band=4e-3 / 6, pulse=4e-4)
"""rad and rad/s: switching line theta + 6 w, dead band 4 mrad, pulse 0.4 mrad/s."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a loop did, each (T, n, axes): error, its rate, and the change of rate by pulses."""

    error: Floats
    rate: Floats
    pulses: Floats


def respond(
    loop: DeadBand, disturbance: Floats, sizes: Floats, airborne: NDArray[np.bool_], dt: float
) -> Response:
    """Run the loop over time for all trajectories and axes at once.

    Parameters
    ----------
    loop : the dead band.
    disturbance : acceleration that moves the error, (T, n, axes).
    sizes : size of a pulse relative to the nominal one, (T, n, axes).
    airborne : (T, n); on the ground errors are zero and nothing fires.
    dt : sample period, s.

    """
    push, kicks = disturbance * dt, -loop.pulse * sizes * airborne[..., None]
    error, rate, pulses = np.zeros_like(push), np.zeros_like(push), np.zeros_like(push)
    e, w = np.zeros_like(push[0]), np.zeros_like(push[0])
    for t in range(len(push)):
        line = e * loop.stiffness
        line += w
        fired = np.sign(line)
        fired *= np.abs(line) > loop.band
        fired *= kicks[t]
        pulses[t] = fired
        w += fired
        w += push[t]
        w *= airborne[t, :, None]
        e += w * dt
        e *= airborne[t, :, None]
        error[t], rate[t] = e, w
    return Response(error, rate, pulses)
