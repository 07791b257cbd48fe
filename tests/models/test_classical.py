"""Classical checks find frozen registers and absurd values, and nothing else; the coin finds nothing."""

import numpy as np
import pytest

from models.classical import COIN, REPEATS, SPAN, classical_index, coin, limit_check, repeat_check

STEP = 0.01
HIGH = np.array([1.0, 2.0, 3.0])


def readings(n: int = 40) -> np.ndarray:
    """Return (n, 3) that change by more than half a step at every sample."""
    return np.arange(3 * n).reshape(n, 3) % 7 * STEP


def test_a_frozen_axis_repeats_itself_from_the_fifth_equal_difference_on():
    signals = readings()
    signals[20:32, 1] = signals[19, 1]
    assert np.flatnonzero(repeat_check(signals, STEP)).tolist() == list(range(19 + REPEATS, 32))


def test_a_step_to_a_frozen_value_delays_the_repeat_check_by_one_sample():
    signals = readings()
    signals[20:32, 2] = 5.0
    assert np.flatnonzero(repeat_check(signals, STEP))[0] == 20 + REPEATS


def test_one_change_among_the_differences_is_no_repetition():
    signals = readings()
    signals[20:30, 0] = signals[19, 0]
    signals[23:30, 0] += 2 * STEP
    found = np.flatnonzero(repeat_check(signals, STEP))
    assert found.tolist() == [28, 29]


def test_noise_above_half_a_step_never_repeats():
    rng = np.random.default_rng(1)
    noisy = 5.0 + rng.choice((-STEP, 0.0, STEP), (200, 1)).cumsum(axis=0) + readings(200)
    assert not repeat_check(noisy, STEP).any()


@pytest.mark.parametrize("axis", range(3))
def test_the_limit_is_a_multiple_of_each_axis_own_range(axis):
    signals = np.zeros((4, 3))
    signals[1, axis] = SPAN * HIGH[axis]
    signals[2, axis] = -1.001 * SPAN * HIGH[axis]
    assert limit_check(signals, HIGH).tolist() == [False, False, True, False]


def test_the_classical_index_is_either_check_on_any_batch_of_records():
    signals = np.stack([readings(), readings()])
    signals[0, 10:30, 0] = signals[0, 9, 0]
    signals[1, 5] = 100.0
    either = limit_check(signals, HIGH) | repeat_check(signals, STEP)
    assert (classical_index(signals, HIGH, STEP) == either).all()
    assert either.any(axis=1).tolist() == [True, True]


def test_the_coin_has_its_share_and_nothing_else_in_mind():
    flags = coin(100_000, np.random.default_rng(3))
    assert flags.mean() == pytest.approx(COIN, abs=0.005)
    assert (coin(50, np.random.default_rng(3)) == coin(50, np.random.default_rng(3))).all()
