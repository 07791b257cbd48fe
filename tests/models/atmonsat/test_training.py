import numpy as np
import pytest
import torch

from models.atmonsat.cnn import Cnn
from models.atmonsat.training import DivergedError, NetworkTraining, train_network
from models.training import Progress, seeded


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """Return counters and temperatures (400, 18) as float32."""
    rng = np.random.default_rng(0)
    parts = [rng.integers(0, 200, (400, 9)), rng.integers(35, 45, (400, 9))]
    return np.concatenate(parts, axis=1).astype(np.float32)


def test_training_predicts_better_and_stops_on_the_training_loss(samples: np.ndarray) -> None:
    progress: list[Progress] = []
    settings = NetworkTraining(epochs=30, batch=64, rate=3e-3, patience=2, min_delta=1e9)
    with seeded(0) as rng:
        _, epochs = train_network(
            Cnn, [samples, samples[:200]], samples[:160], settings, rng, progress.append
        )
    assert epochs == len(progress) == 3
    settings = NetworkTraining(epochs=10, batch=64, rate=3e-3)
    with seeded(0) as rng:
        trained, _ = train_network(Cnn, [samples], samples[:160], settings, rng, progress.append)
    assert progress[-1].loss < 0.7 * progress[3].loss
    assert not trained.training


def test_training_leaves_out_the_watched_day(samples: np.ndarray) -> None:
    weights = []
    for watched in (samples[:160], samples[100:300] * 2, None):
        with seeded(0) as rng:
            trained, _ = train_network(Cnn, [samples], watched, NetworkTraining(epochs=2), rng)
        weights.append(next(trained.parameters()))
    assert torch.equal(weights[0], weights[1])
    assert torch.equal(weights[0], weights[2])


def test_no_window_reaches_from_one_file_into_the_next(samples: np.ndarray) -> None:
    losses = []
    for days in ([samples[:155], samples[200:360]], [samples[200:360], samples[:155]]):
        progress: list[Progress] = []
        with seeded(0) as rng:
            settings = NetworkTraining(epochs=1, batch=1000, rate=0.0)
            train_network(Cnn, days, None, settings, rng, progress.append)
        losses.append(progress[0].loss)
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_windows_may_be_some_samples_apart(samples: np.ndarray) -> None:
    seen: list[int] = []

    class Counting(Cnn):
        def errors(self, window: torch.Tensor) -> torch.Tensor:
            seen.append(len(window))
            return super().errors(window)

    with seeded(0) as rng:
        settings = NetworkTraining(epochs=1, batch=1000, stride=10)
        train_network(Counting, [samples, samples[:171]], None, settings, rng)
    assert seen == [25 + 3]


def test_a_training_that_diverges_is_given_up(samples: np.ndarray) -> None:
    with seeded(0) as rng, pytest.raises(DivergedError, match="Cnn: the training loss is"):
        train_network(Cnn, [samples * np.float32(1e30)], None, NetworkTraining(epochs=1), rng)
