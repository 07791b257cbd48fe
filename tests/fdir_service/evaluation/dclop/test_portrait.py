import numpy as np

from fdir_service.evaluation.dclop.contenders import OURS
from fdir_service.evaluation.dclop.portrait import in_words, portrait
from sim.adcs.anomalies import AnomalySet


def test_every_row_is_in_one_cluster_and_the_means_balance(evaluation):
    outcome = evaluation.of(OURS, AnomalySet.PAPER)[0]
    found = portrait(outcome)
    assert sum(trait.rows for trait in found) == 793
    assert sum(trait.anomalous for trait in found) == 11
    assert np.allclose(sum(trait.rows * trait.means for trait in found), 0, atol=1e-8)
    assert sum(trait.rows * trait.day for trait in found) == outcome.case.stored.is_day.sum()


def test_the_farthest_parameters_are_named_first():
    names = ("a", "b", "c", "d", "e")
    assert (
        in_words(np.array([0.1, -2.0, 1.5, 0.6, 0.7]), names) == "b low (-2.0), c high (+1.5), e high (+0.7)"
    )
    assert in_words(np.array([0.1, 0.2, 0, 0, 0]), names) == "nothing remarkable"


def test_a_detector_without_clusters_has_no_portrait(evaluation):
    assert portrait(evaluation.of("kNN", AnomalySet.PAPER)[0]) == []
