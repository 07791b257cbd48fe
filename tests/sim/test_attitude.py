import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.attitude import AttitudeSettings, body_rates, cross, reference_angles, to_body
from sim.flight_plan import PlanSettings, draw_plan

ANGLE = st.floats(-1.4, 1.4)
UNITS = np.eye(3)


def vectors(size: float = 10.0):
    return st.lists(st.floats(-size, size), min_size=3, max_size=3).map(np.array)


def axes_of(angles: np.ndarray) -> np.ndarray:
    """Surface's axes seen from the body, one per row."""
    return np.array([to_body(angles, unit) for unit in UNITS])


@given(vectors(1.4), vectors())
def test_a_rotation_keeps_lengths(angles, vector):
    assert np.linalg.norm(to_body(angles, vector)) == pytest.approx(np.linalg.norm(vector), abs=1e-9)


def test_a_level_vehicle_sees_the_surface_as_it_is():
    assert axes_of(np.zeros(3)) == pytest.approx(UNITS)


def test_a_vehicle_that_turned_left_has_ahead_on_its_right():
    turned = to_body(np.array([0.0, 0.0, np.pi / 2]), np.array([1.0, 0.0, 0.0]))
    assert turned == pytest.approx([0.0, -1.0, 0.0])


@given(vectors(1.4), vectors(0.1))
def test_body_rates_are_the_rotation_of_the_axes(angles, angle_rates):
    dt = 1e-6
    before, after = axes_of(angles - angle_rates * dt), axes_of(angles + angle_rates * dt)
    change = (after - before) / (2 * dt)
    # A vector at rest turns by -w x v when seen from a body that turns by w.
    expected = -cross(np.broadcast_to(body_rates(angles, angle_rates), (3, 3)), axes_of(angles))
    assert change == pytest.approx(expected, abs=1e-7)


@given(vectors(), vectors())
def test_the_cross_product_agrees_with_numpy(a, b):
    assert cross(a, b) == pytest.approx(np.cross(a, b), abs=1e-9)


def test_the_reference_ends_at_the_heading_and_is_level_before_and_after():
    times = np.arange(4096) * 0.1
    rngs = [np.random.default_rng((1, k)) for k in range(8)]
    plan = draw_plan(PlanSettings(), np.linspace(-3.0, 3.0, 8), 409.6, rngs)
    angles = reference_angles(AttitudeSettings(), plan, times, rngs)
    assert angles[0] == pytest.approx(0.0)
    assert angles[-1, :, 2] == pytest.approx(plan.heading)
    assert angles[-1, :, :2] == pytest.approx(0.0, abs=1e-9)
    tilt = np.abs(angles[..., 1]).max(axis=0)
    assert ((tilt > 0.029) & (tilt <= 0.15)).all()
    assert np.abs(angles[..., 0]).max() <= 0.03
