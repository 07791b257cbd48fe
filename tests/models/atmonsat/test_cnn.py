from pathlib import Path

import numpy as np
import pytest
import torch

from models.atmonsat.cnn import (
    CHANNELS,
    HISTORY,
    WINDOW,
    AtmonsatCnn,
    ErrorStatistics,
    Predictor,
    PredictorTraining,
    errors,
    train_predictor,
    windows,
)
from models.training import Progress, seeded


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """Return counters and temperatures (400, 18) as float32."""
    rng = np.random.default_rng(0)
    return np.concatenate([rng.integers(0, 200, (400, 9)), rng.integers(35, 45, (400, 9))], axis=1).astype(
        np.float32
    )


@pytest.fixture
def predictor() -> Predictor:
    with seeded(1):
        return Predictor().eval()


def test_the_predictor_has_the_parameters_of_the_original(predictor: Predictor) -> None:
    assert sum(p.numel() for p in predictor.parameters()) == 13_613
    assert predictor(torch.zeros(2, HISTORY, CHANNELS)).shape == (2, CHANNELS)


def test_windows_end_at_every_sample_with_a_full_history(samples: np.ndarray) -> None:
    view = windows(samples)
    assert view.shape == (250, WINDOW, CHANNELS)
    assert (view[7] == samples[7 : 7 + WINDOW]).all()


def test_errors_are_prediction_minus_the_next_sample(predictor: Predictor, samples: np.ndarray) -> None:
    found = errors(predictor, samples, batch=100)
    assert found.shape == (250, CHANNELS)
    with torch.no_grad():
        first = predictor(torch.from_numpy(samples[None, :HISTORY])).numpy()[0] - samples[HISTORY]
    np.testing.assert_allclose(found[0], first, rtol=1e-4, atol=1e-4)


def test_the_distance_is_the_squared_mahalanobis_distance() -> None:
    rng = np.random.default_rng(1)
    spread = rng.standard_normal((500, CHANNELS)) @ rng.standard_normal((CHANNELS, CHANNELS)) + 3.0
    statistics = ErrorStatistics.fit(spread)
    centred = spread - spread.mean(axis=0)
    inverse = np.linalg.inv(centred.T @ centred / len(spread))
    expected = np.einsum("ni,ij,nj->n", centred, inverse, centred)
    np.testing.assert_allclose(statistics.distance(spread), expected, rtol=1e-6)
    assert statistics.distance(spread).mean() == pytest.approx(CHANNELS)


def test_the_detector_gives_the_distance_of_its_newest_sample(
    predictor: Predictor, samples: np.ndarray
) -> None:
    found = errors(predictor, samples)
    statistics = ErrorStatistics.fit(found)
    detector = AtmonsatCnn(predictor, statistics).eval()
    with torch.no_grad():
        scores = detector(torch.from_numpy(windows(samples).copy())).numpy()
    assert scores.shape == (250, 1)
    np.testing.assert_allclose(scores[:, 0], statistics.distance(found), rtol=1e-3)


def test_training_predicts_better_and_stops_on_the_training_loss(samples: np.ndarray, tmp_path: Path) -> None:
    progress: list[Progress] = []
    settings = PredictorTraining(epochs=30, batch=64, rate=3e-3, patience=2, min_delta=1e9)
    with seeded(0) as rng:
        _, epochs = train_predictor([samples, samples[:200]], samples[:160], settings, rng, progress.append)
    assert epochs == len(progress) == 3
    settings = PredictorTraining(epochs=10, batch=64, rate=3e-3)
    with seeded(0) as rng:
        trained, _ = train_predictor([samples], samples[:160], settings, rng, progress.append)
    assert progress[-1].loss < 0.7 * progress[3].loss
    assert not trained.training


def test_training_leaves_out_the_watched_day(samples: np.ndarray) -> None:
    weights = []
    for watched in (samples[:160], samples[100:300] * 2):
        with seeded(0) as rng:
            trained, _ = train_predictor([samples], watched, PredictorTraining(epochs=2), rng)
        weights.append(trained.dense.weight)
    assert torch.equal(*weights)
