from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from models.card import Card
from models.check import _judge, findings

OnnxFile = Callable[..., Path]


def test_a_good_file_has_no_findings(onnx_file: OnnxFile) -> None:
    assert findings(onnx_file()) == []


@pytest.mark.parametrize(
    ("flaw", "finding"),
    [
        ({"with_card": None}, "has no card"),
        ({"input_name": "x"}, "inputs are ['x'], must be one called 'window'"),
        ({"output_name": "y"}, "outputs are ['y'], must be one called 'scores'"),
        ({"dtype": TensorProto.DOUBLE}, "window is tensor(double), must be tensor(float)"),
        ({"shape": (4, 3)}, "window has shape ['batch', 4, 3], the card says [5, 3] behind the batch"),
        ({"shape": (5, 3, 2)}, "window has 4 dimensions"),
        ({"outputs": 3}, "scores has shape ['batch', 3], the card says [2]"),
        ({"batch": 1}, "the batch of window is fixed at 1, must be dynamic"),
        ({"bias": np.array([np.nan, 0], np.float32)}, "not finite"),
        ({"bias": np.array([np.inf, 0], np.float32)}, "not finite"),
        ({"single_only": True}, "fails on random windows: "),
        ({"bias": np.zeros(3, np.float32)}, "onnxruntime cannot open it"),
        ({"across_batch": True}, "between single and batched windows"),
    ],
)
def test_every_flaw_is_named(onnx_file: OnnxFile, flaw: dict[str, object], finding: str) -> None:
    found = findings(onnx_file(**flaw))
    assert any(finding in line for line in found), found


def test_scores_of_an_undeclared_shape_are_named() -> None:
    [finding] = _judge(np.zeros((7, 3), np.float32), np.zeros((7, 3), np.float32), 2)
    assert finding == "7 windows give scores of shape (7, 3) together and (7, 3) one by one, must be (7, 2)"


def test_a_file_that_is_no_model_is_named_and_so_is_the_missing_card(tmp_path: Path, card: Card) -> None:
    path = tmp_path / "f.onnx"
    path.write_bytes(b"\x0a\x01x")
    first, second = findings(path)
    assert first.startswith("onnxruntime cannot open it")
    assert second.startswith("has no card")
    path.with_suffix(".card.json").write_text(card.model_dump_json())
    [only] = findings(path)
    assert only.startswith("onnxruntime cannot open it")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert findings(tmp_path / "f.onnx") == ["cannot be read: No such file or directory"]
