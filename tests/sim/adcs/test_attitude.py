import numpy as np
import pytest

from sim.adcs.attitude import LIBRATION_RMS, Attitude, rate
from sim.adcs.environment import angular_rate, surroundings
from sim.adcs.orbit import Orbit

ORBIT = Orbit()
TIMES = np.arange(0.0, 86_400.0, 10.0)


@pytest.fixture(scope="module")
def attitude() -> Attitude:
    return Attitude.draw(np.random.default_rng(3))


def constant(vector):
    return np.broadcast_to(np.array(vector, float), (len(TIMES), 3))


def test_the_axes_are_orthonormal_and_right_handed(attitude):
    axes = attitude.axes(TIMES, constant([1, 2, 3]), constant([3, 0, -1]))
    assert axes @ axes.swapaxes(1, 2) == pytest.approx(np.broadcast_to(np.eye(3), axes.shape))
    assert np.linalg.det(axes) == pytest.approx(1.0)


def test_minus_x_is_held_along_the_field_within_a_libration(attitude):
    x = attitude.axes(TIMES, constant([0, 0, 5]), constant([1, 0, 0]))[:, 0]
    angle = np.arccos(-x[:, 2])
    assert np.sqrt(np.mean(angle**2)) == pytest.approx(LIBRATION_RMS, rel=0.03)
    assert angle.max() < 2.1 * LIBRATION_RMS


def test_the_spin_takes_a_day(attitude):
    assert abs(2 * np.pi / attitude.spin_rate) == pytest.approx(86_400.0, rel=3e-3)


def test_another_generator_gives_another_libration():
    one, other = (Attitude.draw(np.random.default_rng(k)) for k in (1, 2))
    assert not np.allclose(one.libration(TIMES), other.libration(TIMES))


def test_a_turn_about_one_axis_is_a_rate_about_that_axis():
    def about_z(angle):
        c, s = np.cos(angle), np.sin(angle)
        return np.array([[[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]])

    turned = rate(about_z(0.3 - 0.01), about_z(0.3), about_z(0.3 + 0.01), 0.5)
    assert turned[0] == pytest.approx([0.0, 0.0, 0.02], rel=1e-3)


def test_the_rate_moves_a_vector_at_rest_as_the_axes_see_it(attitude):
    """In body axes a vector that is fixed in space moves by -w x v."""
    step = 1.0
    before, now, after = (surroundings(ORBIT, attitude, TIMES[:50] + shift) for shift in (-step, 0.0, step))
    seen = now.sun.any(axis=1)
    moved = (after.sun - before.sun) / (2 * step)
    expected = -np.cross(angular_rate(ORBIT, attitude, TIMES[:50]), now.sun)
    assert moved[seen] == pytest.approx(expected[seen], abs=1e-6)


def test_the_body_turns_slowly(attitude):
    assert np.degrees(np.abs(angular_rate(ORBIT, attitude, TIMES)).max()) < 0.6
