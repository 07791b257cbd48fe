"""`fdir train` builds the benchmark's detectors with several seeds."""

import json
from dataclasses import replace

import pytest

import models.stuck_recipe
from fdir_service import benchmark_flights
from fdir_service.benchmark_flights import Source, flights_ahead
from models.metadata import read_card
from models.training import DenseTraining


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
