"""`fdir train` builds the benchmark's detectors with several seeds."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import models.stuck_real
import models.stuck_recipe
from fdir_service import adcs_flights, benchmark_flights, dclop_training
from fdir_service.benchmark_flights import Source, flights_ahead
from models.dclop.clustering import JointSettings
from models.dclop.training import PretrainingSettings
from models.metadata import read_card
from models.training import DenseTraining
from tests.fdir_service.recorded import write_broad
from tests.models.atmonsat.test_protocol import write
from tests.models.segments.made import write_run


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    for name in ("FAITHFUL", "IMPROVED"):
        recipe = getattr(models.stuck_recipe, name)
        short = DenseTraining(epochs=1, steps=2, batch=2, crop=64)
        monkeypatch.setattr(models.stuck_recipe, name, replace(recipe, training=short))
    small = Source(flights=3, part=2)
    monkeypatch.setattr(benchmark_flights, "flights_ahead", lambda _: flights_ahead(small))


def test_the_net_is_trained_with_several_seeds_and_one_file_kept(fdir, tmp_path):
    out = tmp_path / "net.onnx"
    ended = fdir("train", "stuck-net", "--out", out, "--seed", 4, "--seeds", 2, "--json")
    cards = json.loads(ended.out)
    assert (ended.code, [card["seed"] for card in cards]) == (0, [4, 5])
    assert read_card(out)[0].model_dump(mode="json") in cards
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


def test_the_paper_s_cnn_lies_in_the_mission_s_folder_and_its_figures_are_printed_with_their_spread(
    fdir, tmp_path
):
    ended = fdir("train", "stuck-cnn-paper", "--mission", tmp_path)
    assert ended.code == 0
    assert (tmp_path / "stuck-cnn-paper.onnx").is_file()
    assert any(line.startswith("acc.faults = ") and "(" in line for line in ended.out.splitlines())


def test_at_least_one_seed_is_needed(fdir):
    assert fdir("train", "stuck-net", "--seeds", 0).code != 0


def test_the_net_for_a_real_sensor_is_trained_on_recordings(fdir, tmp_path, monkeypatch):
    training = DenseTraining(epochs=1, steps=2, batch=2, crop=64)
    recipe = models.stuck_real.RealRecipe(width=4, dilations=(1,), training=training)
    monkeypatch.setattr(models.stuck_real.train_real, "__defaults__", (models.stuck_real.silent, recipe))
    data = write_broad(tmp_path / "broad", seconds=60.0)
    ended = fdir("train", "stuck-net-real", "--data", data, "--mission", tmp_path, "--json")
    card = json.loads(ended.out)
    assert (ended.code, list(card["data"])) == (0, ["trial-0", "trial-1"])
    assert read_card(tmp_path / "stuck-net-real.onnx")[0].model_dump(mode="json") == card
    assert fdir("train", "stuck-net-real", "--data", tmp_path / "nowhere").code == 2


def test_the_hyperparameters_of_a_training_may_be_given_and_are_on_the_card(fdir, tmp_path):
    words = ("--learning-rate", 1e-3, "--epochs", 1, "--quantiles", 25, 75, "--window", 68, "--device", "cpu")
    ended = fdir("train", "stuck-cnn-paper", "--out", tmp_path / "x.onnx", *words, "--json")
    (card,) = json.loads(ended.out)
    assert (ended.code, card["window"]) == (0, 68)
    assert [card["metrics"][name] for name in ("learning_rate", "epochs", "quantile_low")] == [1e-3, 1, 25]
    assert card["command"].endswith("--learning-rate 0.001 --window 68 --quantiles 25.0 75.0")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--window", 181), "stuck-cnn-paper: window 181:"),
        (("--quantiles", 90, 33), "stuck-cnn-paper: quantiles 90.0 and 33.0"),
        (("--learning-rate", 0), "stuck-cnn-paper: learning rate 0.0"),
        (("--device", "nowhere"), "device 'nowhere':"),
    ],
)
def test_a_training_that_cannot_be_is_refused(fdir, tmp_path, words, reason):
    ended = fdir("train", "stuck-cnn-paper", "--out", tmp_path / "x.onnx", *words)
    assert ended.code == 2
    assert reason in ended.err


def test_an_architecture_of_the_atmonsat_authors_is_trained_as_far_as_wanted(fdir, tmp_path):
    for day in ("2022.04.06", "2022.05.18"):
        write(tmp_path, day, "normal", n=180)
    bound = ("--epochs", 1, "--folds", 1, "--stride", 4)
    ended = fdir(
        *("train", "atmonsat", "--model", "cnn-100", "--data", tmp_path, "--mission", tmp_path),
        *("--seed", 7, *bound, "--json"),
    )
    card = json.loads(ended.out)
    assert (ended.code, card["seed"], card["metrics"]["folds"]) == (0, 7, 1)
    path = tmp_path / "models" / "cnn-100-7.onnx"
    assert read_card(path)[0].model_dump(mode="json") == card
    ended = fdir("train", "atmonsat", "--model", "transformer", "--data", tmp_path)
    assert ended.code == 2
    assert "'transformer' is none of cnn-150" in ended.err


@pytest.fixture
def adcs(tmp_path):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 3)) + 9 * rng.integers(3, size=60)[:, None]
    lines = [",".join(f"{value:.3f}" for value in row) for row in values]
    path = tmp_path / "adcs.csv"
    path.write_text("\n".join(["mag.x [uT],mag.y,label", *lines]) + "\n")
    return path


def test_dclop_is_trained_on_any_table_with_named_columns(fdir, tmp_path, monkeypatch, adcs):
    short = {"pretraining": PretrainingSettings(epochs=1), "joint": JointSettings(iterations=5)}
    for name in ("PAPER", "DEPENDABLE"):
        settings = replace(getattr(dclop_training, name), hidden=(8, 4, 8), **short)
        monkeypatch.setattr(dclop_training, name, settings)
    out = tmp_path / "dclop.onnx"
    options = ["--without", "label", "--clusters", 3, "--clip", 8, "--budget", 40, "--static"]
    ended = fdir("train", "dclop", "--data", adcs, "--out", out, "--seed", 2, *options, "--json")
    card = json.loads(ended.out)
    assert (ended.code, card) == (0, read_card(out)[0].model_dump(mode="json"))
    words = "--static --without label --clusters 3 --clip 8.0 --budget 40"
    assert card["command"] == f"fdir train dclop --data adcs.csv --seed 2 {words}"
    assert [channel["name"] for channel in card["channels"]] == ["mag.x", "mag.y"]
    ended = fdir("train", "dclop", "--data", adcs, "--out", out, "--dependable", "--restarts", 2, "--json")
    card = json.loads(ended.out)
    assert card["command"] == "fdir train dclop --data adcs.csv --seed 1 --dependable --restarts 2"
    assert card["metrics"]["clusters"] == 9


def test_dclop_says_what_is_wrong_with_a_table(fdir, tmp_path, adcs):
    ended = fdir("train", "dclop", "--data", adcs, "--columns", "mag.x,mag.z")
    assert (ended.code, ended.err) == (2, f"fdir: {adcs}: no column mag.z, it has mag.x, mag.y, label\n")
    assert fdir("train", "dclop", "--data", adcs, "--clusters", 61).code == 2


def test_the_detector_of_odd_segments_is_fitted_to_a_folder_of_runs(fdir, tmp_path):
    for seed in (1, 2, 3):
        write_run(tmp_path / "runs" / f"{seed}.parquet", seed)
    ended = fdir("train", "opssat-stream", "--data", tmp_path, "--mission", tmp_path, "--json")
    card = json.loads(ended.out)
    assert (ended.code, list(card["data"])) == (0, ["1", "2", "3"])
    assert read_card(tmp_path / "segment-mixture.onnx")[0].model_dump(mode="json") == card


def test_a_folder_without_runs_is_told(fdir, tmp_path):
    ended = fdir("train", "opssat-stream", "--data", tmp_path)
    assert ended.code == 2
    assert "no .parquet files" in ended.err


def test_dclop_is_trained_on_several_tables_at_once(fdir, tmp_path, monkeypatch, adcs):
    short = {"pretraining": PretrainingSettings(epochs=1), "joint": JointSettings(iterations=5)}
    monkeypatch.setattr(dclop_training, "PAPER", replace(dclop_training.PAPER, hidden=(8, 4, 8), **short))
    out = tmp_path / "dclop.onnx"
    ended = fdir("train", "dclop", "--data", adcs, "--data", adcs, "--out", out, "--json")
    card = json.loads(ended.out)
    assert card["command"] == "fdir train dclop --data adcs.csv --data adcs.csv --seed 1"
    assert card["metrics"]["samples"] == 120


def test_the_portrait_of_the_cubesat_lies_in_its_mission(fdir, tmp_path, monkeypatch):
    short = {"pretraining": PretrainingSettings(epochs=1), "joint": JointSettings(iterations=1)}
    settings = replace(adcs_flights.RECIPE.settings, hidden=(8, 4, 8), **short)
    train = partial(
        adcs_flights.train_adcs, recipe=replace(adcs_flights.RECIPE, settings=settings), flights=1
    )
    monkeypatch.setattr(adcs_flights, "train_adcs", train)
    ended = fdir("train", "dclop-adcs", "--mission", tmp_path, "--seed", 3)
    assert ended.code == 0
    assert read_card(tmp_path / "dclop.onnx")[0].command == "fdir train dclop-adcs --seed 3"
