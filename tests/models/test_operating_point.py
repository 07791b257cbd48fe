import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hysteresis import Thresholds
from models.metrics import Reactions, literal_reactions, strict_reactions, uncertain
from models.operating_point import PERSISTENCIES, Limits, choose_point, precision_bound
from models.stuck_figures import PERSISTENCY


def faults(count: int, length: int) -> np.ndarray:
    """Return labels (1, T) of faults of equal length, 200 samples apart."""
    labels = np.zeros((1, 200 * (count + 1)), np.bool_)
    for k in range(count):
        labels[0, 100 + 200 * k : 100 + 200 * k + length] = True
    return labels


def test_the_thresholds_answer_all_faults_and_stay_above_what_is_none() -> None:
    labels = faults(5, 60)
    scores = labels * 0.6
    scores[0, 30:80] = 0.42
    point = choose_point(labels, scores, Limits(0.1, 0.0))
    assert 0.42 < point.thresholds.on <= 0.6
    index = point.thresholds(scores)
    assert literal_reactions(labels, index, PERSISTENCY).true == 5
    assert literal_reactions(labels, index, PERSISTENCY).false == 0


def test_an_interrupted_score_is_held_by_the_off_threshold() -> None:
    labels = faults(5, 80)
    scores = labels * 0.9
    scores[0, 140::200] = np.where(labels[0, 140::200], 0.3, 0.0)
    point = choose_point(labels, scores, Limits(0.1, 0.0))
    assert point.thresholds.off <= 0.3
    assert uncertain(labels, point.thresholds(scores)) == 0.0


def test_a_limit_that_cannot_be_kept_is_broken_as_little_as_possible() -> None:
    labels = faults(4, 60)
    scores = labels * 0.9
    scores[0, 30:80] = 1.0
    scores[0, 230:280] = 0.5
    point = choose_point(labels, scores, Limits(0.1, 0.0))
    assert literal_reactions(labels, point.thresholds(scores), PERSISTENCY).false == 1


def test_late_faults_get_a_shorter_persistency() -> None:
    labels = faults(6, 40)
    scores = np.zeros(labels.shape)
    for start in range(120, 1300, 200):
        scores[0, start : start + 20] = 0.9
    point = choose_point(labels, scores, Limits(0.1, 0.0))
    index = point.thresholds(scores)
    assert strict_reactions(labels, index, point.strict_persistency).recall == 1.0
    assert strict_reactions(labels, index, PERSISTENCY).recall == 0.0


def test_strict_precision_asks_for_a_longer_persistency() -> None:
    labels = faults(6, 60)
    scores = labels * 0.9
    scores[0, 20:40] = scores[0, 200:220] = 0.95
    point = choose_point(labels, scores, Limits(0.1, 0.0))
    assert point.strict_persistency > 20


@given(st.integers(0, 2**32 - 1))
def test_whatever_the_scores_the_point_is_one_of_the_grid(seed: int) -> None:
    scores = np.random.default_rng(seed).random((2, 300))
    point = choose_point(np.zeros((2, 300), np.bool_), scores, Limits(0.1, 0.01))
    assert isinstance(point.thresholds, Thresholds)
    assert point.thresholds.off <= point.thresholds.on
    assert point.strict_persistency in PERSISTENCIES


def test_the_classical_checks_are_or_ed_if_they_answer_more_faults() -> None:
    labels = faults(6, 60)
    scores = labels * 0.9
    scores[0, 700:] = 0.0
    point = choose_point(labels, scores, Limits(0.1, 0.0), labels)
    assert point.or_classical
    assert strict_reactions(labels, point.index(scores, labels), PERSISTENCY).recall == 1.0
    assert not choose_point(labels, labels * 0.9, Limits(0.1, 0.0), labels).or_classical


def test_the_classical_checks_are_not_or_ed_if_they_react_to_nothing() -> None:
    labels = faults(6, 60)
    scores = labels * 0.9
    scores[0, 1200:] = 0.0
    noisy = labels.copy()
    noisy[0, 30:80] = noisy[0, 230:280] = True
    point = choose_point(labels, scores, Limits(0.1, 0.0), noisy)
    assert not point.or_classical
    np.testing.assert_array_equal(point.index(scores, noisy), point.thresholds(scores))


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_bound_of_the_precision_is_below_it_and_nears_it_with_many_reactions(
    true: int, false: int
) -> None:
    def bound(times: int) -> float:
        return precision_bound(Reactions(0, times * true, times * false, 0, 0))

    share = true / (true + false) if true + false else 0.0
    assert 0.0 <= bound(1) <= share + 1e-12
    assert bound(1) <= bound(100) + 1e-12
    assert share - bound(10_000) < 0.02 or not true + false


def test_the_bound_is_wilson_s() -> None:
    assert precision_bound(Reactions(0, 90, 10, 0, 0)) == pytest.approx(0.8396, abs=1e-4)


def test_a_precision_that_few_reactions_prove_is_not_enough() -> None:
    """40 answered faults, one false tail: .976 is no proof of more than .975, a quiet pair is preferred."""
    labels = faults(40, 60)
    scores = labels * 0.7
    scores[0, 160:4160] = np.maximum(scores[0, 160:4160], 0.3)
    scores[0, 20:50] = 0.6
    point = choose_point(labels, scores, Limits(0.1, 0.1))
    assert strict_reactions(labels, point.thresholds(scores), PERSISTENCY).false == 0
