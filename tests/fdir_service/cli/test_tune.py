"""`fdir tune` looks for hyper-parameters and output stages, and goes on with what it began."""

import builtins
import json
from dataclasses import replace

import pytest

import models.stuck_recipe
from models import tuning
from models.training import DenseTraining
from models.tuning_space import Space
from tests.fdir_service.evaluation.builders import frozen_detector

SMALL = ("--flights", 2, "--validation", 2, "--steps", 1)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    for name, windows in (("FAITHFUL", (60, 68)), ("IMPROVED", (157, 221))):
        recipe = getattr(models.stuck_recipe, name)
        short = DenseTraining(batch=2, crop=64)
        monkeypatch.setattr(models.stuck_recipe, name, replace(recipe, training=short))
        monkeypatch.setitem(tuning.SPACES, recipe.name, Space(windows, epochs=(1, 2)))


@pytest.mark.parametrize(("name", "suffix"), [("stuck-cnn-paper", ".journal"), ("stuck-net", ".db")])
def test_a_study_in_a_file_goes_on_and_is_reported(fdir, tmp_path, name, suffix):
    path = tmp_path / f"study{suffix}"
    words = ("tune", name, "--storage", path, *SMALL, "--json")
    first, second = (json.loads(fdir(*words, "--trials", n).out) for n in (1, 2))
    assert [f["trials"]["complete"] for f in (first, second)] == [1, 2]
    assert first["own"] == second["own"]
    assert [row["hyperparameter"] for row in second["table_4"]][-1] == "persistency (samples)"
    assert len(list((tmp_path / f"study{suffix}.scores").iterdir())) == 2


def test_without_json_the_tables_are_printed(fdir):
    ended = fdir("tune", "stuck-cnn-paper", *SMALL, "--trials", 1, "--device", "cpu")
    assert ended.code == 0
    for text in ("Table 4", "paper (other data)", "objective", "importance: not known", "Detection metrics"):
        assert text in ended.out
    assert "to train with them: fdir train stuck-cnn-paper" in ended.out


def test_the_output_stage_of_a_file_is_tuned_on_its_scores(fdir, tmp_path):
    file = frozen_detector(tmp_path)
    ended = fdir("tune", "output-stage", file.path, "--validation", 2, "--json")
    assert ended.code == 0
    assert [row["chosen"] for row in json.loads(ended.out)["acc"]].count(True) == 1
    shown = fdir("tune", "output-stage", file.path, "--validation", 2)
    assert "repetition (PMON)" in shown.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--objective", "fancy"), "--objective: 'fancy' is none of literal, strict"),
        (("--storage", "study.txt"), "study.txt: suffix: '.txt' is none of"),
        (("--device", "nowhere"), "device 'nowhere':"),
        (("--timeout", 0), "no trial has been completed"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(fdir, tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    ended = fdir("tune", "stuck-cnn-paper", *SMALL, "--trials", 1, *words)
    assert ended.code == 2
    assert reason in ended.err


def test_other_settings_are_refused_with_file_key_and_reason(fdir, tmp_path):
    path = tmp_path / "study.journal"
    words = ("tune", "stuck-cnn-paper", "--storage", path, *SMALL, "--trials", 1, "--json")
    assert fdir(*words).code == 0
    ended = fdir(*words, "--seed", 2)
    assert ended.code == 2
    assert f"{path}: seed: the study there has 1, this one 2" in ended.err


def test_the_missing_extra_is_named(fdir, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **named):
        if name == "optuna":
            raise ImportError("No module named 'optuna'")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    ended = fdir("tune", "stuck-cnn-paper")
    assert ended.code == 2
    assert "pip install 'fdir-service[train]'" in ended.err
