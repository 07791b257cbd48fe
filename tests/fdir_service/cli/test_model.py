"""`fdir models` shows a detector's card and says what a file lacks."""

import json
from pathlib import Path

import numpy as np
import pytest

from fdir_service.streaming.step import interpreter
from models.card import INPUT_NAME, Output
from models.metadata import digest, write_sidecar
from tests.fdir_service.builders import card, write_frozen
from tests.fdir_service.streaming.networks import Network

CONFIGS = Path(__file__).parents[3] / "configs"
HOPPER = ("stuck-cnn", "stuck-cnn-paper", "stuck-net")
MODELS = [
    *(CONFIGS / "hopper" / f"{name}.onnx" for name in HOPPER),
    CONFIGS / "atmonsat" / "atmonsat-cnn.onnx",
]
LARGEST = {"stuck-cnn": 1e-6, "atmonsat-cnn": 1e-6, "stuck-cnn-paper": 4e-6, "stuck-net": 5e-6}
"""Difference of streaming scores on the self-check's samples, which reach far beyond any reading."""


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


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_inspect_says_that_the_committed_models_stream_and_what_it_costs(fdir, model):
    found = json.loads(fdir("models", "inspect", model, "--json").out)
    assert (found["path"], found["field"], found["refusals"]) == ("streaming", found["card"]["window"], [])
    assert 0 <= found["differences"]["streaming"] <= LARGEST[model.stem]
    costs = found["microseconds_per_sample"]
    step = {"step": ["1", str(found["step_up_to"])]} if interpreter() else {}
    assert {path: list(cost) for path, cost in costs.items()} == step | {
        "window": ["1"],
        "batched": ["32", "256"],
        "streaming": ["1", "32", "256"],
    }
    assert all(cost > 0 for cost in costs["streaming"].values())
    lines = fdir("models", "inspect", model).out.splitlines()
    assert sum(line.startswith("  cost     ") for line in lines) == 3 + len(step)
    assert sum(line.startswith("  step     for up to ") for line in lines) == 1


def test_inspect_tells_a_plain_score_from_one_that_becomes_an_index(fdir, tmp_path):
    of = card()
    plain = of.model_copy(update={"outputs": (of.outputs[0], Output(name="regime"))})
    write_frozen(tmp_path / "mixed.onnx", plain)
    lines = fdir("models", "inspect", tmp_path / "mixed.onnx").out.splitlines()
    assert [line for line in lines if line.startswith("  output")] == [
        "  output   x: index 1 at score >= 0.75, 0 at score < 0.25",
        "  output   regime: a plain score",
    ]
    assert fdir("models", "check", tmp_path / "mixed.onnx").code == 0


def test_inspect_names_what_keeps_a_model_from_the_compiled_step(fdir, tmp_path):
    n = Network(6, 2)
    file = tmp_path / "atan.onnx"
    file.write_bytes(n.model(n("ReduceMax", n("Atan", INPUT_NAME), np.array([1]), keepdims=0), 2, card(6)))
    assert "  step     none: has the operator Atan\n" in fdir("models", "inspect", file).out
    found = json.loads(fdir("models", "inspect", file, "--json").out)
    assert (found["step_up_to"], found["step_refused"]) == (None, "has the operator Atan")


def test_inspect_names_what_keeps_a_model_from_the_streaming_path(fdir, tmp_path):
    n = Network(6, 2)
    y = n("Flatten", n("GlobalMaxPool", n.conv(n.turned(), 2, 2, 3, pads=[1, 1])))
    file = tmp_path / "padded.onnx"
    file.write_bytes(n.model(y, 2, card(6)))
    plain = fdir("models", "inspect", file).out
    assert "  path     batched\n" in plain
    assert "  refused  Conv1 Conv: pads with zeros: the edges of a window would move with it\n" in plain
    found = json.loads(fdir("models", "inspect", file, "--json").out)
    assert [refusal["node"] for refusal in found["refusals"]] == ["Conv1"]
    assert "streaming" not in found["microseconds_per_sample"]


def test_inspect_measures_single_windows_where_nothing_else_is_right(fdir, tmp_path):
    n = Network(6, 2)
    most = n("ReduceMax", n("Flatten", INPUT_NAME), np.array([1]))
    file = tmp_path / "mixed.onnx"
    file.write_bytes(n.model(n("CumSum", most, np.array(0)), 1, card(6, outputs=("x",))))
    found = json.loads(fdir("models", "inspect", file, "--json").out)
    assert (found["path"], list(found["microseconds_per_sample"])) == ("window", ["window"])


def test_inspect_shows_the_card_of_a_file_that_cannot_be_opened(fdir, tmp_path):
    file = tmp_path / "broken.onnx"
    file.write_text("hello")
    write_sidecar(file, card(6))
    plain = fdir("models", "inspect", file)
    assert (plain.code, "kind     test" in plain.out, "  path     none\n" in plain.out) == (0, True, True)
    assert "refused  (model): " in plain.out


def test_all_models_together_stay_well_under_a_megabyte():
    assert sum(model.stat().st_size for model in MODELS) < 600_000


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
