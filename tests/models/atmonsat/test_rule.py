import numpy as np

from models.atmonsat.counting import Counts
from models.atmonsat.rule import LONGEST, judge_rule, score_by_rule
from tests.models.atmonsat.days import PERIOD, day, injection


def warming(n: int, first: int, spread: int = 5) -> np.ndarray:
    """Return temperatures (n, 9) of which each sensor rises once, `spread` samples after the one before."""
    temperatures = np.full((n, 9), 40.0)
    for k in range(9):
        temperatures[first + spread * k :, k] += 1
    return temperatures


def test_a_sample_is_flagged_if_all_sensors_rise_within_60_samples_from_it() -> None:
    found = score_by_rule(day(warming(300, 100)))
    assert np.flatnonzero(found.scores).tolist() == list(range(81, 101))
    assert (found.known_at[81] - found.day.times[81]) / np.timedelta64(1, "s") == 59 * PERIOD
    assert not score_by_rule(day(warming(300, 100, spread=8))).scores.any()


def test_an_alarm_is_true_if_the_sample_of_an_injection_lies_in_it() -> None:
    one = score_by_rule(day(warming(300, 100)))
    hit = judge_rule(one, [injection(90)])
    assert hit.kept == Counts(tp=1)
    assert hit.delays == ((81 + 59 - 90) * PERIOD,)
    missed = judge_rule(one, [injection(105)])
    assert missed.kept == Counts(fp=1, fn=1)
    assert (missed.hits, missed.delays) == (0, ())


def test_a_long_run_of_flags_is_several_alarms() -> None:
    n = 500
    up = np.arange(n)[:, None] // 20 + np.zeros(9)
    one = score_by_rule(day(up))
    flagged = int(one.scores.sum())
    assert judge_rule(one, []).kept.fp == -(-flagged // LONGEST)


def test_the_end_of_a_file_is_looked_at_as_far_as_it_goes() -> None:
    found = score_by_rule(day(warming(150, 100)))
    assert found.known_at[120] == found.day.times[-1]
