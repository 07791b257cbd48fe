import numpy as np
import pytest

from sim.adcs.orbit import EQUATOR, Orbit
from sim.adcs.sun import direction, is_lit


def test_the_sun_stands_23_degrees_north_just_after_the_solstice():
    sun = direction(np.zeros(1))[0]
    assert np.linalg.norm(sun) == pytest.approx(1.0)
    assert np.degrees(np.arcsin(sun[2])) == pytest.approx(23.43, abs=0.02)


def test_the_sun_goes_once_around_in_a_year():
    now, half, whole = direction(np.array([0.0, 182.62, 365.24]) * 86_400.0)
    assert now @ half == pytest.approx(-1.0, abs=1e-3)
    assert now @ whole == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("position", "lit"),
    [((7000, 0, 0), True), ((-7000, 0, 0), False), ((-7000, 6370, 0), False), ((-7000, 0, 6390), True)],
)
def test_the_shadow_is_a_cylinder_behind_the_earth(position, lit):
    assert is_lit(np.array([position], float), np.array([[1.0, 0.0, 0.0]]))[0] == lit


def test_the_eclipse_takes_the_share_of_an_orbit_that_geometry_gives():
    orbit = Orbit()
    times = np.arange(0.0, 20 * orbit.period, 5.0)
    sun = direction(times)
    beta = np.arcsin(np.sum(orbit.normal(times) * sun, axis=1)).mean()
    reach = EQUATOR / orbit.semi_major_axis
    expected = np.arccos(np.sqrt(1 - reach**2) / np.cos(beta)) / np.pi
    assert 1 - is_lit(orbit.position(times), sun).mean() == pytest.approx(expected, abs=2e-3)
    assert expected == pytest.approx(0.355, abs=0.01)
