from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.training import (
    AUTO,
    DenseTraining,
    DeviceError,
    EarlyStopping,
    Progress,
    Records,
    dense_logits,
    dense_scores,
    device_of,
    fit,
    seeded,
    train_dense,
)

WINDOW = 4


class Sum(nn.Module):
    """Log-odds from a convolution over four samples of two channels."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv1d(2, 1, WINDOW)

    def dense(self, record: Tensor) -> Tensor:
        found: Tensor = self.layer(record.transpose(1, 2)).transpose(1, 2)
        return found


def records(seed: int, n: int = 5) -> Records:
    """Return noise whose label says whether the newest reading of channel 0 is positive."""
    signals = np.random.default_rng(seed).standard_normal((n, 60, 2)).astype(np.float32)
    return Records(signals, signals[..., :1] > 0)


def trained(seed: int, progress: list[Progress], epochs: int = 12) -> Sum:
    settings = DenseTraining(epochs=epochs, steps=10, batch=4, crop=20, rate=0.1)
    with seeded(seed) as rng:
        module = Sum()
        train_dense(module, module, WINDOW, lambda _: records(1), records(2), settings, rng, progress.append)
    return module


def test_training_learns_and_reports_every_epoch() -> None:
    progress: list[Progress] = []
    module = trained(0, progress)
    test = records(3)
    judged = dense_logits(module, test.signals, batch=2) > 0
    assert (judged == test.labels[:, WINDOW - 1 :]).mean() > 0.9
    assert [p.epoch for p in progress] == list(range(1, len(progress) + 1))
    assert progress[-1].validation < 0.5 * progress[0].validation
    assert all(p.epochs == 12 for p in progress)


def test_equal_seeds_give_equal_weights_and_leave_the_global_generator_alone() -> None:
    torch.manual_seed(9)
    expected = torch.rand(3)
    torch.manual_seed(9)
    a, b, c = (trained(seed, [], epochs=1).layer.weight for seed in (0, 0, 1))
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def test_crops_longer_than_the_records_are_the_records() -> None:
    settings = DenseTraining(epochs=1, steps=1, batch=2, crop=1000)
    with seeded(0) as rng:
        module = Sum()
        assert train_dense(module, module, WINDOW, lambda _: records(1), records(2), settings, rng) == 1


def test_scores_are_probabilities_of_the_log_odds() -> None:
    module, signals = Sum(), records(1).signals
    expected = 1 / (1 + np.exp(-dense_logits(module, signals)))
    np.testing.assert_allclose(dense_scores(module, signals), expected, rtol=1e-6)


def test_signals_and_labels_must_match() -> None:
    with pytest.raises(ValueError, match="do not match"):
        Records(np.zeros((2, 5, 3), np.float32), np.zeros((2, 4, 1), np.bool_))


class Scripted:
    """A module whose weight counts the epochs, with given losses."""

    def __init__(self, training: list[float], validation: list[float]) -> None:
        self.module = nn.Linear(1, 1, bias=False)
        self._training, self._validation = iter(training), iter(validation)

    def epoch(self) -> float:
        with torch.no_grad():
            self.module.weight += 1
        return next(self._training)

    def validate(self) -> float:
        return next(self._validation)

    def run(self, stopping: EarlyStopping, *, on_training: bool = False) -> tuple[int, float]:
        with torch.no_grad():
            self.module.weight.zero_()
        done = fit(self.module, self.epoch, self.validate, stopping, 5, stop_on_training_loss=on_training)
        return done, self.module.weight.item()


def test_training_stops_when_validation_does_not_improve_and_keeps_the_best_weights() -> None:
    script = Scripted([5, 4, 3, 2, 1], [3.0, 2.0, 2.5, 2.4, 0.0])
    assert script.run(EarlyStopping(patience=2)) == (4, 2.0)


def test_training_may_stop_on_the_training_loss() -> None:
    script = Scripted([3.0, 2.99, 2.98, 0, 0], [5, 4, 3, 2, 1])
    assert script.run(EarlyStopping(patience=2, min_delta=0.05), on_training=True) == (3, 1.0)


def test_training_without_an_early_stop_runs_all_epochs() -> None:
    assert Scripted([5, 4, 3, 2, 1], [5, 4, 3, 2, 1]).run(EarlyStopping(patience=2)) == (5, 5.0)


def test_weights_stay_when_no_epoch_was_any_good() -> None:
    script = Scripted([np.nan] * 5, [np.nan] * 5)
    assert script.run(EarlyStopping(patience=2)) == (2, 2.0)


def test_a_device_is_taken_as_it_is_named_and_a_gpu_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert device_of("cpu") == torch.device("cpu")
    for is_there, kind in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda is_there=is_there: is_there)
        assert device_of(AUTO).type == kind


@pytest.mark.parametrize("name", ["nowhere", "cuda:4711"])
def test_a_device_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(DeviceError, match=f"device '{name}':"):
        device_of(name)


def test_training_moves_to_its_device_and_back() -> None:
    moved: list[str] = []

    class Moved(Sum):
        def to(self, device: torch.device | str) -> "Moved":
            moved.append(str(device))
            return super().to(device)

    settings = DenseTraining(epochs=1, steps=1, batch=2, crop=8, device="cpu")
    with seeded(0) as rng:
        module = Moved()
        train_dense(module, module, WINDOW, lambda _: records(1), records(2), settings, rng)
    assert moved == ["cpu", "cpu"]
    with seeded(0) as rng, pytest.raises(DeviceError):
        train_dense(
            module, module, WINDOW, lambda _: records(1), records(2), replace(settings, device="no"), rng
        )
