import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.hysteresis import Thresholds
from models.metrics import literal_reactions, strict_reactions, uncertain
from models.operating_point import PERSISTENCIES, Limits, choose_point
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
