"""Attitude of the hopper: reference angles of a flight plan, body rates and rotation to body axes.

Angles are roll, pitch, yaw in that order on the last axis (rotation yaw, then pitch, then roll); body
axes are x ahead, y to the left, z up.
"""

from dataclasses import dataclass

import numpy as np

from sim.draws import Floats, Generators, Range, uniform
from sim.flight_plan import QUINTIC_PEAK, FlightPlan, ramp, slope


@dataclass(frozen=True, slots=True)
class AttitudeSettings:
    """Ranges of the reference attitude, rad."""

    tilt: Range = (0.03, 0.15)
    roll: Range = (-0.03, 0.03)


def reference_angles(settings: AttitudeSettings, plan: FlightPlan, times: Floats, rngs: Generators) -> Floats:
    """Return the reference angles (T, n, 3), rad, at `times` (s).

    The yaw slews to the heading, the pitch leans into the horizontal thrust and the roll into the slew.
    """
    t = times[:, None]
    tilt, roll = uniform(rngs, settings.tilt), uniform(rngs, settings.roll)
    peak = QUINTIC_PEAK * plan.cruise_speed / np.minimum(plan.cruise_ramp, plan.brake_ramp)
    lean = slope(t, plan.slew_start, plan.slew) * plan.slew / QUINTIC_PEAK
    yaw = plan.heading * ramp(t, plan.slew_start, plan.slew)
    return np.stack([roll * lean, tilt * plan.track_acceleration(times) / peak, yaw], axis=-1)


def body_rates(angles: Floats, angle_rates: Floats) -> Floats:
    """Return the angular rate in body axes, rad/s, of `angles` (rad) that change at `angle_rates` (rad/s)."""
    roll, pitch = angles[..., 0], angles[..., 1]
    d_roll, d_pitch, d_yaw = angle_rates[..., 0], angle_rates[..., 1], angle_rates[..., 2]
    upright = d_yaw * np.cos(pitch)
    x = d_roll - d_yaw * np.sin(pitch)
    y = d_pitch * np.cos(roll) + upright * np.sin(roll)
    z = upright * np.cos(roll) - d_pitch * np.sin(roll)
    return np.stack([x, y, z], axis=-1)


def to_body(angles: Floats, vectors: Floats) -> Floats:
    """Rotate `vectors` (..., 3) from the surface's axes to body axes."""
    roll, pitch, yaw = angles[..., 0], angles[..., 1], angles[..., 2]
    x, y = _turn(vectors[..., 0], vectors[..., 1], yaw)
    z, x = _turn(vectors[..., 2], x, pitch)
    y, z = _turn(y, z, roll)
    return np.stack([x, y, z], axis=-1)


def _turn(first: Floats, second: Floats, angle: Floats) -> tuple[Floats, Floats]:
    """Components of a vector in axes turned by `angle` from the first towards the second axis."""
    cos, sin = np.cos(angle), np.sin(angle)
    return first * cos + second * sin, second * cos - first * sin


def cross(a: Floats, b: Floats) -> Floats:
    """Cross product on the last axis, (..., 3), in an order of operations that does not depend on shapes."""
    x = a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1]
    y = a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2]
    z = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return np.stack([x, y, z], axis=-1)
