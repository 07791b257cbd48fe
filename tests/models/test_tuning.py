"""A study goes on where it was ended, looks at validation flights alone, and knows what it may go on with."""

import subprocess
import sys
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

import models.tuning as tuning
from models.persistency import COUNTS, best_persistency, indices
from models.tuning import Limit, Study, TuningSettings
from models.tuning_storage import TuningError
from tests.models.tiny_tuning import RECIPE, SETTINGS, Data, flights, open_tiny

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from tests.models.tiny_tuning import main; main(*sys.argv[1:])"
SUFFIXES = (".journal", ".db")


def run(study: Study, trials: int, data: Data | None = None) -> list[int]:
    advanced: list[int] = []
    study.run(data or Data(), Limit(trials), advanced.append)
    return advanced


def told(study: Study) -> list[tuple[object, ...]]:
    """Return what the finished trials of a study were and found."""
    ended = study.study.get_trials(states=tuning.ENDED)
    return [(t.state, t.value, t.params, t.user_attrs, t.intermediate_values) for t in ended]


def test_the_first_trial_is_the_recipe_as_near_as_the_space_allows(tmp_path: Path) -> None:
    study = open_tiny(None, tmp_path)
    assert run(study, 2) == [0, 1, 1]
    first = study.study.trials[0]
    assert first.params == {
        "learning_rate": 0.01,
        "epochs": 3,
        "quantile_low": 33,
        "quantile_high": 90,
        "window": 76,
    }
    assert study.hyperparameters(first).window == 76
    assert first.user_attrs["epochs_run"] == len(first.intermediate_values) == 3


def test_the_worth_is_that_of_the_best_persistency_of_the_scores_that_are_kept(tmp_path: Path) -> None:
    study = open_tiny(None, tmp_path)
    run(study, 1)
    best = study.study.best_trial
    chosen = best_persistency(*indices(flights(5).labels[..., :2], study.store.load(0)), COUNTS["literal"])
    assert (best.value, best.user_attrs["persistency"]) == (chosen.worth, chosen.samples)


def test_only_validation_flights_judge(tmp_path: Path) -> None:
    data = Data()
    run(open_tiny(None, tmp_path), 2, data)
    assert data.parts == ["validation"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_study_that_goes_on_is_the_one_that_was_never_ended(tmp_path: Path, suffix: str) -> None:
    whole = open_tiny(None, tmp_path / "whole")
    run(whole, 4)
    for trials in (2, 4):
        parted = open_tiny(tmp_path / f"s{suffix}", tmp_path / "parts")
        run(parted, trials)
    assert told(parted) == told(whole)
    assert run(parted, 4) == [4], "what is finished is not done again"


@pytest.mark.parametrize(("suffix", "hold"), [(".journal", 8), (".db", 8), (".journal", 2)])
def test_a_killed_study_loses_its_running_trial_alone(tmp_path: Path, suffix: str, hold: int) -> None:
    path = tmp_path / f"s{suffix}"
    words = [sys.executable, "-c", PROGRAM, str(path), str(hold), "9"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.kill()
    study = open_tiny(path, tmp_path / f"s{suffix}.scores")
    before = told(study)
    assert (len(before) >= 1) == (hold > 2)
    assert [t.state for t in study.study.trials].count(TrialState.FAIL) == 1
    run(study, len(before) + 1)
    whole = open_tiny(None, tmp_path / "whole")
    run(whole, len(before) + 1)
    assert told(study) == told(whole)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_study_of_other_settings_in_the_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"s{suffix}"
    open_tiny(path, tmp_path / "x")
    other = TuningSettings(seed=1, flights=3, validation=3, steps=5)
    with pytest.raises(TuningError, match=rf"s{suffix}: steps: the study there has 2, this one 5"):
        open_tiny(path, tmp_path / "x", other)


def test_a_trial_that_is_worse_than_most_is_ended_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "WARM_UP", 0)
    monkeypatch.setattr(tuning, "FIRST", 1)
    study = open_tiny(None, tmp_path)
    run(study, 8)
    states = [trial.state for trial in study.study.trials]
    assert {TrialState.COMPLETE, TrialState.PRUNED} == set(states)
    pruned = next(trial for trial in study.study.trials if trial.state is TrialState.PRUNED)
    assert not study.store.path(pruned.number).exists()


def test_no_trial_is_begun_after_the_time_is_over(tmp_path: Path) -> None:
    study, times = open_tiny(None, tmp_path), iter(range(100))
    study.run(Data(), Limit(50, 2.5, lambda: float(next(times))), lambda _: None)
    assert study.finished == 2


def test_trials_train_with_what_they_drew(tmp_path: Path) -> None:
    study = open_tiny(None, tmp_path)
    run(study, 3)
    for trial in study.study.trials:
        drawn = study.hyperparameters(trial)
        assert study.recipe.tuned(drawn).hyperparameters == drawn
        scores = study.store.load(trial.number)
        assert scores.shape == (3, 420 - drawn.window + 1, 2)


def test_optuna_keeps_quiet(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(open_tiny(None, tmp_path), 1)
    assert optuna.logging.get_verbosity() == optuna.logging.WARNING
    assert capfd.readouterr().err == ""
    assert RECIPE.name == "stuck-cnn-paper"
    assert SETTINGS.objective == "literal"
