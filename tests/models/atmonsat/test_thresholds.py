import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.atmonsat.cnn import PredictorTraining
from models.atmonsat.data import Day
from models.atmonsat.thresholds import (
    HOLD_OFF,
    Nominal,
    alarm_rate,
    kept_alarms,
    leave_one_day_out,
    percentile,
    quiet_level,
)
from models.hysteresis import Thresholds


def day(name: str, seed: int, n: int = 220) -> Day:
    rng = np.random.default_rng(seed)
    temperatures = 40.0 + (np.cumsum(rng.integers(-1, 2, (n, 9)), axis=0) % 7)
    times = np.datetime64("2022-04-06T10:00", "ms") + np.arange(n) * np.timedelta64(10_000, "ms")
    nothing = np.zeros(n, np.bool_)
    return Day(name, times, temperatures, nothing, nothing, nothing, ~nothing, "")


def test_every_day_is_judged_by_a_model_of_the_others() -> None:
    days = (day("a", 1), day("b", 2), day("c", 3))
    judged = list(leave_one_day_out(days, day("w", 4), PredictorTraining(epochs=2), seed=1))
    assert [n.day for n in judged] == ["a", "b", "c"]
    assert all(n.distance.shape == (70,) for n in judged)
    assert judged[0].hours == pytest.approx(70 * 10 / 3600)
    again = next(
        iter(leave_one_day_out((day("a", 9), *days[1:]), day("w", 4), PredictorTraining(epochs=2), 1))
    )
    assert not np.allclose(again.distance, judged[0].distance)


def test_the_percentile_pools_all_days() -> None:
    nominal = [Nominal("a", np.arange(50.0), 1.0), Nominal("b", np.arange(50.0, 101.0), 1.0)]
    assert percentile(nominal) == 95.0


def test_alarms_in_the_hold_off_of_a_kept_one_are_dropped() -> None:
    index = np.zeros(300, np.bool_)
    index[[10, 11, 30, 10 + HOLD_OFF, 11 + HOLD_OFF + 1, 200]] = True
    assert kept_alarms(index).tolist() == [10, 72, 200]


def test_an_alarm_comes_when_the_index_has_stayed_long_enough() -> None:
    index = np.zeros(300, np.bool_)
    index[10:12] = index[50:54] = True
    assert kept_alarms(index, repetition=3).tolist() == [52]


@given(arrays(np.bool_, 300), st.integers(1, 4))
def test_kept_alarms_are_far_apart_and_follow_a_run_of_ones(index: np.ndarray, repetition: int) -> None:
    kept = kept_alarms(index, repetition)
    assert (np.diff(kept) > HOLD_OFF).all()
    assert all(index[at - repetition + 1 : at + 1].all() for at in kept)


def level(value: float) -> Thresholds:
    return Thresholds(value, value)


def test_the_quiet_level_is_the_lowest_that_stays_quiet() -> None:
    rng = np.random.default_rng(0)
    nominal = [Nominal(str(i), rng.exponential(10.0, 3000), 4.0) for i in range(3)]
    quiet = quiet_level(nominal, per_hour=0.5)
    assert alarm_rate(nominal, level(quiet)) <= 0.5
    assert alarm_rate(nominal, level(quiet * 0.9)) > 0.5
    assert quiet_level(nominal, per_hour=2.0) < quiet


def test_no_alarm_at_all_needs_a_level_above_everything() -> None:
    nominal = [Nominal("a", np.arange(100.0), 1.0)]
    assert alarm_rate(nominal, level(quiet_level(nominal, per_hour=0.0))) == 0


def test_where_everything_is_quiet_enough_the_level_is_the_lowest_looked_at() -> None:
    nominal = [Nominal("a", np.arange(101.0), 1.0)]
    assert quiet_level(nominal, per_hour=1e6) == pytest.approx(90.0)
