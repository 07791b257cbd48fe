import numpy as np
import pytest

from models.atmonsat.cnn import Cnn
from models.atmonsat.data import Day
from models.atmonsat.islcc import offline_rows
from models.atmonsat.thresholds import (
    Approach,
    Nominal,
    alarm_rate,
    leave_one_day_out,
    percentile,
    quiet_level,
)
from models.atmonsat.training import NetworkTraining
from models.hysteresis import Thresholds

SHORT = Approach(Cnn, offline_rows, NetworkTraining(epochs=2))


def day(name: str, seed: int, n: int = 220) -> Day:
    rng = np.random.default_rng(seed)
    temperatures = 40.0 + (np.cumsum(rng.integers(-1, 2, (n, 9)), axis=0) % 7)
    times = np.datetime64("2022-04-06T10:00", "ms") + np.arange(n) * np.timedelta64(10_000, "ms")
    nothing = np.zeros(n, np.bool_)
    return Day(name, times, temperatures, nothing, nothing, nothing, ~nothing, "")


def judged(name: str, distance: np.ndarray, hours: float) -> Nominal:
    return Nominal(name, distance, hours, np.sqrt(distance))


def test_every_day_is_judged_by_a_model_of_the_others() -> None:
    days = (day("a", 1), day("b", 2), day("c", 3))
    found = list(leave_one_day_out(SHORT, days, day("w", 4), seed=1))
    assert [n.day for n in found] == ["a", "b", "c"]
    assert all(n.distance.shape == n.euclidean.shape == (70,) for n in found)
    assert found[0].hours == pytest.approx(70 * 10 / 3600)
    [again] = leave_one_day_out(SHORT, (day("a", 9), *days[1:]), None, 1, folds=1)
    assert again.epochs == 2
    assert not np.allclose(again.distance, found[0].distance)


def test_the_percentile_pools_all_days() -> None:
    nominal = [judged("a", np.arange(50.0), 1.0), judged("b", np.arange(50.0, 101.0), 1.0)]
    assert percentile(nominal) == 95.0


def level(value: float) -> Thresholds:
    return Thresholds(value, value)


def test_the_quiet_level_is_the_lowest_that_stays_quiet() -> None:
    rng = np.random.default_rng(0)
    nominal = [judged(str(i), rng.exponential(10.0, 3000), 4.0) for i in range(3)]
    quiet = quiet_level(nominal, per_hour=0.5)
    assert alarm_rate(nominal, level(quiet)) <= 0.5
    assert alarm_rate(nominal, level(quiet * 0.9)) > 0.5
    assert quiet_level(nominal, per_hour=2.0) < quiet


def test_no_alarm_at_all_needs_a_level_above_everything() -> None:
    nominal = [judged("a", np.arange(100.0), 1.0)]
    assert alarm_rate(nominal, level(quiet_level(nominal, per_hour=0.0))) == 0


def test_where_everything_is_quiet_enough_the_level_is_the_lowest_looked_at() -> None:
    nominal = [judged("a", np.arange(101.0), 1.0)]
    assert quiet_level(nominal, per_hour=1e6) == pytest.approx(90.0)
