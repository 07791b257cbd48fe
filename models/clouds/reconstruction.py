"""Training an autoencoder on clear pictures: rectified Adam, the best epoch kept, a log and samples."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from models.clouds.augmentation import Augmentation
from models.clouds.autoencoder import SHRINKS, Autoencoder, Vgg19Autoencoder, autoencoder
from models.clouds.errors import PictureError
from models.clouds.tiles import Pictures
from models.training import EarlyStopping, Progress, ProgressCallback, fit, seeded, silent

CHECKPOINT: Final = "best.pt"
LOG: Final = "log.csv"
SAMPLES: Final = "reconstructions.png"
LEARNING_RATES: Final = {"cae": 5e-3, "vgg19": 2e-3}
"""That small pictures and narrow networks begin with; the deep one stays at grey with more."""
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class ReconstructionTraining:
    """What to train and how.

    Attributes
    ----------
    model : cae or vgg19.
    width : share of the published filters in each layer.
    epochs : at most.
    copies : times that an epoch shows each picture, each time changed anew; few pictures need many.
    learning_rate : at first; None: what suits the model.
    reduction, reduction_patience : factor on the learning rate after so many epochs without a better loss.
    patience : epochs without a better validation loss that end the training.
    weights : file with weights for the encoder of VGG19; None: random.
    augmentation : changes of the training pictures; None: none.
    results : folder for checkpoint, log and samples; None: nothing is written.

    """

    model: str = "cae"
    width: float = 1.0
    epochs: int = 100
    copies: int = 1
    batch: int = 16
    learning_rate: float | None = None
    reduction: float = 0.4
    reduction_patience: int = 2
    patience: int = 5
    weights: Path | None = None
    augmentation: Augmentation | None = field(default_factory=Augmentation)
    results: Path | None = None


def train_autoencoder(
    training: Pictures,
    validation: Pictures,
    settings: ReconstructionTraining,
    seed: int,
    progress: ProgressCallback = silent,
) -> tuple[Autoencoder, int]:
    """Train on clear pictures (n, size, size, 3); return the network of the best epoch and the epochs run.

    Raises
    ------
    PictureError
        If the pictures' sides do not suit the network, or one part is empty.

    """
    _check(training, validation, settings.model)
    with seeded(seed):
        network = autoencoder(settings.model, settings.width)
        if settings.weights is not None:
            _load(network, settings.weights)
        run = _Run(network, _tensor(training), _tensor(validation), settings, seed)
        log = _Log(settings.results, network, progress)
        stopping = EarlyStopping(settings.patience)
        epochs = fit(network, run.epoch, run.validate, stopping, settings.epochs, progress=log)
        if settings.results:
            _write_samples(settings.results / SAMPLES, network, run.validation[:_SHOWN])
    return network, epochs


def _load(network: Autoencoder, weights: Path) -> None:
    if not isinstance(network, Vgg19Autoencoder):
        raise PictureError(f"{weights}: only vgg19 takes weights")
    network.load_encoder(weights)


def _check(training: Pictures, validation: Pictures, model: str) -> None:
    if not len(training) or not len(validation):
        raise PictureError(
            f"{len(training)} training and {len(validation)} validation pictures: both are wanted"
        )
    if any(side % SHRINKS[model] for side in training.shape[1:3]):
        height, width = training.shape[1:3]
        raise PictureError(f"pictures of {height} x {width}: {model} wants multiples of {SHRINKS[model]}")


def _tensor(pictures: Pictures) -> Tensor:
    """Return pictures as (n, 3, size, size), 0..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous() / 255


class _Run:
    """Epochs over the training pictures, in an order and with changes that the seed decides."""

    def __init__(
        self,
        network: nn.Module,
        training: Tensor,
        validation: Tensor,
        settings: ReconstructionTraining,
        seed: int,
    ) -> None:
        self.validation = validation
        self._network, self._training, self._settings = network, training, settings
        self._generator = torch.Generator().manual_seed(seed)
        rate = settings.learning_rate or LEARNING_RATES[settings.model]
        self._optimiser = torch.optim.RAdam(network.parameters(), lr=rate)
        self._plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self._optimiser, factor=settings.reduction, patience=settings.reduction_patience
        )

    def epoch(self) -> float:
        """Train on every picture so often as there are copies; return the mean loss."""
        shown = self._settings.copies * len(self._training)
        order = torch.randperm(shown, generator=self._generator) % len(self._training)
        total = 0.0
        for chosen in torch.split(order, self._settings.batch):
            pictures = self._training[chosen]
            if self._settings.augmentation:
                pictures = self._settings.augmentation(pictures, self._generator)
            self._optimiser.zero_grad()
            loss = functional.mse_loss(self._network(pictures), pictures)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
            total += float(loss.detach()) * len(chosen)
        return total / shown

    def validate(self) -> float:
        """Return the loss on the validation pictures, after which the learning rate may fall."""
        parts = torch.split(self.validation, self._settings.batch)
        loss = sum(float(functional.mse_loss(self._network(p), p)) * len(p) for p in parts)
        self._plateau.step(loss / len(self.validation))
        return loss / len(self.validation)


class _Log:
    """Writes the log, and a checkpoint of each epoch that is the best so far."""

    def __init__(self, folder: Path | None, network: nn.Module, progress: ProgressCallback) -> None:
        self._folder, self._network, self._progress = folder, network, progress
        self._best = float("inf")
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            self._line("w", "epoch", "loss", "validation")

    def __call__(self, done: Progress) -> None:
        self._progress(done)
        if not self._folder:
            return
        self._line("a", done.epoch, done.loss, done.validation)
        if done.validation < self._best:
            self._best = done.validation
            torch.save(self._network.state_dict(), self._folder / CHECKPOINT)

    def _line(self, mode: str, *values: object) -> None:
        if self._folder:
            with (self._folder / LOG).open(mode, encoding="utf-8", newline="") as file:
                csv.writer(file).writerow(values)


def _write_samples(path: Path, network: nn.Module, pictures: Tensor) -> None:
    """Write pictures above their reconstructions."""
    with torch.no_grad():
        both = torch.stack([pictures, network(pictures)])
    rows = (255 * both).round().byte().permute(0, 3, 1, 4, 2)
    height, width = pictures.shape[2:]
    Image.fromarray(np.ascontiguousarray(rows.reshape(2 * height, len(pictures) * width, 3))).save(path)


def split(n: int, seed: int, share: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Return which of n pictures are for training and which, at least one, for validation."""
    order = np.random.default_rng(seed).permutation(n)
    held = max(1, round(share * n))
    return np.sort(order[held:]), np.sort(order[:held])
