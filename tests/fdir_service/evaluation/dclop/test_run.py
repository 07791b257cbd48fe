import numpy as np
import pytest

from fdir_service.evaluation.dclop.run import SETS, UNSEEN, Plan, evaluate, persistent
from sim.adcs.anomalies import AnomalySet
from sim.adcs.dataset import generate
from tests.fdir_service.evaluation.dclop.conftest import tiny


def test_every_run_has_a_new_simulation_and_its_own_unseen_one(evaluation):
    cases = {id(o.case): o.case for o in evaluation.outcomes}.values()
    assert [(case.seed, case.anomalies) for case in cases] == [(s, k) for s in (100, 101) for k in SETS]
    first, harder, second, _ = cases
    assert first.unseen is harder.unseen
    assert not np.array_equal(first.stored.values, second.stored.values)
    assert np.array_equal(first.unseen.values, generate(100 + UNSEEN, AnomalySet.NONE).values)
    assert not first.unseen.labels.any()


def test_each_contender_is_told_when_it_ends():
    told = []
    chosen = tiny()[-2:]
    found = evaluate(Plan(1, 5), chosen, told.append)
    assert told == [1] * 4
    assert [o.name for o in found.outcomes] == ["LOF", "kNN"] * 2


def test_the_measures_are_those_of_the_rows(evaluation):
    for outcome in evaluation.outcomes:
        truth, measures = outcome.case.stored.labels, outcome.measures
        assert measures["found"] == (outcome.on & truth).sum() == measures["recall"] * truth.sum()
        assert measures["nominal_stored"] == pytest.approx(measures["fpr"])
        assert measures["nominal_unseen_persistent"] <= measures["nominal_unseen"]
        assert ("silhouette" in measures) == (outcome.scored.clusters is not None)


def test_persistency_counts_rows_of_one_pass():
    on = np.array([1, 1, 1, 1, 0, 1, 1, 1, 1, 0], bool)
    number = np.array([0, 0, 0, 0, 0, 1, 1, 2, 2, 2])
    assert np.flatnonzero(persistent(on, number)).tolist() == [2, 3]
    assert np.flatnonzero(persistent(on, number, 2)).tolist() == [1, 2, 3, 6, 8]
    assert persistent(on, number, 1).tolist() == on.tolist()
