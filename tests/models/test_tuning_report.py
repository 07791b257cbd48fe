import json
from pathlib import Path

import numpy as np
import pytest
from optuna.trial import TrialState

from models.flights import Flights
from models.hyperparameters import PAPER
from models.tuning import Limit, Study
from models.tuning_report import double_check, importance, report
from models.tuning_storage import TuningError
from tests.models.tiny_tuning import Data, open_tiny


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    found = open_tiny(None, tmp_path_factory.mktemp("scores"))
    found.run(Data(), Limit(3), lambda _: None)
    return found


def test_a_report_has_table_4_beside_the_paper_s_values(study: Study) -> None:
    found = report(study, Data())
    best = study.study.best_trial
    assert [row["paper"] for row in found["table_4"]] == list(PAPER.values())
    assert [row["ours"] for row in found["table_4"]] == [
        *(best.params[name] for name in PAPER if name != "persistency"),
        best.user_attrs["persistency"],
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_report_says_how_the_trials_went(study: Study) -> None:
    found = report(study, Data())
    assert found["trials"] == {"complete": 3, "pruned": 0, "fail": 0}
    assert found["best"]["objective"] == study.study.best_value >= found["own"]["objective"]
    assert found["own"]["number"] == 0
    values = [trial.value for trial in study.study.trials]
    assert (found["spread"]["least"], found["spread"]["largest"]) == pytest.approx(
        (min(values), max(values)), abs=1e-4
    )
    assert found["train"].startswith("fdir train stuck-cnn-paper")


def test_a_report_checks_the_detection_and_tunes_the_output_stage(study: Study) -> None:
    found = report(study, Data())
    for sensor in ("acc", "imu"):
        assert {"missed", "uncertain", "answered_short"} <= found["detection"][sensor].keys()
        assert [row["or_classical"] for row in found["output_stage"][sensor]] == [False, True]


def test_the_importances_are_shares_of_all_that_was_drawn(study: Study) -> None:
    trials = [trial for trial in study.study.trials if trial.state is TrialState.COMPLETE]
    found = importance(study.study, trials)
    if found:
        assert sum(found.values()) == pytest.approx(1.0, abs=0.01)
        assert set(found) == set(trials[0].params)
    assert importance(study.study, trials[:1]) == {}


def test_a_study_without_a_complete_trial_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(TuningError, match="no trial has been completed"):
        report(open_tiny(None, tmp_path), Data())


def test_the_double_check_shows_a_bias_to_long_faults() -> None:
    axes = np.zeros((1, 900, 6), np.bool_)
    axes[0, 100:130, 0] = axes[0, 300:390, 0] = True
    flights = Flights(np.zeros(axes.shape), axes)
    scores = flights.labels[..., :2] * 0.9
    scores[0, 600:640, 0] = 0.9
    found = double_check(flights, scores, 35)
    assert (
        found["acc"]
        | {
            "answered_short": 0.0,
            "answered_long": 1.0,
            "false_positive_runs": 1.0,
            "false_positives_long_enough": 1.0,
            "false_positive_median": 40.0,
        }
        == found["acc"]
    )
    assert found["imu"]["faults"] == 0.0
    assert "answered_short" not in found["imu"]
