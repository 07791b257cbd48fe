import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PyNomaly.loop import LocalOutlierProbability

from models.dclop.clop import loop


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 999), st.integers(3, 15), st.integers(1, 3))
def test_one_cluster_is_plain_loop(seed, m, extent):
    points = np.random.default_rng(seed).normal(size=(60, 4)) ** 3
    expected = LocalOutlierProbability(points, extent=extent, n_neighbors=m).fit().local_outlier_probabilities
    assert loop(points, m, extent) == pytest.approx(np.asarray(expected, float), abs=1e-6)
