import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.faults import Axes, Mode
from sim.schedule import ScheduledFault, ScheduleSettings, draw_schedule
from sim.sensors import Sensor

SETTINGS = ScheduleSettings()


def draw(seed: int, samples: int = 4096) -> tuple[ScheduledFault, ...]:
    return draw_schedule(SETTINGS, samples, np.random.default_rng(seed))


@given(st.integers(0, 1 << 40), st.integers(1, 6000))
def test_faults_keep_their_distance_and_stay_within_the_trajectory(seed, samples):
    schedule = draw(seed, samples)
    for entry in schedule:
        assert 30 <= entry.fault.duration <= 110
        assert entry.fault.stop <= samples
    if schedule:
        assert 20 <= schedule[0].fault.start <= 400
    for earlier, later in itertools.pairwise(schedule):
        assert 305 <= later.fault.start - earlier.fault.stop <= 455


@given(st.integers(0, 1 << 40))
def test_the_schedule_follows_from_the_seed(seed):
    assert draw(seed) == draw(seed)


@given(st.integers(0, 1 << 40))
def test_a_long_trajectory_begins_like_a_short_one(seed):
    short = draw(seed, 2000)
    assert draw(seed, 4096)[: len(short)] == short


@pytest.fixture(scope="module")
def many() -> list[ScheduledFault]:
    return [entry for seed in range(400) for entry in draw(seed)]


def test_about_nine_faults_in_a_trajectory(many):
    assert len(many) / 400 == pytest.approx(9.0, abs=0.2)


def test_the_mix_of_faults(many):
    def share(condition) -> float:
        return sum(condition(entry) for entry in many) / len(many)

    assert share(lambda e: e.sensor is Sensor.ACC) == pytest.approx(0.5, abs=0.03)
    assert share(lambda e: e.fault.noise) == pytest.approx(0.5, abs=0.03)
    for mode, expected in ((Mode.LAST, 0.5), (Mode.INSIDE, 0.25), (Mode.BEYOND, 0.25)):
        assert share(lambda e, mode=mode: e.fault.mode is mode) == pytest.approx(expected, abs=0.03)
    for axes in Axes:
        assert share(lambda e, axes=axes: e.fault.axes is axes) == pytest.approx(0.25, abs=0.03)
    assert share(lambda e: 30 <= e.fault.duration <= 110) == 1.0
    assert {30, 110} <= {entry.fault.duration for entry in many}


def test_a_trajectory_too_short_for_a_fault_has_none():
    assert draw(1, 30) == ()
