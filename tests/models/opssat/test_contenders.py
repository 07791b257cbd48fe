import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.opssat.baselines import NULL
from models.opssat.contenders import BASELINES, CONTENDERS, EXPORTED


@pytest.mark.parametrize("contender", BASELINES, ids=lambda c: c.name)
def test_a_baseline_gives_scores_and_a_threshold(contender, segments, others):
    fitted = contender.fit(segments, 1)
    scores = fitted.score(others)
    assert np.isfinite(scores).all()
    assert scores.min() <= fitted.threshold


def test_the_length_of_these_segments_tells_nothing(segments, others):
    null = next(c for c in BASELINES if c.name == NULL)
    assert 0.3 < roc_auc_score(others.anomaly, null.fit(segments, 1).score(others)) < 0.7


def test_four_detectors_are_exported_and_names_are_unique():
    kinds = [(c.supervision, c.features) for c in EXPORTED]
    assert kinds == [
        ("supervised", "no_length"),
        ("supervised", "all"),
        ("unsupervised", "all"),
        ("semi", "all"),
    ]
    assert len({c.name for c in CONTENDERS}) == len(CONTENDERS)
