import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.atmonsat.islcc import rows, samples_since_change


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.integers(1, 39))
def test_the_counter_is_causal_and_counts_from_zero(readings: list[int], cut: int) -> None:
    values = np.array(readings, np.float64)[:, None]
    counts = samples_since_change(values)[:, 0]
    assert counts[0] == 0
    for t in range(1, len(readings)):
        assert counts[t] == (counts[t - 1] + 1 if readings[t] == readings[t - 1] else 0)
    assert (samples_since_change(values[:cut])[:, 0] == counts[:cut]).all()


def test_rows_are_counters_then_temperatures() -> None:
    temperatures = np.tile([40.0, 41.0, 41.0], (9, 1)).T
    found = rows(temperatures)
    assert found.dtype == np.float32
    assert found[:, 0].tolist() == [0, 0, 1]
    assert found[:, 9].tolist() == [40, 41, 41]
