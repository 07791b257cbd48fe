"""Control activity: coloured jitter on force and rates that falls silent while the vehicle coasts."""

from dataclasses import dataclass

import numpy as np

from sim.draws import Floats, Generators, Range, log_uniform_axes, normal_series
from sim.flight_plan import FlightPlan
from sim.noise import first_order, second_order


@dataclass(frozen=True, slots=True)
class ActivitySettings:
    """How restless the vehicle is; m/s2, rad/s, s.

    Attributes
    ----------
    force, rate : rms per axis and trajectory, drawn log-uniform.
    force_tau, rate_tau : correlation times.
    coasting : length of a coasting segment.
    force_coasting, rate_coasting : largest share of the flight spent coasting.
    coasting_gain : jitter that is left while coasting.

    """

    force: Range = (1.5e-4, 1.2e-3)
    rate: Range = (1.2e-4, 8e-4)
    force_tau: float = 0.5
    rate_tau: float = 1.0
    coasting: Range = (15.0, 40.0)
    force_coasting: float = 0.12
    rate_coasting: float = 0.30
    coasting_gain: float = 0.1


def force_jitter(
    settings: ActivitySettings, plan: FlightPlan, times: Floats, dt: float, rngs: Generators
) -> Floats:
    """Draw the jitter of the specific force, (T, n, 3), m/s2."""
    rms = log_uniform_axes(rngs, settings.force)
    gain = _coasting_gain(settings, settings.force_coasting, plan, times, rngs)
    return rms * gain * first_order(normal_series(rngs, len(times), 3), settings.force_tau, dt)


def rate_jitter(
    settings: ActivitySettings, plan: FlightPlan, times: Floats, dt: float, rngs: Generators
) -> Floats:
    """Draw the jitter of the angular rate, (T, n, 3), rad/s."""
    rms = log_uniform_axes(rngs, settings.rate)
    gain = _coasting_gain(settings, settings.rate_coasting, plan, times, rngs)
    return rms * gain * second_order(normal_series(rngs, len(times), 3), settings.rate_tau, dt)


def _coasting_gain(
    settings: ActivitySettings, most: float, plan: FlightPlan, times: Floats, rngs: Generators
) -> Floats:
    """Gain of the jitter, (T, n, 1): 1, less while coasting, 0 on the ground."""
    gain = plan.airborne(times).astype(np.float64)
    for column, (rng, start, end) in enumerate(zip(rngs, plan.take_off, plan.touch_down, strict=True)):
        for first, last in _segments(settings.coasting, most, (start, end), rng):
            gain[(times >= first) & (times < last), column] *= settings.coasting_gain
    return gain[..., None]


def _segments(length: Range, most: float, flight: Range, rng: np.random.Generator) -> list[Range]:
    """Draw coasting segments (start, end), s, of at most a share `most` of the flight."""
    budget = rng.uniform(0.0, most) * (flight[1] - flight[0])
    segments: list[Range] = []
    while (wanted := rng.uniform(*length)) <= budget:
        start = rng.uniform(flight[0], flight[1] - wanted)
        segments.append((start, start + wanted))
        budget -= wanted
    return segments
