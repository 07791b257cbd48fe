"""The flight plan of a hop: idle, take-off, climb, cruise, brake, descent, rest on the ground.

All ramps of speed are quintic, so accelerations are smooth. A run shorter than the plan flies its
beginning; a longer one cruises longer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws import Floats, Generators, Range, uniform

QUINTIC_PEAK = 1.875
"""Largest slope of the quintic ramp over the unit interval."""


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Ranges of the draws, one each per trajectory; s, m/s, rad/s."""

    shortest: float = 409.6
    idle: Range = (3.0, 12.0)
    climb_ramp: Range = (8.0, 18.0)
    climb_speed: Range = (0.15, 0.6)
    climb: Range = (15.0, 45.0)
    cruise_ramp: Range = (15.0, 35.0)
    cruise_speed: Range = (0.3, 1.2)
    descent_before_end: Range = (60.0, 110.0)
    descent_share: Range = (0.5, 0.9)
    slew: Range = (15.0, 35.0)
    slew_peak: float = 0.2


@dataclass(frozen=True, slots=True)
class FlightPlan:
    """Times (s), speeds (m/s) and headings (rad, within -pi..pi) of n trajectories, each (n,)."""

    heading: Floats
    take_off: Floats
    climb_ramp: Floats
    climb_speed: Floats
    climb_end: Floats
    slew_start: Floats
    slew: Floats
    cruise_start: Floats
    cruise_ramp: Floats
    cruise_speed: Floats
    brake_start: Floats
    brake_ramp: Floats
    descent_start: Floats
    descent: Floats

    @property
    def touch_down(self) -> Floats:
        """Time of landing, s."""
        return self.descent_start + self.descent

    @property
    def altitude(self) -> Floats:
        """Altitude of the cruise, m."""
        return self.climb_speed * (self.climb_end - self.take_off - self.climb_ramp)

    def airborne(self, times: Floats) -> NDArray[np.bool_]:
        """Return where the vehicle is off the ground, (T, n), at `times` (s)."""
        t = times[:, None]
        return (t >= self.take_off) & (t < self.touch_down)

    def vertical_acceleration(self, times: Floats) -> Floats:
        """Return the upward acceleration, (T, n), m/s2."""
        t = times[:, None]
        up = slope(t, self.take_off, self.climb_ramp) - slope(
            t, self.climb_end - self.climb_ramp, self.climb_ramp
        )
        ramp = self.descent / 4
        sink_speed = self.altitude / (self.descent - ramp)
        down = slope(t, self.descent_start, ramp) - slope(t, self.touch_down - ramp, ramp)
        return self.climb_speed * up - sink_speed * down

    def track_acceleration(self, times: Floats) -> Floats:
        """Return the horizontal acceleration along the heading, (T, n), m/s2."""
        t = times[:, None]
        start = slope(t, self.cruise_start, self.cruise_ramp)
        return self.cruise_speed * (start - slope(t, self.brake_start, self.brake_ramp))

    def track_speed(self, times: Floats) -> Floats:
        """Return the horizontal speed along the heading, (T, n), m/s."""
        t = times[:, None]
        start = ramp(t, self.cruise_start, self.cruise_ramp)
        return self.cruise_speed * (start - ramp(t, self.brake_start, self.brake_ramp))


def ramp(t: Floats, start: Floats, duration: Floats) -> Floats:
    """Quintic ramp from 0 to 1: 10 u^3 - 15 u^4 + 6 u^5 with u the share of `duration` since `start`."""
    u = np.clip((t - start) / duration, 0.0, 1.0)
    return u * u * u * (10.0 + u * (6.0 * u - 15.0))


def slope(t: Floats, start: Floats, duration: Floats) -> Floats:
    """Time derivative of `ramp`, 1/s."""
    u = np.clip((t - start) / duration, 0.0, 1.0)
    rest = u * (1.0 - u)
    return 30.0 * rest * rest / duration


def draw_plan(settings: PlanSettings, headings: Floats, duration: float, rngs: Generators) -> FlightPlan:
    """Draw one plan per heading (rad) for runs of `duration` (s)."""
    end = max(duration, settings.shortest)
    heading = np.remainder(headings + np.pi, 2 * np.pi) - np.pi
    take_off = uniform(rngs, settings.idle)
    climb_ramp = uniform(rngs, settings.climb_ramp)
    climb_end = take_off + 2 * climb_ramp + uniform(rngs, settings.climb)
    slew_start = take_off + climb_ramp
    slowest = QUINTIC_PEAK * np.abs(heading) / settings.slew_peak
    slew = np.maximum(uniform(rngs, settings.slew), slowest)
    before_end = uniform(rngs, settings.descent_before_end)
    brake_ramp = uniform(rngs, settings.cruise_ramp)
    return FlightPlan(
        heading=heading,
        take_off=take_off,
        climb_ramp=climb_ramp,
        climb_speed=uniform(rngs, settings.climb_speed),
        climb_end=climb_end,
        slew_start=slew_start,
        slew=slew,
        cruise_start=np.maximum(climb_end, slew_start + slew),
        cruise_ramp=uniform(rngs, settings.cruise_ramp),
        cruise_speed=uniform(rngs, settings.cruise_speed),
        brake_start=end - before_end - brake_ramp,
        brake_ramp=brake_ramp,
        descent_start=end - before_end,
        descent=before_end * uniform(rngs, settings.descent_share),
    )
