import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.atmonsat.budget import alarms_a_day, threshold


@given(seed=st.integers(0, 99), budget=st.sampled_from([0.5, 4.0, 8.0, 30.0]))
def test_the_threshold_and_all_above_it_keep_the_budget_and_the_next_lower_does_not(
    seed: int, budget: float
) -> None:
    rng = np.random.default_rng(seed)
    scores = [rng.standard_normal(2000), rng.standard_normal(1500)]
    scores[0][:100] = np.nan
    hours = 5.0
    found = threshold(scores, hours, budget)
    pooled = np.unique(np.concatenate(scores)[~np.isnan(np.concatenate(scores))])
    above = pooled[pooled >= found]
    assert all(alarms_a_day(scores, hours, level) <= budget for level in above)
    below = pooled[pooled < found]
    searched = len(above) >= round(0.05 * len(pooled))
    assert searched or alarms_a_day(scores, hours, below[-1]) > budget


def test_no_score_may_alarm_where_even_the_highest_is_too_much() -> None:
    scores = [np.array([0.0, 1.0, 0.5])]
    assert threshold(scores, 1.0, 1.0) == np.nextafter(1.0, 2.0)
