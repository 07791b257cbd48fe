"""Training of the AtMonSat networks as by the authors: squared error, stopped by the training loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.atmonsat.network import CHANNELS, ErrorNetwork, Windows, errors
from models.training import EarlyStopping, ProgressCallback, fit, silent

Starts = NDArray[np.int64]


class DivergedError(RuntimeError):
    """A training whose loss is no longer a number."""


@dataclass(frozen=True, slots=True)
class NetworkTraining:
    """Settings of `train_network`: the authors'; windows for training are `stride` samples apart."""

    epochs: int = 500
    batch: int = 32
    rate: float = 1e-3
    patience: int = 10
    min_delta: float = 0.01
    stride: int = 1


def train_network(
    build: Callable[[], ErrorNetwork],
    days: Sequence[Windows],
    watched: Windows | None,
    settings: NetworkTraining,
    rng: np.random.Generator,
    progress: ProgressCallback = silent,
) -> tuple[ErrorNetwork, int]:
    """Train on all windows of the rows (T, 18) of each file in `days`; return the network and the epochs run.

    The loss on `watched`, where there is one, is reported and decides nothing: the training loss does.

    Raises
    ------
    DivergedError
        If the loss is no longer finite, as with unlucky starts of ReLU in a recurrent layer.

    """
    network = build()
    view, starts = _windows(days, network.history + 1, settings.stride)
    # The fused form does the update of all weights in one call; the steps are too short for several.
    optimizer = torch.optim.Adam(network.parameters(), settings.rate, eps=1e-7, fused=True)

    def epoch() -> float:
        total = 0.0
        order = torch.from_numpy(rng.permutation(starts))
        for part in order.tensor_split(max(1, len(order) // settings.batch)):
            error = network.errors(view[part].view(len(part), -1, CHANNELS))
            loss = torch.mean(error * error)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            total += float(loss.detach()) * len(part)
        if not np.isfinite(total):
            raise DivergedError(f"{type(network).__name__}: the training loss is {total}: take another seed")
        return total / len(order)

    def validate() -> float:
        return (
            float("nan")
            if watched is None
            else float(np.square(errors(network, watched, settings.stride)).mean())
        )

    stopping = EarlyStopping(settings.patience, settings.min_delta)
    done = fit(
        network, epoch, validate, stopping, settings.epochs, stop_on_training_loss=True, progress=progress
    )
    return network, done


def _windows(days: Sequence[Windows], window: int, stride: int) -> tuple[Tensor, Starts]:
    """Return flat windows (n, window * 18) over all files at once, as a view, and those within one file."""
    rows = torch.from_numpy(np.concatenate(days))
    view = rows.as_strided((len(rows) - window + 1, window * CHANNELS), (CHANNELS, 1))
    ends = np.cumsum([len(day) for day in days])
    starts = [
        np.arange(end - len(day), end - window + 1, stride) for day, end in zip(days, ends, strict=True)
    ]
    return view, np.concatenate(starts)
