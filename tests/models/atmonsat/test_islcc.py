import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.atmonsat.islcc import interpolated, known_from, offline_rows, rows, samples_since_change

values = st.integers(1, 4).flatmap(
    lambda n: st.integers(1, 40).flatmap(lambda t: arrays(np.float64, (t, n), elements=st.integers(0, 1)))
)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.integers(1, 39))
def test_the_counter_is_causal_and_counts_from_zero(readings: list[int], cut: int) -> None:
    values = np.array(readings, np.float64)[:, None]
    counts = samples_since_change(values)[:, 0]
    assert counts[0] == 0
    for t in range(1, len(readings)):
        assert counts[t] == (counts[t - 1] + 1 if readings[t] == readings[t - 1] else 0)
    assert (samples_since_change(values[:cut])[:, 0] == counts[:cut]).all()


def naive(temperatures: np.ndarray) -> np.ndarray:
    """Return the offline counters word by word as they are defined."""
    t_max, sensors = temperatures.shape
    c = np.zeros((t_max, sensors))
    for t in range(1, t_max):
        for f in range(sensors):
            c[t, f] = 0 if temperatures[t, f] != temperatures[t - 1, f] else c[t - 1, f] + 1
    big = c.copy()
    p = 0
    for t in range(1, t_max):
        changed = [f for f in range(sensors) if temperatures[t, f] != temperatures[t - 1, f]]
        if changed:
            n = t - p
            assert n == 1 + min(c[t - 1])
            for f in changed:
                for k in range(1, n):
                    big[p + k, f] = big[p, f] * (1 - k / n)
                big[t, f] = 0
            p = t
    return big


@given(values)
def test_the_offline_counters_are_those_of_the_definition(temperatures: np.ndarray) -> None:
    np.testing.assert_allclose(interpolated(temperatures), naive(temperatures), atol=1e-12)


@given(values, st.integers(0, 39))
def test_the_offline_counters_are_final_from_the_sample_at_which_they_are_known(
    temperatures: np.ndarray, at: int
) -> None:
    at = min(at, len(temperatures) - 1)
    known = known_from(temperatures)
    assert known[at] >= at
    cut = int(known[at]) + 1
    assert (interpolated(temperatures[:cut])[at] == interpolated(temperatures)[at]).all()


def test_a_counter_climbs_to_the_last_change_of_any_sensor_and_falls_to_its_own() -> None:
    temperatures = np.array([[0, 0], [0, 0], [0, 1], [0, 1], [0, 1], [0, 1], [1, 1], [1, 1]], np.float64)
    assert interpolated(temperatures)[:, 0].tolist() == [0, 1, 2, 1.5, 1, 0.5, 0, 1]
    assert known_from(temperatures).tolist() == [0, 2, 2, 6, 6, 6, 6, 7]


def test_rows_are_counters_then_temperatures() -> None:
    temperatures = np.tile([40.0, 41.0, 41.0, 41.0, 42.0], (9, 1)).T
    for found in (rows(temperatures), offline_rows(temperatures)):
        assert found.dtype == np.float32
        assert found.shape == (5, 18)
        assert found[:, 9].tolist() == [40, 41, 41, 41, 42]
    assert rows(temperatures)[:, 0].tolist() == [0, 0, 1, 2, 0]
    assert offline_rows(temperatures)[:, 0].tolist() == [0, 0, 0, 0, 0]
