from statistics import NormalDist

import numpy as np
import pytest

from fdir_service.evaluation.dclop.contenders import DEVIATIONS, DYNAMIC, OURS, STATIC
from models.dclop.clop import probability
from sim.adcs.anomalies import AnomalySet
from tests.fdir_service.evaluation.dclop.conftest import tiny


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """A long cloud and one row beside it, (81, 3)."""
    rng = np.random.default_rng(0)
    along = rng.normal(size=(80, 1)) * 10
    return np.vstack([along + rng.normal(size=(80, 3)), [[25.0, -25.0, 25.0]]])


@pytest.mark.parametrize("contender", tiny(), ids=lambda contender: contender.name)
def test_every_contender_scores_stored_and_unseen_rows_higher_the_odder_they_are(contender, rows):
    scored = contender.score(rows, np.array([[0.0, 0.0, 0.0], [40.0, 40.0, -40.0]]), 1)
    assert scored.stored.shape == (81,)
    assert np.isfinite(scored.stored).all()
    assert scored.unseen[1] >= scored.unseen[0]
    if contender.name not in {"K-means distance", OURS, DYNAMIC, STATIC}:
        assert scored.stored.argmax() == 80
        assert scored.stored[80] >= scored.threshold
    assert scored.training_s >= 0


@pytest.mark.parametrize("contender", tiny(), ids=lambda contender: contender.name)
def test_the_same_seed_gives_the_same_scores(contender, rows):
    first, again = (contender.score(rows, rows[:5], 3) for _ in range(2))
    assert np.array_equal(first.stored, again.stored)
    assert np.array_equal(first.unseen, again.unseen)


def test_a_plain_detector_alarms_as_many_deviations_out_as_clop_does():
    assert probability(np.array([DEVIATIONS / 3])) == pytest.approx(0.7)
    assert pytest.approx(3 * NormalDist().inv_cdf(0.85)) == DEVIATIONS


def test_clusters_are_told_by_those_that_have_them(evaluation):
    having = {o.name for o in evaluation.outcomes if o.scored.clusters}
    assert having == {OURS, DYNAMIC, "K-means distance"}


def test_the_gross_anomalies_are_found_by_distances_alone(evaluation):
    for outcome in evaluation.of("kNN", AnomalySet.PAPER):
        assert outcome.measures["auc_pr"] > 0.99
