import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, matthews_corrcoef

from models.opssat.scores import METRICS, figures

flags = st.lists(st.booleans(), min_size=8, max_size=30)


@settings(max_examples=20, deadline=None)
@given(flags, st.randoms())
def test_figures_are_those_of_the_library(labels, random):
    truth = np.array([*labels, True, False])
    alarms = np.array([random.random() < 0.5 for _ in labels] + [True, False])
    found = figures(truth, alarms.astype(float), alarms)
    assert tuple(found) == METRICS
    assert found["f1"] == pytest.approx(f1_score(truth, alarms))
    assert found["mcc"] == pytest.approx(matthews_corrcoef(truth, alarms))


def test_without_anomalies_there_is_no_recall_and_no_area():
    found = figures(np.zeros(3, bool), np.arange(3.0), np.zeros(3, bool))
    assert found["accuracy"] == 1
    assert all(math.isnan(found[name]) for name in METRICS if name != "accuracy")
