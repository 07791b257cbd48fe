"""The training loop: seeds, early stopping, one-cycle Adam and the dense form of window networks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

AUTO: Final = "auto"


@dataclass(frozen=True, slots=True)
class Progress:
    """One finished epoch (counted from 1) of at most `epochs`, with the mean losses."""

    epoch: int
    epochs: int
    loss: float
    validation: float


ProgressCallback = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Report nothing."""


@contextmanager
def seeded(seed: int) -> Iterator[np.random.Generator]:
    """Seed torch inside the block and yield a numpy generator; torch's own state is restored afterwards.

    One thread inside: sums in another order would give other weights.
    """
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield np.random.default_rng(seed)
        finally:
            torch.set_num_threads(threads)


@dataclass(slots=True)
class EarlyStopping:
    """Stops after `patience` epochs that did not improve by more than `min_delta`; keeps the best weights."""

    patience: int
    min_delta: float = 0.0
    best: float = float("inf")
    _waited: int = 0
    _weights: dict[str, Tensor] | None = None

    def update(self, value: float, module: nn.Module) -> bool:
        """Take an epoch's loss; return whether to stop."""
        if value < self.best - self.min_delta:
            self.best, self._waited = value, 0
            self._weights = {k: v.detach().clone() for k, v in module.state_dict().items()}
        else:
            self._waited += 1
        return self._waited >= self.patience

    def restore(self, module: nn.Module) -> None:
        """Give `module` the best weights seen."""
        if self._weights is not None:
            module.load_state_dict(self._weights)


def fit(
    module: nn.Module,
    epoch: Callable[[], float],
    validate: Callable[[], float],
    stopping: EarlyStopping,
    epochs: int,
    *,
    stop_on_training_loss: bool = False,
    progress: ProgressCallback = silent,
) -> int:
    """Run epochs until `stopping` has seen enough; `module` gets the best weights; return the epochs run."""
    done = 0
    for done in range(1, epochs + 1):
        module.train()
        loss = epoch()
        module.eval()
        with torch.no_grad():
            validation = validate()
        progress(Progress(done, epochs, loss, validation))
        if stopping.update(loss if stop_on_training_loss else validation, module):
            break
    stopping.restore(module)
    module.eval()
    return done


@dataclass(frozen=True, slots=True)
class Records:
    """Labelled records.

    Attributes
    ----------
    signals : (n, T, C) float32, engineering units.
    labels : (n, T, outputs) bool.

    """

    signals: NDArray[np.float32]
    labels: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.signals.shape[:2] != self.labels.shape[:2]:
            raise ValueError(f"signals {self.signals.shape} and labels {self.labels.shape} do not match")


class DenseNetwork(Protocol):
    """A window network that can judge every sample of a record at once."""

    def parameters(self) -> Iterator[nn.Parameter]:
        """Return its weights, which say on which device it is."""
        ...

    def dense(self, record: Tensor) -> Tensor:
        """Return (batch, T - W + 1, outputs) log-odds of records (batch, T, C)."""
        ...


@dataclass(frozen=True, slots=True)
class DenseTraining:
    """Settings of `train_dense`; one step sees `batch` crops with `crop` labelled samples each.

    Attributes
    ----------
    device : a torch device; AUTO: a GPU where there is one. Another device rounds in another way.

    """

    epochs: int = 24
    steps: int = 200
    batch: int = 16
    crop: int = 512
    rate: float = 4e-3
    clip: float = 1.0
    patience: int = 5
    device: str = AUTO


class DeviceError(ValueError):
    """A torch device that is not there."""


def device_of(wanted: str) -> torch.device:
    """Return the torch device of a name.

    Raises
    ------
    DeviceError
        If there is none of that name here.

    """
    if wanted == AUTO:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError) as error:
        raise DeviceError(f"device {wanted!r}: {str(error).splitlines()[0]}") from None
    return torch.device(wanted)


def train_dense(
    module: nn.Module,
    network: DenseNetwork,
    window: int,
    training: Callable[[int], Records],
    validation: Records,
    settings: DenseTraining,
    rng: np.random.Generator,
    progress: ProgressCallback = silent,
) -> int:
    """Train by binary cross-entropy on random crops of many records a batch; return the epochs run.

    It runs on the device of the settings; `module` is on the processor again afterwards.

    Parameters
    ----------
    module, network : the same object, as module and as dense network.
    window : W; the first W - 1 samples of a crop have no score.
    training : gives the records of an epoch, counted from 0.

    """
    module.to(device_of(settings.device))
    optimizer = torch.optim.Adam(module.parameters(), settings.rate)
    total = settings.epochs * settings.steps
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=total)
    loss_of = nn.BCEWithLogitsLoss()

    def step(records: Records) -> float:
        signals, labels = _crops(records, window, settings, rng)
        loss = loss_of(network.dense(signals.to(_device(network))), labels.to(_device(network)))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(module.parameters(), settings.clip)
        optimizer.step()
        schedule.step()
        return float(loss.detach())

    numbers = count()

    def epoch() -> float:
        records = training(next(numbers))
        return float(np.mean([step(records) for _ in range(settings.steps)]))

    def validate() -> float:
        logits = torch.from_numpy(dense_logits(network, validation.signals))
        return float(loss_of(logits, torch.from_numpy(validation.labels[:, window - 1 :]).float()))

    done = fit(module, epoch, validate, EarlyStopping(settings.patience), settings.epochs, progress=progress)
    module.to("cpu")
    return done


def _device(network: DenseNetwork) -> torch.device:
    return next(network.parameters()).device


def _crops(
    records: Records, window: int, settings: DenseTraining, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    n, samples = records.signals.shape[:2]
    length = min(settings.crop + window - 1, samples)
    rows = rng.integers(n, size=settings.batch)
    first = rng.integers(samples - length + 1, size=settings.batch)
    at = first[:, None] + np.arange(length)
    signals, labels = records.signals[rows[:, None], at], records.labels[rows[:, None], at[:, window - 1 :]]
    return torch.from_numpy(signals), torch.from_numpy(labels).float()


def dense_scores(network: DenseNetwork, signals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities (n, T - W + 1, outputs) of all records (n, T, C)."""
    return torch.sigmoid(torch.from_numpy(dense_logits(network, signals))).numpy()


def dense_logits(network: DenseNetwork, signals: NDArray[np.float32], batch: int = 8) -> NDArray[np.float32]:
    """Return the log-odds (n, T - W + 1, outputs) of all records, `batch` at a time, without gradients."""
    device = _device(network)
    with torch.no_grad():
        parts = [
            network.dense(torch.from_numpy(signals[i : i + batch]).to(device)).cpu()
            for i in range(0, len(signals), batch)
        ]
    return torch.cat(parts).numpy()
