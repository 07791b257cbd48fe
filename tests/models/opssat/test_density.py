from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.metrics import roc_auc_score

from models.opssat.data import DataSetError
from models.opssat.density import Density
from models.opssat.layout import ALL, NO_LENGTH
from models.opssat.mixture import LEAST, Mixture
from models.opssat.nominal_clop import NominalClop
from models.opssat.thresholds import otsu
from tests.models.opssat.conftest import FEW


@pytest.fixture(scope="module")
def blind(segments):
    return Density.fit_all(segments, NO_LENGTH, 1, FEW)


@pytest.fixture(scope="module")
def nominal(segments):
    return Density.fit_nominal(segments, ALL, 1, FEW)


def test_without_labels_rough_segments_surprise(blind, others):
    assert roc_auc_score(others.anomaly, blind.score(others)) > 0.7


def test_labels_change_nothing_for_the_detector_without_labels(blind, segments, others):
    turned = replace(segments, anomaly=~segments.anomaly)
    again = Density.fit_all(turned, NO_LENGTH, 1, FEW)
    assert again.threshold == blind.threshold
    assert again.score(others).tolist() == blind.score(others).tolist()


def test_anomalous_segments_change_nothing_for_the_detector_of_nominal_ones(nominal, segments, others):
    values = np.where(segments.anomaly[:, None], 1.0, segments.values)
    again = Density.fit_nominal(replace(segments, values=values), ALL, 1, FEW)
    assert again.score(others).tolist() == nominal.score(others).tolist()


def test_few_nominal_segments_are_above_the_threshold(nominal, others):
    alarms = nominal.score(others) >= nominal.threshold
    assert alarms[~others.anomaly].mean() < 0.15
    assert alarms[others.anomaly].mean() > 0.3


def test_scores_keep_the_order_of_the_surprise_and_lie_between_0_and_1(nominal):
    scores = nominal.bounded(np.array([-1e6, -1.0, 0.0, 1.0, 1e6]))
    assert (np.diff(scores) > 0).all()
    assert scores[2] == 0.5
    assert (scores > 0).all()
    assert (scores < 1).all()


def test_a_channel_that_is_rare_or_unknown_is_judged_among_all(nominal, others):
    rare = np.flatnonzero(others.channel == 890)
    inputs = ALL.inputs(others[rare])
    assert (others.channel == 890).sum() < LEAST
    unknown = inputs.copy()
    unknown[:, -1] = 5
    assert nominal(unknown).tolist() == nominal(inputs).tolist()


def test_too_few_segments_are_refused(segments):
    with pytest.raises(DataSetError, match="20 segments to fit to"):
        Density.fit_all(segments[np.arange(20)], ALL, 1)


def test_one_component_is_the_normal_distribution():
    points = np.random.default_rng(0).standard_normal((500, 2)) @ np.array([[2.0, 0.3], [0.0, 0.5]])
    mixture = Mixture.fit(points, np.zeros(500, np.int64), 1, 0, (1, 0.0))
    covariance = np.cov(points.T, bias=True)
    expected = multivariate_normal(points.mean(axis=0), covariance).logpdf(points)
    assert mixture(points, np.zeros(500, np.int64), 1) == pytest.approx(expected)


def test_otsu_parts_two_groups():
    assert otsu(np.array([0.0, 0.1, 0.2, 5.0, 5.1])) == pytest.approx(2.6)


def test_clop_finds_what_lies_apart_from_nominal_segments(segments, others):
    clop = NominalClop.fit(segments, ALL)
    assert roc_auc_score(others.anomaly, clop.score(others)) > 0.7
