"""`fdir models` shows a detector's card and says what a file lacks."""

import json
from pathlib import Path

import pytest

from models.metadata import digest

CONFIGS = Path(__file__).parents[3] / "configs"
MODELS = [CONFIGS / "hopper" / "stuck-cnn.onnx", CONFIGS / "atmonsat" / "atmonsat-cnn.onnx"]


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_the_committed_models_keep_the_contract(fdir, model):
    ended = fdir("models", "check", model)
    assert (ended.code, ended.out) == (0, f"{model}: good\n")


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_inspect_prints_digest_window_and_the_command_that_rebuilds(fdir, model):
    card = json.loads(fdir("models", "inspect", model, "--json").out)["card"]
    plain = fdir("models", "inspect", model).out
    assert digest(model) in plain
    assert f"{card['window']} samples" in plain
    assert card["command"] in plain


def test_both_models_together_stay_well_under_a_megabyte():
    assert sum(model.stat().st_size for model in MODELS) < 500_000


def test_a_file_that_is_no_model_is_refused(fdir, tmp_path):
    file = tmp_path / "noise.onnx"
    file.write_bytes(b"\xff" * 40)
    ended = fdir("models", "inspect", file)
    assert (ended.code, "not an ONNX file" in ended.err) == (2, True)


def test_check_says_what_a_file_lacks(fdir, tmp_path):
    file = tmp_path / "noise.onnx"
    file.write_bytes(b"\xff" * 40)
    report = fdir("models", "check", file, "--json")
    assert report.code == 3
    assert json.loads(report.out)["findings"]
