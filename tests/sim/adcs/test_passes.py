import numpy as np
import pytest

from sim.adcs.orbit import DAY_S, Orbit, Station
from sim.adcs.passes import is_day, passes, receive

CANDIDATES = passes(Orbit(), Station())


def test_a_pass_lasts_minutes_and_the_next_one_comes_an_orbit_later():
    starts = np.array([times[0] for times in by_pass()])
    lengths = [np.ptp(times) for times in by_pass()]
    assert max(lengths) < 660.0
    assert np.diff(starts).min() > 0.9 * Orbit().period


def test_there_are_at_most_three_passes_in_the_morning_and_three_in_the_evening():
    starts = np.array([times[0] for times in by_pass()])
    half_days = np.floor(starts / DAY_S).astype(int) * 2 + ~is_day(starts)
    counts = np.bincount(half_days)
    assert len(counts) == 30
    assert {*counts} <= {2, 3}


def test_mornings_and_evenings_are_told_by_the_clock():
    hours = CANDIDATES.times / 3600 % 24
    assert ((hours > 6) & (hours < 12) == is_day(CANDIDATES.times)).all()
    assert hours[~is_day(CANDIDATES.times)].min() > 17


def test_as_many_samples_come_down_as_asked_for_and_the_sure_one_among_them():
    sure = float(CANDIDATES.times[is_day(CANDIDATES.times)][77])
    rows = receive(CANDIDATES, 30, 40, sure + 3.0, np.random.default_rng(1))
    assert (is_day(rows.times).sum(), (~is_day(rows.times)).sum()) == (30, 40)
    assert sure in rows.times
    assert (np.diff(rows.times) > 0).all()


def test_more_samples_than_there_are_cannot_be_received():
    with pytest.raises(ValueError, match="5000 and 1 samples wanted of"):
        receive(CANDIDATES, 5000, 1, 0.0, np.random.default_rng(1))


def by_pass():
    return [CANDIDATES.times[CANDIDATES.number == k] for k in range(CANDIDATES.number.max() + 1)]
