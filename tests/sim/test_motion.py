import numpy as np
import pytest

from sim.motion import SETTLE_S, Motion

T = 400
SETTLE = round(SETTLE_S * 10)


def test_without_a_word_the_vehicle_flies_as_planned():
    assert (Motion(T).share == 1.0).all()


def test_a_hold_is_rest_between_two_smooth_changes():
    share = Motion(T, [(100, 200)]).share
    assert (share[:100] == 1.0).all()
    assert (share[100 + SETTLE - 1 : 200] == 0.0).all()
    assert (share[200 + SETTLE - 1 :] == 1.0).all()
    assert (np.diff(share[99 : 100 + SETTLE]) <= 0.0).all()
    assert np.abs(np.diff(share)).max() < 2.0 / SETTLE


@pytest.mark.parametrize("sample", [0, 1, 150, T - 5])
def test_a_change_begins_at_its_sample_and_leaves_the_past_alone(sample):
    motion = Motion(T)
    motion.change(sample, 0.0)
    share = motion.share
    assert (share[:sample] == 1.0).all()
    assert (share[sample : sample + SETTLE] < 1.0).all()
    assert (share[sample + SETTLE - 1 :] == 0.0).all()


def test_a_change_of_mind_goes_on_from_where_the_vehicle_is():
    motion = Motion(T)
    motion.change(100, 0.0)
    half = motion.share[: 100 + SETTLE // 2]
    motion.change(len(half), 1.0)
    assert (motion.share[: len(half)] == half).all()
    assert np.abs(np.diff(motion.share)).max() < 2.0 / SETTLE
    assert motion.share[-1] == 1.0


def test_a_hold_in_safe_mode_stays_at_rest():
    motion = Motion(T, [(100, 200)])
    motion.change(150, 0.0)
    assert (motion.share[150:] == 0.0).all()


def test_a_change_after_the_end_changes_nothing():
    motion = Motion(T)
    motion.change(T, 0.0)
    assert (motion.share == 1.0).all()
