import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.flight_plan import QUINTIC_PEAK, FlightPlan, PlanSettings, draw_plan, ramp, slope

DT = 0.1
TIMES = np.arange(4096) * DT


@pytest.fixture(scope="module")
def plan() -> FlightPlan:
    headings = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    return draw_plan(PlanSettings(), headings, 409.6, [np.random.default_rng((2, k)) for k in range(40)])


def test_a_ramp_goes_from_nought_to_one_and_stays():
    t = np.array([-5.0, 0.0, 1.0, 2.0, 3.0, 4.0, 99.0])
    risen = ramp(t, np.array(0.0), np.array(4.0))
    assert risen[[0, 1]] == pytest.approx(0.0)
    assert risen[3] == pytest.approx(0.5)
    assert risen[[5, 6]] == pytest.approx(1.0)


@given(st.floats(0.0, 50.0), st.floats(1.0, 60.0))
def test_the_slope_is_the_derivative_of_the_ramp(start, duration):
    start, duration = np.array(start), np.array(duration)
    t = np.linspace(start - 1, start + duration + 1, 50)
    step = 1e-4 * duration
    numeric = (ramp(t + step, start, duration) - ramp(t - step, start, duration)) / (2 * step)
    assert slope(t, start, duration) == pytest.approx(numeric, abs=1e-6 + 1e-6 / float(duration))


def test_the_steepest_slope_is_in_the_middle():
    t = np.linspace(0.0, 10.0, 1001)
    steep = slope(t, np.array(0.0), np.array(10.0))
    assert steep.max() == pytest.approx(QUINTIC_PEAK / 10.0)
    assert t[steep.argmax()] == pytest.approx(5.0)


def test_phases_follow_each_other(plan):
    assert (plan.take_off + plan.climb_ramp <= plan.climb_end).all()
    assert (plan.cruise_start >= plan.climb_end).all()
    assert (plan.cruise_start >= plan.slew_start + plan.slew).all()
    assert (plan.cruise_start + plan.cruise_ramp < plan.brake_start).all()
    assert plan.brake_start + plan.brake_ramp == pytest.approx(plan.descent_start)
    assert (plan.touch_down < 409.6).all()


def test_about_nine_samples_of_ten_are_airborne(plan):
    assert plan.airborne(TIMES).mean() == pytest.approx(0.9, abs=0.04)


def test_the_vehicle_comes_back_to_the_ground_at_rest(plan):
    up = plan.vertical_acceleration(TIMES)
    speed = np.cumsum(up, axis=0) * DT
    height = np.cumsum(speed, axis=0) * DT
    assert speed[-1] == pytest.approx(0.0, abs=1e-3)
    assert height[-1] == pytest.approx(0.0, abs=0.1)
    assert height.max(axis=0) == pytest.approx(plan.altitude, abs=0.1)
    assert (height > -0.05).all()


def test_the_vehicle_lands_without_horizontal_speed(plan):
    speed = plan.track_speed(TIMES)
    landed = TIMES[:, None] >= plan.touch_down
    assert np.abs(speed[landed]).max() < 1e-9
    assert np.cumsum(plan.track_acceleration(TIMES), axis=0) * DT == pytest.approx(speed, abs=0.01)


def test_on_the_ground_nothing_accelerates(plan):
    grounded = ~plan.airborne(TIMES)
    assert np.abs(plan.vertical_acceleration(TIMES)[grounded]).max() < 1e-9
    assert np.abs(plan.track_acceleration(TIMES)[grounded]).max() < 1e-9


def test_no_slew_is_faster_than_the_peak_rate(plan):
    assert (QUINTIC_PEAK * np.abs(plan.heading) / plan.slew).max() <= 0.2 + 1e-12


@given(st.floats(-50.0, 50.0))
def test_the_heading_is_taken_the_short_way_round(heading):
    plan = draw_plan(PlanSettings(), np.array([heading]), 409.6, [np.random.default_rng(0)])
    assert -np.pi <= plan.heading[0] <= np.pi
    assert np.cos(plan.heading[0]) == pytest.approx(np.cos(heading), abs=1e-9)
    assert np.sin(plan.heading[0]) == pytest.approx(np.sin(heading), abs=1e-9)


def test_a_short_run_flies_the_beginning_and_a_long_one_cruises_longer():
    def draw(duration: float) -> FlightPlan:
        return draw_plan(PlanSettings(), np.array([1.0]), duration, [np.random.default_rng(4)])

    short, full, long = draw(150.0), draw(409.6), draw(1000.0)
    assert short == full
    assert long.cruise_start == full.cruise_start
    assert long.descent_start - full.descent_start == pytest.approx(1000.0 - 409.6)
