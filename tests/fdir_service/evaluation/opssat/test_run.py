import numpy as np
import pytest

from fdir_service.evaluation.opssat import run
from fdir_service.evaluation.opssat.run import Plan, evaluate
from fdir_service.evaluation.opssat.summary import summarise
from models.opssat.contenders import BASELINES, OTHERS
from models.opssat.data import DataSetError
from tests.models.opssat.segments import write

LOGISTIC, CLOP = BASELINES[0], OTHERS[-1]


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(run, "CONTENDERS", (LOGISTIC, CLOP))
    monkeypatch.setattr(run, "EXPORTED", (LOGISTIC,))


@pytest.mark.usefixtures("few")
def test_without_a_test_file_segments_are_cross_validated(tmp_path):
    write(tmp_path / "train.parquet")
    plan = Plan.of(tmp_path, 1, 2)
    advanced = []
    found = evaluate(plan, advanced.append)
    assert sum(advanced) == plan.fits == 30
    assert [len(entry.outcomes) for entry in (*found.entries, *found.blocked)] == [2, 2, 2]
    first, second = found.entries[0].outcomes
    assert (first.alarms == (first.scores >= 0.5)).all()
    assert (first.scores != second.scores).any()
    summary = summarise(found)
    assert summary["protocol"] == "cross-validation"
    assert [row["detector"] for row in summary["blocked"]] == ["logistic"]


@pytest.mark.usefixtures("few")
def test_with_a_test_file_it_alone_is_judged(tmp_path):
    write(tmp_path / "train.parquet")
    write(tmp_path / "test.parquet", seed=1, channels={"CADC0872": 30, "CADC0999": 5})
    plan = Plan.of(tmp_path, 1, 5)
    found = evaluate(plan, lambda _: None)
    assert plan.fits == 2
    assert [len(outcome.scores) for entry in found.entries for outcome in entry.outcomes] == [35, 35]
    assert np.isfinite(found.entries[1].outcomes[0].scores).all()
    summary = summarise(found)
    assert (summary["train"]["segments"], summary["judged"]["segments"]) == (172, 35)
    assert summary["blocked"] == []


def test_a_folder_without_training_segments_is_refused(tmp_path):
    with pytest.raises(DataSetError, match=r"train.parquet: no such file"):
        Plan.of(tmp_path, 1, 1)
