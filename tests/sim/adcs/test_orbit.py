import numpy as np
import pytest

from sim.adcs.anomalies import RARE_TIME
from sim.adcs.orbit import DAY_S, EPOCH_J2000, EQUATOR, MU, Orbit, Station, sidereal_angle, turn
from sim.adcs.sun import direction

ORBIT = Orbit()
TIMES = np.arange(0.0, DAY_S, 10.0)


def test_the_plane_turns_with_the_sun():
    assert np.degrees(ORBIT.inclination) == pytest.approx(97.4, abs=0.05)


def test_an_orbit_takes_what_kepler_says_but_for_the_oblateness():
    kepler = 2 * np.pi * np.sqrt((EQUATOR + 505.0) ** 3 / MU)
    assert kepler / 60 == pytest.approx(94.72, abs=0.01)
    assert ORBIT.period == pytest.approx(kepler, rel=2e-3)


def test_the_satellite_is_where_it_was_after_one_orbit_but_for_the_turn_of_the_plane():
    now, later = ORBIT.position(np.array([0.0, ORBIT.period]))
    assert np.linalg.norm(later - now) < 15.0


def test_the_orbit_is_a_circle_in_its_plane():
    position = ORBIT.position(TIMES)
    assert np.linalg.norm(position, axis=1) == pytest.approx(EQUATOR + 505.0)
    assert np.abs(np.sum(position * ORBIT.normal(TIMES), axis=1)).max() < 1e-6


def test_it_moves_forward_about_the_normal():
    momentum = np.cross(ORBIT.position(np.zeros(1)), ORBIT.position(np.ones(1)))
    assert momentum @ ORBIT.normal(np.zeros(1)).T > 0


@pytest.mark.parametrize("day", [0, 7, 14])
def test_the_ascending_node_stays_at_half_past_nine_in_the_evening(day):
    times = TIMES + day * DAY_S
    height = ORBIT.position(times)[:, 2]
    northwards = times[1:][(height[:-1] < 0) & (height[1:] >= 0)]
    x, y, _ = ORBIT.position(northwards).T
    sun = direction(northwards)
    hours = 12 + np.degrees(np.arctan2(y, x) - np.arctan2(sun[:, 1], sun[:, 0])) / 15
    # The true Sun is up to a few minutes off the mean one.
    assert hours % 24 == pytest.approx(21.5, abs=0.15)


def test_a_turn_there_and_back_changes_nothing():
    position = ORBIT.position(TIMES)
    angle = sidereal_angle(TIMES)
    assert turn(turn(position, angle), -angle) == pytest.approx(position)


def test_greenwich_is_where_meeus_finds_it_in_his_example():
    # 10 April 1987, 0 h UT (example 12.a): 13 h 10 min 46.3668 s.
    midnight = np.array([(2_446_895.5 - 2_451_545.0 - EPOCH_J2000) * DAY_S])
    hours = 13 + 10 / 60 + 46.3668 / 3600
    assert np.degrees(sidereal_angle(midnight)) % 360 / 15 == pytest.approx(hours, abs=1e-6)


def test_a_satellite_in_the_zenith_is_at_ninety_degrees_and_one_behind_the_earth_below_the_horizon():
    station = Station()
    above = np.stack([7000.0 * station.zenith, -7000.0 * station.zenith])
    assert np.degrees(station.elevation(above)) == pytest.approx([90.0, -90.0])


def test_the_satellite_is_over_the_station_at_the_papers_rare_event():
    time = np.array([RARE_TIME])
    fixed = turn(ORBIT.position(time), sidereal_angle(time))
    assert np.degrees(Station().elevation(fixed)) > 5.0
