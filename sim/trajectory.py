"""Trajectories of a small-body hopper: specific force and angular rate in body axes at 10 Hz.

A flat surface of a small body with the gravity of 67P's order of magnitude. The guidance never sees the
sensors simulated here (open loop), as in the reference study of stuck values on Astrone KI, where unit
models are driven by predefined trajectories.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.activity import ActivitySettings, force_jitter, rate_jitter
from sim.attitude import AttitudeSettings, body_rates, cross, reference_angles, to_body
from sim.control import ATTITUDE, TRANSLATION, DeadBand, respond
from sim.draws import Floats, Generators, Range, normal_series, normals, uniform_axes
from sim.flight_plan import FlightPlan, PlanSettings, draw_plan
from sim.noise import first_order

PERIOD = 0.1
"""Sample period, s."""


@dataclass(frozen=True, slots=True)
class TrajectorySettings:
    """Body, vehicle and disturbances; SI units.

    Attributes
    ----------
    gravity : mean gravity, m/s2.
    gravity_waves : number of sinusoids of gravity along the track.
    gravity_wavelength : their wavelengths, m.
    gravity_variation : amplitude of each, relative.
    lever_arm : position of the accelerometer from the centre of mass, m.
    ripple : main-thrust ripple, relative rms; its correlation time, s.
    torque : disturbance angular acceleration per axis, rad/s2.
    torque_modulation : period of its slow modulation, s.
    torque_coupling : 1 sigma of each element of the thrust-to-torque matrix, rad/m.
    pulse_scatter : spread of attitude pulses, relative.

    """

    gravity: float = 1.7e-4
    gravity_waves: int = 4
    gravity_wavelength: Range = (30.0, 150.0)
    gravity_variation: float = 0.05
    lever_arm: tuple[float, float, float] = (0.25, -0.10, 0.15)
    ripple: float = 0.03
    ripple_tau: float = 0.5
    torque: Range = (2e-5, 8e-5)
    torque_modulation: Range = (60.0, 200.0)
    torque_coupling: float = 0.15 * 0.15
    pulse_scatter: float = 0.05
    translation_control: DeadBand = TRANSLATION
    attitude_control: DeadBand = ATTITUDE
    plan: PlanSettings = field(default_factory=PlanSettings)
    attitude: AttitudeSettings = field(default_factory=AttitudeSettings)
    activity: ActivitySettings = field(default_factory=ActivitySettings)


@dataclass(frozen=True, slots=True)
class Trajectories:
    """n true trajectories; `specific_force` (m/s2) and `angular_rate` (rad/s) are (n, T, 3), body axes."""

    specific_force: Floats
    angular_rate: Floats
    plan: FlightPlan


def simulate(settings: TrajectorySettings, headings: Floats, samples: int, rngs: Generators) -> Trajectories:
    """Fly one trajectory per heading.

    Parameters
    ----------
    settings : body, vehicle and disturbances.
    headings : (n,), rad.
    samples : T, number of samples.
    rngs : one generator per trajectory; a trajectory does not depend on the others.

    """
    times = np.arange(samples, dtype=np.float64) * PERIOD
    plan = draw_plan(settings.plan, headings, samples * PERIOD, rngs)
    thrust = _thrust(settings, plan, times, rngs)
    ripple = settings.ripple * first_order(normal_series(rngs, samples, 3), settings.ripple_tau, PERIOD)
    angles, rates = _rotation(settings, plan, times, thrust, rngs)
    jitter = force_jitter(settings.activity, plan, times, PERIOD, rngs)
    pulses = _translation_pulses(settings, plan, times, thrust * ripple + jitter)
    force = to_body(angles, _along_heading(plan, thrust * (1.0 + ripple))) + jitter + pulses
    force += _lever_arm_force(settings.lever_arm, rates)
    return Trajectories(_trajectories_first(force), _trajectories_first(rates), plan)


def _thrust(settings: TrajectorySettings, plan: FlightPlan, times: Floats, rngs: Generators) -> Floats:
    """Force per mass (T, n, 3) along track, across and up that flies the plan and balances gravity."""
    ahead = plan.track_acceleration(times)
    distance = np.cumsum(plan.track_speed(times), axis=0) * PERIOD
    up = plan.vertical_acceleration(times) + _local_gravity(settings, distance, rngs)
    return np.stack([ahead, np.zeros_like(ahead), up], axis=-1)


def _local_gravity(settings: TrajectorySettings, distance: Floats, rngs: Generators) -> Floats:
    """Gravity (T, n), m/s2, at `distance` (m) along the track."""
    total = np.ones_like(distance)
    for _ in range(settings.gravity_waves):
        wavelength = np.array([rng.uniform(*settings.gravity_wavelength) for rng in rngs])
        phase = np.array([rng.uniform(0.0, 2 * np.pi) for rng in rngs])
        total += settings.gravity_variation * np.sin(2 * np.pi / wavelength * distance + phase)
    return settings.gravity * total


def _rotation(
    settings: TrajectorySettings, plan: FlightPlan, times: Floats, thrust: Floats, rngs: Generators
) -> tuple[Floats, Floats]:
    """Angles (T, n, 3), rad, and body rates (T, n, 3), rad/s, under pulsed control."""
    reference = reference_angles(settings.attitude, plan, times, rngs)
    sizes = 1.0 + settings.pulse_scatter * normal_series(rngs, len(times), 3)
    push = _torque(settings, times, thrust, rngs)
    control = respond(settings.attitude_control, push, sizes, plan.airborne(times), PERIOD)
    angle_rates = np.diff(reference, axis=0, prepend=reference[:1]) / PERIOD + control.rate
    angles = reference + control.error
    jitter = rate_jitter(settings.activity, plan, times, PERIOD, rngs)
    return angles, body_rates(angles, angle_rates) + jitter


def _torque(settings: TrajectorySettings, times: Floats, thrust: Floats, rngs: Generators) -> Floats:
    """Disturbance angular acceleration (T, n, 3), rad/s2: slowly modulated, and coupled to the thrust."""
    size = uniform_axes(rngs, settings.torque) * np.sign(uniform_axes(rngs, (-1.0, 1.0)))
    period = uniform_axes(rngs, settings.torque_modulation)
    phase = uniform_axes(rngs, (0.0, 2 * np.pi))
    wave = np.sin(2 * np.pi * times[:, None, None] / period + phase)
    coupling = settings.torque_coupling * normals(rngs, 3, 3)
    coupled = sum(coupling[..., k] * thrust[..., k, None] for k in range(3))
    return size * (1.0 + 0.5 * wave) + coupled


def _translation_pulses(
    settings: TrajectorySettings, plan: FlightPlan, times: Floats, disturbance: Floats
) -> Floats:
    """Acceleration (T, n, 3), m/s2, by thruster pulses against a disturbance."""
    airborne = plan.airborne(times)
    nominal = np.ones_like(disturbance)
    return respond(settings.translation_control, disturbance, nominal, airborne, PERIOD).pulses / PERIOD


def _along_heading(plan: FlightPlan, vectors: Floats) -> Floats:
    """Turn vectors (T, n, 3) along track, across and up to the surface's axes."""
    cos, sin = np.cos(plan.heading), np.sin(plan.heading)
    ahead, across = vectors[..., 0], vectors[..., 1]
    return np.stack([ahead * cos - across * sin, ahead * sin + across * cos, vectors[..., 2]], axis=-1)


def _lever_arm_force(arm: tuple[float, float, float], rates: Floats) -> Floats:
    """dw/dt x r + w x (w x r), (T, n, 3), m/s2; dw/dt is the mean over the past sample period."""
    lever = np.broadcast_to(np.array(arm), rates.shape)
    change = np.diff(rates, axis=0, prepend=rates[:1]) / PERIOD
    return cross(change, lever) + cross(rates, cross(rates, lever))


def _trajectories_first(series: Floats) -> Floats:
    return np.ascontiguousarray(series.swapaxes(0, 1))
