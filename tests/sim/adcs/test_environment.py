import numpy as np
import pytest

from sim.adcs.attitude import Attitude
from sim.adcs.environment import FACES, faces, surroundings
from sim.adcs.orbit import Orbit
from sim.adcs.sun import SOLAR_CONSTANT
from sim.adcs.thermal import heat, temperatures

ORBIT = Orbit()
TIMES = np.arange(0.0, 3 * ORBIT.period, 10.0)
AROUND = surroundings(ORBIT, Attitude.draw(np.random.default_rng(3)), TIMES)


def test_each_face_sees_the_positive_part_of_a_vector():
    seen = faces(np.array([[0.5, -0.25, 0.0]]))
    assert dict(zip(FACES, seen[0], strict=True)) == {
        "xp": 0.5, "xm": 0.0, "yp": 0.0, "ym": 0.25, "zp": 0.0, "zm": 0.0,
    }  # fmt: skip


def test_directions_are_unit_vectors_but_for_the_sun_in_the_shadow():
    assert np.linalg.norm(AROUND.nadir, axis=1) == pytest.approx(1.0)
    size = np.linalg.norm(AROUND.sun, axis=1)
    assert ((size == 0) | (np.abs(size - 1) < 1e-12)).all()
    assert 0.3 < (size == 0).mean() < 0.4


def test_in_the_shadow_no_face_is_lit_unless_the_ground_below_is():
    dark = ~AROUND.sun.any(axis=1) & (AROUND.day == 0)
    assert dark.any()
    assert not AROUND.irradiance[dark].any()


def test_no_face_gets_more_than_the_sun_and_the_earth_give():
    assert AROUND.irradiance.max() < 1.3 * SOLAR_CONSTANT
    assert AROUND.irradiance.min() == 0.0


def test_temperatures_stay_in_the_range_of_cubesats():
    panels = temperatures(heat(AROUND)[:, None], 10.0)[len(TIMES) // 2 :, 0]
    assert -40.0 < panels.min() < panels.max() < 70.0


def test_panels_warm_up_in_the_light_and_cool_down_in_the_shadow():
    panels = temperatures(heat(AROUND)[:, None], 10.0)[:, 0].mean(axis=1)
    lit = AROUND.sun.any(axis=1)[1:]
    change = np.diff(panels)
    assert change[lit].mean() > 0 > change[~lit].mean()
    assert (change[~lit] < 0).mean() > 0.9


def test_without_heat_from_outside_the_panels_end_where_electronics_and_radiation_balance():
    panels = temperatures(np.zeros((40_000, 1, 6)), 30.0)[-1, 0] + 273.15
    assert 6 * 0.75 * 5.670374e-8 * 0.01 * panels**4 == pytest.approx(2.0, rel=1e-3)
