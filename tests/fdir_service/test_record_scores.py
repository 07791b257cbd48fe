from pathlib import Path

import numpy as np
import pytest

from fdir_service.record_scores import score_records
from fdir_service.session import WindowSession
from models.card import INPUT_NAME
from tests.fdir_service.builders import card
from tests.fdir_service.streaming.networks import Network

STUCK = Path(__file__).parents[2] / "configs" / "hopper" / "stuck-cnn.onnx"


def records(n: int, samples: int, channels: int) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((n, samples, channels)) * 1e-3


def test_every_record_is_scored_from_its_first_full_window_on():
    found = score_records(STUCK, records(2, 700, 6))
    assert found.scores.shape == (2, 700, 2)
    assert np.isnan(found.scores[:, :179]).all()
    assert np.isfinite(found.full).all()
    assert found.full.shape == (2, 521, 2)


def test_the_scores_are_those_of_single_windows_whatever_came_before():
    signals = records(2, 200, 6)
    windows = WindowSession(STUCK, 180, (6,))
    found = score_records(STUCK, signals)
    for row in range(2):
        expected = windows.slide(signals[row].astype(np.float32))
        np.testing.assert_allclose(found.full[row], expected, atol=1e-5)


def test_scores_are_taken_by_the_names_of_the_outputs():
    found = score_records(STUCK, records(1, 190, 6))
    np.testing.assert_array_equal(found.of("imu", "acc"), found.scores[..., ::-1])
    with pytest.raises(KeyError):
        found.of("nobody")


def test_a_model_without_a_streaming_form_is_run_on_windows(tmp_path: Path):
    n = Network(6, 2)
    file = tmp_path / "padded.onnx"
    file.write_bytes(
        n.model(n("Flatten", n("GlobalMaxPool", n.conv(n.turned(), 2, 2, 3, pads=[1, 1]))), 2, card(6))
    )
    found = score_records(file, records(1, 20, 2))
    assert found.scores.shape == (1, 20, 2)
    assert np.isfinite(found.full).all()


def test_a_model_of_single_windows_is_run_on_single_windows(tmp_path: Path):
    n = Network(6, 2)
    most = n("ReduceMax", n("Flatten", INPUT_NAME), np.array([1]))
    file = tmp_path / "mixed.onnx"
    file.write_bytes(n.model(n("CumSum", most, np.array(0)), 1, card(6, outputs=("x",))))
    signals = records(1, 9, 2)
    found = score_records(file, signals)
    expected = [signals[0, k : k + 6].astype(np.float32).max() for k in range(4)]
    np.testing.assert_array_equal(found.full[0, :, 0], expected)
