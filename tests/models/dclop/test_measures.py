import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import matthews_corrcoef

from models.dclop.measures import Confusion, areas, by_majority, quality

counts = st.integers(0, 50)


def test_samples_are_counted_by_what_is_and_what_is_said():
    truth = np.array([1, 1, 0, 0, 0], bool)
    said = np.array([1, 0, 1, 0, 0], bool)
    assert Confusion.count(truth, said) == Confusion(tp=1, fp=1, tn=2, fn=1)


def test_the_measures_of_a_known_table():
    found = Confusion(tp=11, fp=15, tn=767, fn=0).measures
    assert found["precision"] == pytest.approx(11 / 26)
    assert found["recall"] == found["sensitivity"] == found["npv"] == 1
    assert found["f1"] == pytest.approx(22 / 37)
    assert found["g_mean"] == pytest.approx(math.sqrt(767 / 782))
    assert (found["fpr"], found["fnr"]) == (pytest.approx(15 / 782), 0)


@given(counts, counts, counts, counts)
def test_measures_are_shares_and_complements_where_they_are_known(tp, fp, tn, fn):
    found = Confusion(tp, fp, tn, fn).measures
    for one, other in (("accuracy", "error_rate"), ("specificity", "fpr"), ("sensitivity", "fnr")):
        assert math.isnan(found[one]) or found[one] + found[other] == pytest.approx(1)
    assert all(math.isnan(value) or -1 <= value <= 1 for value in found.values())


def test_the_correlation_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    truth, said = rng.random((2, 60)) < 0.3
    expected = matthews_corrcoef(truth, said)
    assert Confusion.count(truth, said).measures["mcc"] == pytest.approx(expected)


def test_what_is_never_on_has_no_precision():
    found = Confusion(tp=0, fp=0, tn=5, fn=2).measures
    assert math.isnan(found["precision"])
    assert math.isnan(found["mcc"])
    assert found["f1"] == found["recall"] == 0


def test_areas_need_both_classes():
    truth = np.array([0, 0, 1, 1], bool)
    assert areas(truth, np.array([0.1, 0.2, 0.3, 0.4])) == {"auc_roc": 1, "auc_pr": 1}
    assert areas(truth, np.zeros(4))["auc_roc"] == 0.5
    assert all(math.isnan(area) for area in areas(np.zeros(4, bool), np.arange(4.0)).values())
    assert all(math.isnan(area) for area in areas(np.ones(4, bool), np.arange(4.0)).values())


def test_clusters_far_apart_have_a_high_quality_and_one_alone_has_none():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [100.0, 0.0], [100.0, 1.0]])
    found = quality(points, np.array([0, 0, 1, 1]))
    assert found["silhouette"] > 0.98
    assert found["davies_bouldin"] < 0.02
    assert found["calinski_harabasz"] > 1e4
    assert all(math.isnan(value) for value in quality(points, np.zeros(4, np.int64)).values())


def test_a_cluster_is_what_most_of_its_samples_are():
    labels = np.array([0, 0, 0, 2, 2, 1])
    truth = np.array([1, 1, 0, 1, 0, 0], bool)
    assert by_majority(labels, truth).tolist() == [True, True, True, True, True, False]
