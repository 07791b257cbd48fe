from dataclasses import replace

import numpy as np
import pytest

from sim.activity import ActivitySettings
from sim.attitude import cross
from sim.control import DeadBand
from sim.flight_plan import FlightPlan
from sim.trajectory import PERIOD, TrajectorySettings, simulate

TIMES = np.arange(4096) * PERIOD
SILENT = DeadBand(stiffness=1.0, band=np.inf, pulse=0.0)
CALM = TrajectorySettings(
    ripple=0.0,
    torque=(0.0, 0.0),
    torque_coupling=0.0,
    translation_control=SILENT,
    attitude_control=SILENT,
    activity=ActivitySettings(force=(1e-300, 1e-300), rate=(1e-300, 1e-300)),
)


def rngs(n: int) -> list[np.random.Generator]:
    return [np.random.default_rng((7, k)) for k in range(n)]


def cruising(plan: FlightPlan) -> np.ndarray:
    """Where a vehicle flies at constant speed, (T, n)."""
    t = TIMES[:, None]
    return (t > plan.cruise_start + plan.cruise_ramp + 1.0) & (t < plan.brake_start)


def test_shapes_and_types(flights):
    assert flights.specific_force.shape == flights.angular_rate.shape == (12, 4096, 3)
    assert flights.specific_force.dtype == flights.angular_rate.dtype == np.float64
    assert np.isfinite(flights.specific_force).all()
    assert np.isfinite(flights.angular_rate).all()


def test_at_rest_on_the_ground_the_accelerometer_senses_gravity_upwards(flights):
    on_ground = flights.specific_force[:, :30]
    assert on_ground[..., :2] == pytest.approx(0.0, abs=1e-12)
    assert on_ground[..., 2] == pytest.approx(1.7e-4, rel=0.21)
    assert not flights.angular_rate[:, :30].any()


def test_gravity_varies_along_the_track_by_about_a_tenth():
    calm = simulate(CALM, np.zeros(16), 4096, rngs(16))
    cruise = cruising(calm.plan)
    up = calm.specific_force[..., 2].T[cruise]
    assert up.mean() == pytest.approx(1.7e-4, rel=0.03)
    assert 0.03 < up.std() / 1.7e-4 < 0.12


def test_rates_integrate_to_the_slew(flights):
    turned = flights.angular_rate[..., 2].sum(axis=1) * PERIOD
    assert turned == pytest.approx(flights.plan.heading, abs=0.05)
    assert np.abs(flights.angular_rate[..., 2]).max() < 0.21


def test_without_disturbances_the_vehicle_flies_straight_up_and_ahead():
    calm = simulate(replace(CALM, lever_arm=(0.0, 0.0, 0.0)), np.array([2.0]), 4096, rngs(1))
    plan = calm.plan
    assert calm.specific_force[0, :, 1] == pytest.approx(0.0, abs=5e-3)
    assert calm.specific_force[0, cruising(plan)[:, 0], :2] == pytest.approx(0.0, abs=1e-9)
    speed = np.cumsum(calm.specific_force[0, :, 0]) * PERIOD
    cruise = round(float(plan.cruise_start[0] + plan.cruise_ramp[0]) / PERIOD)
    assert speed[cruise] == pytest.approx(plan.cruise_speed[0], rel=0.15)


def test_an_accelerometer_off_the_centre_of_mass_feels_the_rotation(flights):
    settings = TrajectorySettings()
    centred = simulate(replace(settings, lever_arm=(0.0, 0.0, 0.0)), flights.plan.heading, 4096, rngs(12))
    assert centred.angular_rate == pytest.approx(flights.angular_rate, abs=1e-9)
    felt = flights.specific_force - centred.specific_force
    rates, arm = flights.angular_rate, np.array(settings.lever_arm)
    change = np.diff(rates, axis=1, prepend=rates[:, :1]) / PERIOD
    expected = np.cross(change, arm) + np.cross(rates, np.cross(rates, arm))
    assert felt == pytest.approx(expected, abs=1e-7)


def test_a_trajectory_does_not_depend_on_its_batch(flights):
    alone = simulate(TrajectorySettings(), np.array([5 * (2 * np.pi / 12)]), 4096, rngs(6)[5:])
    assert (alone.specific_force[0] == flights.specific_force[5]).all()
    assert (alone.angular_rate[0] == flights.angular_rate[5]).all()


def test_control_keeps_the_vehicle_near_its_reference(flights):
    grounded = ~flights.plan.airborne(TIMES).T
    landed = grounded & (TIMES > 200.0)
    assert not flights.angular_rate[landed][1:].any(axis=-1).all()
    assert np.abs(flights.angular_rate[..., :2]).max() < 0.05


def test_activity_is_a_few_times_the_noise_of_the_nominal_sensors(flights):
    cruise = cruising(flights.plan)
    for series, noise in ((flights.specific_force, 7.7e-5), (flights.angular_rate, 6.5e-5)):
        ratio = np.array([series[k, cruise[:, k]].std(axis=0) for k in range(12)]) / noise
        assert 1.5 < ratio.min() < ratio.max() < 30.0


def test_the_cross_product_of_parallel_vectors_vanishes(flights):
    rates = flights.angular_rate[0]
    assert not cross(rates, rates).any()
