"""The AtMonSat CNN: predicts the next sample, judges the error by its squared Mahalanobis distance.

Architecture and recipe after the AtMonSat notebooks (window 150): a convolution with 5 filters of length 5,
a dense layer, mean squared error. The exported detector holds all of it and looks at 151 samples: 150 to
predict from and the newest to compare with.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from torch import Tensor, nn

from models.training import EarlyStopping, ProgressCallback, fit, silent

Floats = NDArray[np.float64]
Windows = NDArray[np.float32]

CHANNELS: Final = 18
HISTORY: Final = 150
WINDOW: Final = HISTORY + 1
FILTERS: Final = 5
KERNEL: Final = 5


class Predictor(nn.Module):
    """Conv1D (5 filters, kernel 5, valid) - ReLU - dense: 13,613 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(CHANNELS, FILTERS, KERNEL)
        self.dense = nn.Linear(FILTERS * (HISTORY - KERNEL + 1), CHANNELS)
        for name, values in self.named_parameters():
            # Glorot weights and zero biases are the start of the authors' framework.
            if name.endswith("weight"):
                nn.init.xavier_uniform_(values)
            else:
                nn.init.zeros_(values)

    def forward(self, history: Tensor) -> Tensor:
        """Return the prediction (batch, 18) from `history` (batch, 150, 18)."""
        x = torch.relu(self.convolution(history.transpose(1, 2)))
        prediction: Tensor = self.dense(x.flatten(1))
        return prediction


@dataclass(frozen=True, slots=True)
class ErrorStatistics:
    """Nominal errors.

    Attributes
    ----------
    mean : (18,) of the errors.
    whitening : (18, 18) matrix M with ``M (e - mean)`` of unit covariance.

    """

    mean: Floats
    whitening: Floats

    @classmethod
    def fit(cls, errors: Floats) -> "ErrorStatistics":
        """Fit to `errors` (N, 18), with the covariance divided by N as the authors do."""
        covariance = np.cov(errors, rowvar=False, bias=True)
        factor = np.linalg.cholesky(np.atleast_2d(covariance))
        return cls(np.asarray(errors.mean(axis=0)), np.asarray(np.linalg.inv(factor)))

    def distance(self, errors: Floats) -> Floats:
        """Return ``D = (e - mu)^T S^-1 (e - mu)`` (N,), without a square root, as sum of whitened squares."""
        return np.asarray(np.square((errors - self.mean) @ self.whitening.T).sum(axis=1), np.float64)


class AtmonsatCnn(nn.Module):
    """The exported detector: predictor, error against the newest sample, squared Mahalanobis distance."""

    whitening: Tensor
    shift: Tensor

    def __init__(self, predictor: Predictor, statistics: ErrorStatistics) -> None:
        super().__init__()
        self.predictor = predictor
        shift = -statistics.whitening @ statistics.mean
        self.register_buffer("whitening", torch.tensor(statistics.whitening, dtype=torch.float32))
        self.register_buffer("shift", torch.tensor(shift, dtype=torch.float32))

    def forward(self, window: Tensor) -> Tensor:
        """Return D (batch, 1) of `window` (batch, 151, 18)."""
        error = self.predictor(window[:, :HISTORY]) - window[:, HISTORY]
        whitened = nn.functional.linear(error, self.whitening, self.shift)
        return torch.sum(whitened * whitened, dim=1, keepdim=True)


@dataclass(frozen=True, slots=True)
class PredictorTraining:
    """Settings of `train_predictor`: the authors' but for the batch, which is theirs (32) times eight."""

    epochs: int = 500
    batch: int = 256
    rate: float = 1e-3
    patience: int = 10
    min_delta: float = 0.01


def windows(rows: Windows) -> Windows:
    """Return all windows (T - 150, 151, 18) of the rows of one file (T, 18), as a view."""
    return sliding_window_view(rows, WINDOW, axis=0).swapaxes(1, 2)


def train_predictor(
    days: list[Windows],
    watched: Windows,
    settings: PredictorTraining,
    rng: np.random.Generator,
    progress: ProgressCallback = silent,
) -> tuple[Predictor, int]:
    """Train on the rows of each file in `days`; return the predictor and the epochs run.

    The loss on `watched` is reported and decides nothing; training stops on the training loss.
    """
    views = [windows(day) for day in days]
    index = np.concatenate(
        [np.stack([np.full(len(v), d), np.arange(len(v))], axis=1) for d, v in enumerate(views)]
    )
    predictor = Predictor()
    optimizer = torch.optim.Adam(predictor.parameters(), settings.rate, eps=1e-7)

    def epoch() -> float:
        total = 0.0
        for part in np.array_split(rng.permutation(index), max(1, len(index) // settings.batch)):
            batch = torch.from_numpy(_gather(views, part))
            loss = nn.functional.mse_loss(predictor(batch[:, :HISTORY]), batch[:, HISTORY])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            total += float(loss.detach()) * len(part)
        return total / len(index)

    def validate() -> float:
        return float(np.square(errors(predictor, watched)).mean())

    stopping = EarlyStopping(settings.patience, settings.min_delta)
    done = fit(
        predictor, epoch, validate, stopping, settings.epochs, stop_on_training_loss=True, progress=progress
    )
    return predictor, done


def _gather(views: list[Windows], part: NDArray[np.int64]) -> Windows:
    return np.stack([views[day][at] for day, at in part])


def errors(predictor: Predictor, rows: Windows, batch: int = 512) -> Floats:
    """Return prediction minus truth (T - 150, 18) for the rows of one file (T, 18)."""
    view = windows(rows)
    parts = []
    with torch.no_grad():
        for i in range(0, len(view), batch):
            part = torch.from_numpy(np.ascontiguousarray(view[i : i + batch]))
            parts.append(predictor(part[:, :HISTORY]) - part[:, HISTORY])
    return np.asarray(torch.cat(parts), np.float64)
