import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.opssat.trees import rounded_down

doubles = st.floats(-(2.0**100), 2.0**100)
singles = st.floats(-(2.0**100), 2.0**100, width=32)


@given(singles, doubles)
def test_a_threshold_rounded_down_splits_single_precision_alike(x, threshold):
    limit = rounded_down(np.array([threshold]))[0]
    assert (np.float32(x) <= limit) == (x <= threshold)


@given(singles)
def test_a_single_precision_threshold_stays(threshold):
    assert rounded_down(np.array([threshold]))[0] == np.float32(threshold)
