import numpy as np
import pytest

from sim.adcs.field import field
from sim.adcs.orbit import RADIUS, Orbit, sidereal_angle, turn

TIMES = np.arange(0.0, 86_400.0, 30.0)


def test_at_the_poles_of_the_axis_the_field_is_what_the_coefficients_of_order_zero_and_one_give():
    north = field(np.array([[0.0, 0.0, RADIUS]]))[0]
    # Down: B_z = 2 g10 + 3 g20; across: -(g11 + sqrt(3) g21), -(h11 + sqrt(3) h21).
    assert north[2] == pytest.approx((2 * -29441.46 + 3 * -2445.88) / 1e3)
    assert north[0] == pytest.approx(-(-1501.77 + 3**0.5 * 3012.20) / 1e3)
    assert north[1] == pytest.approx(-(4795.99 + 3**0.5 * -2845.41) / 1e3)


def test_the_field_has_no_sources():
    here = np.array([4000.0, 3000.0, 4800.0])
    step = 1e-2
    shifts = step * np.eye(3)
    divergence = sum(
        (field((here + shift)[None])[0, k] - field((here - shift)[None])[0, k]) / (2 * step)
        for k, shift in enumerate(shifts)
    )
    assert abs(divergence) < 1e-8


def test_the_field_has_no_curl():
    here, step = np.array([4000.0, 3000.0, 4800.0]), 1e-2
    slopes = np.array(
        [(field((here + s)[None])[0] - field((here - s)[None])[0]) / (2 * step) for s in step * np.eye(3)]
    )
    assert slopes == pytest.approx(slopes.T, abs=1e-8)


def test_at_505_km_the_field_is_between_18_and_53_microtesla():
    fixed = turn(Orbit().position(TIMES), sidereal_angle(TIMES))
    size = np.linalg.norm(field(fixed), axis=1)
    assert 17.0 < size.min() < 22.0
    assert 47.0 < size.max() < 55.0


def test_over_the_station_the_field_points_down_and_north_as_it_really_does():
    up = np.array([np.cos(0.84) * np.cos(0.298), np.cos(0.84) * np.sin(0.298), np.sin(0.84)])
    measured = field(RADIUS * up[None])[0]
    # IGRF-13 to degree 6 at Bratislava in 2015: 48.9 uT, 65.5 degrees below the horizon.
    assert np.linalg.norm(measured) == pytest.approx(48.9, rel=0.1)
    dip = np.degrees(np.arcsin(-measured @ up / np.linalg.norm(measured)))
    assert dip == pytest.approx(65.5, abs=8.0)
