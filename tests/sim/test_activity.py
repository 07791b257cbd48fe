import numpy as np
import pytest

from sim.activity import ActivitySettings, force_jitter, rate_jitter
from sim.flight_plan import FlightPlan, PlanSettings, draw_plan

DT = 0.1
TIMES = np.arange(4096) * DT
N = 24


def rngs() -> list[np.random.Generator]:
    return [np.random.default_rng((9, k)) for k in range(N)]


@pytest.fixture(scope="module")
def plan() -> FlightPlan:
    return draw_plan(PlanSettings(), np.zeros(N), 409.6, rngs())


@pytest.mark.parametrize(
    ("jitter", "limits"), [(force_jitter, (1.5e-4, 1.2e-3)), (rate_jitter, (1.2e-4, 8e-4))]
)
def test_without_coasting_the_rms_of_each_axis_is_within_its_limits(jitter, limits, plan):
    restless = ActivitySettings(force_coasting=0.0, rate_coasting=0.0)
    series = jitter(restless, plan, TIMES, DT, rngs())
    rms = np.array([series[plan.airborne(TIMES)[:, k], k].std(axis=0) for k in range(N)])
    assert (rms > 0.8 * limits[0]).all()
    assert (rms < 1.25 * limits[1]).all()
    assert rms.max() > 2 * rms.min()


@pytest.mark.parametrize("jitter", [force_jitter, rate_jitter])
def test_there_is_no_jitter_on_the_ground(jitter, plan):
    series = jitter(ActivitySettings(), plan, TIMES, DT, rngs())
    grounded = ~plan.airborne(TIMES)
    assert not series[grounded].any()
    assert series[~grounded].all()


@pytest.mark.parametrize(("jitter", "most"), [(force_jitter, 0.12), (rate_jitter, 0.30)])
def test_coasting_quietens_at_most_its_share_of_the_flight(jitter, most, plan):
    restless = ActivitySettings(force_coasting=0.0, rate_coasting=0.0)
    silent = ActivitySettings(coasting_gain=0.0)
    quiet = (jitter(silent, plan, TIMES, DT, rngs()) == 0.0).all(axis=-1) & plan.airborne(TIMES)
    share = quiet.sum(axis=0) / plan.airborne(TIMES).sum(axis=0)
    assert share.max() <= most + 0.001
    assert share.max() > most / 3
    assert (jitter(restless, plan, TIMES, DT, rngs())[plan.airborne(TIMES)] != 0.0).all()


def test_a_coasting_segment_is_long_and_keeps_some_jitter(plan):
    silent = ActivitySettings(coasting_gain=0.0, coasting=(20.0, 20.0))
    quiet = (rate_jitter(silent, plan, TIMES, DT, rngs()) == 0.0).all(axis=-1) & plan.airborne(TIMES)
    edges = np.diff(quiet.astype(int), axis=0, prepend=0, append=0)
    lengths = np.flatnonzero(edges.T.ravel() == -1) - np.flatnonzero(edges.T.ravel() == 1)
    assert lengths.min() >= 199
    kept = rate_jitter(ActivitySettings(coasting=(20.0, 20.0)), plan, TIMES, DT, rngs())
    assert kept[quiet].all()
    assert np.abs(kept[quiet]).mean() < 0.2 * np.abs(kept[~quiet & plan.airborne(TIMES)]).mean()
