"""A failure index follows its score between two thresholds."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.hysteresis import Hysteresis


def naive_index(scores, on, off):
    state, index = 0.0, []
    for score in scores:
        if math.isnan(score):
            state = 0.0
            index.append(math.nan)
            continue
        state = 1.0 if score >= on else 0.0 if score < off else state
        index.append(state)
    return index


SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, math.nan]), min_size=1, max_size=30)


@given(SCORES, st.integers(0, 30))
def test_an_index_changes_at_its_thresholds_and_keeps_its_value_in_between(scores, middle):
    index = Hysteresis(0.75, 0.25)
    parts = [part for part in np.split(np.array(scores), [middle]) if len(part)]
    got = np.concatenate([index(part) for part in parts])
    np.testing.assert_array_equal(got, naive_index(scores, 0.75, 0.25))
