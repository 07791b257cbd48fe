"""Coloured noise: first- and second-order filters of white noise, vectorised over trajectories."""

import math

from sim.draws import Floats


def first_order(white: Floats, tau: float, dt: float) -> Floats:
    """Filter unit white noise (T, ...) to a stationary Gauss-Markov process of unit variance.

    Parameters
    ----------
    white : standard normal numbers, time first.
    tau : correlation time, s.
    dt : sample period, s.

    """
    decay = math.exp(-dt / tau)
    out = white * math.sqrt(1.0 - decay * decay)
    out[0] = white[0]
    for t in range(1, len(out)):
        out[t] += decay * out[t - 1]
    return out


def second_order(white: Floats, tau: float, dt: float) -> Floats:
    """Filter unit white noise (T, ...) twice with `tau`; unit variance, smooth enough to differentiate.

    The variance of the cascade of two unit-variance filters is (1 + a^2) / (1 - a^2) with a = exp(-dt/tau).
    """
    square = math.exp(-2.0 * dt / tau)
    twice = first_order(first_order(white, tau, dt), tau, dt)
    return twice * math.sqrt((1.0 - square) / (1.0 + square))
