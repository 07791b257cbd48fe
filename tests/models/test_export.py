from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from models.card import METADATA_KEY, Card
from models.check import findings
from models.export import ParityError, attach_card, check_parity, export
from models.metadata import read_card


class Mean(nn.Module):
    """Sigmoid of two of the channels' means."""

    def forward(self, window: Tensor) -> Tensor:
        return torch.sigmoid(window.mean(dim=1)[:, :2])


class Batchy(nn.Module):
    """Scores that depend on the rest of the batch."""

    def forward(self, window: Tensor) -> Tensor:
        means = window.mean(dim=1)[:, :2]
        return means - means.mean(dim=0)


@pytest.fixture
def windows() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((70, 5, 3)).astype(np.float32)


def test_an_exported_file_is_a_good_detector_with_its_card(
    tmp_path: Path, card: Card, windows: np.ndarray
) -> None:
    path = tmp_path / "deep" / "mean.onnx"
    parity = export(Mean(), card, path, windows)
    assert parity.torch < 1e-6
    assert parity.batch < 1e-6
    assert findings(path) == []
    assert read_card(path)[0] == card
    assert [p.name for p in path.parent.iterdir()] == ["mean.onnx"]


def test_equal_weights_give_equal_bytes(tmp_path: Path, card: Card, windows: np.ndarray) -> None:
    for name in ("a", "b"):
        export(Mean(), card, tmp_path / name, windows)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_another_card_leaves_the_graph_alone(tmp_path: Path, card: Card, windows: np.ndarray) -> None:
    path = tmp_path / "mean.onnx"
    export(Mean(), card, path, windows)
    graph = onnx.load(path).graph
    newer = card.model_copy(update={"version": "2"})
    attach_card(path, newer)
    assert read_card(path)[0] == newer
    assert onnx.load(path).graph == graph
    assert [p.key for p in onnx.load(path).metadata_props] == [METADATA_KEY]


def test_windows_that_do_not_fit_the_card_are_refused(tmp_path: Path, card: Card) -> None:
    with pytest.raises(ValueError, match=r"windows of shape \(4, 3\), the card says \(5, 3\)"):
        export(Mean(), card, tmp_path / "f", np.zeros((2, 4, 3), np.float32))


def test_a_file_of_other_weights_is_refused_with_the_numbers(
    tmp_path: Path, card: Card, windows: np.ndarray
) -> None:
    path = tmp_path / "mean.onnx"
    export(Mean(), card, path, windows)
    with pytest.raises(ParityError, match=r"differs from torch by 0\.\d+ and batch 1 from batch 64 by"):
        check_parity(nn.Sequential(Mean(), nn.Hardsigmoid()), path, windows)


def test_scores_that_depend_on_the_batch_are_refused(tmp_path: Path, card: Card, windows: np.ndarray) -> None:
    with pytest.raises(ParityError):
        export(Batchy(), card, tmp_path / "f", windows)


def test_scores_that_are_not_numbers_are_refused(tmp_path: Path, card: Card, windows: np.ndarray) -> None:
    with pytest.raises(ParityError, match="nan"):
        export(nn.Sequential(Mean(), LogOfNegative()), card, tmp_path / "f", windows)


class LogOfNegative(nn.Module):
    """Scores that are never a number."""

    def forward(self, scores: Tensor) -> Tensor:
        return torch.log(scores - 2.0)
