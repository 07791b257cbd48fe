from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.card import Card, Output
from models.export import export
from models.features import ALL_FEATURES, PAPER_FEATURES, FeatureConstants
from models.recipes import STUCK_CHANNELS
from models.stuck_cnn import WINDOW, StuckCnn, left_of
from models.training import dense_scores, seeded


@pytest.fixture(scope="module")
def record() -> np.ndarray:
    """Return noise with frozen and huge readings (1, 420, 6)."""
    signal = np.random.default_rng(0).standard_normal((420, 6)) * 1e-3
    signal[220:300, :3] = signal[219, :3]
    signal[330:400, 4] = 3e5
    return signal[None].astype(np.float32)


@pytest.fixture(scope="module", params=[ALL_FEATURES, PAPER_FEATURES], ids=["all", "paper"])
def network(request: pytest.FixtureRequest, record: np.ndarray) -> StuckCnn:
    with seeded(5):
        return StuckCnn(FeatureConstants.fit(record), request.param).eval()


def windows_of(record: np.ndarray) -> np.ndarray:
    view = np.lib.stride_tricks.sliding_window_view(record, WINDOW, axis=0).swapaxes(1, 2)
    return np.ascontiguousarray(view)


def test_the_dense_form_is_the_window_form(network: StuckCnn, record: np.ndarray) -> None:
    with torch.no_grad():
        windows = network(torch.from_numpy(windows_of(record[0]))).numpy()
    dense = dense_scores(network, record)[0]
    assert dense.shape == windows.shape == (420 - WINDOW + 1, 2)
    assert np.abs(dense - windows).max() < 1e-5
    assert np.ptp(windows) > 1e-3


def test_in_float64_both_forms_agree_to_rounding(record: np.ndarray) -> None:
    with seeded(5):
        network = StuckCnn(FeatureConstants.fit(record)).double().eval()
    x = torch.from_numpy(record).double()
    with torch.no_grad():
        difference = network.dense(x)[0] - network.logits(torch.from_numpy(windows_of(record[0])).double())
    assert difference.abs().max() < 1e-12


def influence(network: StuckCnn, record: np.ndarray) -> np.ndarray:
    """Return how strongly each sample of a window moves the scores (180,)."""
    window = torch.from_numpy(record[:, :WINDOW].copy()).requires_grad_()
    network.logits(window).sum().backward()
    assert window.grad is not None
    return window.grad[0].abs().amax(dim=1).numpy()


def test_the_newest_sample_of_the_window_counts(network: StuckCnn, record: np.ndarray) -> None:
    assert influence(network, record)[-1] > 0


def test_the_oldest_sample_of_the_window_counts_by_the_longest_lag(record: np.ndarray) -> None:
    with seeded(5):
        assert influence(StuckCnn(FeatureConstants.fit(record)), record)[0] > 0


def test_the_exported_graph_is_plain_and_unpadded(
    network: StuckCnn, record: np.ndarray, tmp_path: Path
) -> None:
    card = Card(
        kind="stuck-value CNN",
        channels=STUCK_CHANNELS,
        shape=(6,),
        period=0.1,
        window=WINDOW,
        outputs=(Output(name="acc", on=0.5, off=0.5), Output(name="imu", on=0.5, off=0.5)),
        data={},
        command="",
        seed=0,
        version="0",
    )
    path = tmp_path / "f.onnx"
    export(network, card, path, windows_of(record[0])[::5])
    nodes = onnx.load(path).graph.node
    kinds = [node.op_type for node in nodes]
    assert kinds.count("Conv") == 5
    assert kinds.count("MaxPool") == 3
    assert kinds.count("Gemm") == 2
    pads = [a.ints for node in nodes for a in node.attribute if a.name == "pads"]
    assert not any(any(pad) for pad in pads)


@pytest.mark.parametrize("window", [52, 60, 188, 300])
def test_a_network_of_any_whole_window_has_equal_forms_and_uses_all_of_it(
    record: np.ndarray, window: int
) -> None:
    with seeded(5):
        network = StuckCnn(FeatureConstants.fit(record), PAPER_FEATURES, window).eval()
    windows = np.lib.stride_tricks.sliding_window_view(record[0], window, axis=0).swapaxes(1, 2)
    with torch.no_grad():
        expected = network(torch.from_numpy(np.ascontiguousarray(windows))).numpy()
    assert np.abs(dense_scores(network, record)[0] - expected).max() < 1e-5
    assert network.window == window


@given(st.integers(0, 400))
def test_windows_that_a_pooling_would_cut_are_refused(window: int) -> None:
    if window >= 52 and (window - 52) % 8 == 0:
        assert left_of(window) == (window - 44) // 8
        return
    with pytest.raises(ValueError, match=f"window {window}:"):
        left_of(window)
