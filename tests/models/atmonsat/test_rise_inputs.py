from dataclasses import replace

import numpy as np

from models.atmonsat.rise_inputs import LAGS_S, ages, channels, judged, lagged, seconds, smoothed
from tests.models.atmonsat.rise_days import day

MADE = day("2022.04.06", 1)


def test_a_lagged_temperature_is_the_oldest_not_older_than_the_lag() -> None:
    times, values = seconds(MADE), smoothed(seconds(MADE), MADE.temperatures)
    for k in (0, 3, 40, 1599):
        for at, lag in enumerate(LAGS_S):
            oldest = next(j for j in range(k + 1) if times[k] - times[j] <= lag)
            np.testing.assert_array_equal(lagged(MADE)[k, at], values[oldest])


def test_smoothing_is_towards_the_value_and_starts_at_the_first() -> None:
    found = smoothed(np.array([0.0, 10.0, 10.0 + 1e9]), np.array([[0.0], [1.0], [3.0]]))
    np.testing.assert_allclose(found.ravel(), [0.0, 1 - np.exp(-1), 3.0])


def test_ages_count_from_restarts_reboots_the_start_and_gaps() -> None:
    since_restart, since_reboot = ages(MADE).T
    assert since_restart[0] == since_reboot[0] == 0.0
    assert np.flatnonzero(since_restart == 0).tolist() == [0, 599, 1199]
    assert np.flatnonzero(since_reboot == 0).tolist() == [0, 1000]
    late = MADE.times + np.where(np.arange(len(MADE)) >= 300, 31, 0).astype("timedelta64[s]")
    both = ages(replace(MADE, times=late))
    assert (both[300] == 0).all()
    np.testing.assert_allclose(both[301], 5.1)


def test_a_short_dark_spell_and_converters_that_are_on_from_the_start_are_no_restart() -> None:
    on = np.ones(len(MADE), np.bool_)
    on[100:111] = False
    found = ages(replace(MADE, converters_on=on))[:, 0]
    assert np.flatnonzero(found == 0).tolist() == [0]
    on[99] = False
    assert np.flatnonzero(ages(replace(MADE, converters_on=on))[:, 0] == 0).tolist() == [0, 111]


def test_nothing_is_judged_for_two_minutes_after_start_and_reboot() -> None:
    found = judged(ages(MADE))
    assert np.flatnonzero(~found).tolist() == [*range(24), *range(1000, 1024)]


def test_the_samples_of_the_detector_are_temperatures_by_lag_then_two_ages() -> None:
    found = channels(MADE)
    assert found.shape == (1600, 74)
    np.testing.assert_array_equal(found[:, 9:18], lagged(MADE)[:, 1])
    np.testing.assert_array_equal(found[:, 72:], ages(MADE))
