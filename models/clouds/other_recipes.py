"""Recipes of what is compared with the index: the autoencoders as published, and a detector with labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from torch import nn

from models.card import Card, Output
from models.clouds.autoencoder import ReconstructionIndex
from models.clouds.contenders import PROBABLE
from models.clouds.errors import PictureError
from models.clouds.figures import areas
from models.clouds.recipe import CLOUD, COMMAND, VERSION, cloud_output
from models.clouds.reconstruction import ReconstructionTraining, split, train_autoencoder
from models.clouds.scores import Floats, outputs, windows
from models.clouds.supervised import fit_classifier
from models.clouds.tiles import Tiles
from models.export import export
from models.training import ProgressCallback, silent

KINDS: Final = {
    "cae": "convolutional autoencoder, RMSE",
    "vgg19": "autoencoder with the encoder of VGG19, RMSE",
    "supervised": "logistic regression on spectral slopes",
}
_PARITY: Final = 16


@dataclass(frozen=True, slots=True)
class Source:
    """What to train on: tiles, the name of their folder, and the words of the command that rebuild a file.

    Attributes
    ----------
    words : of the command line behind model, folder and seed.

    """

    tiles: Tiles
    name: str
    words: str = ""


def train_reconstruction(
    source: Source,
    out: Path,
    seed: int,
    settings: ReconstructionTraining,
    progress: ProgressCallback = silent,
) -> Card:
    """Train an autoencoder on four fifths of the clear pictures; the threshold is from the others.

    Raises
    ------
    PictureError
        Without enough clear pictures, or with weights that do not fit.
    ParityError
        If the file does not reproduce the network.

    """
    tiles = source.tiles
    clear = tiles.pictures[tiles.clear]
    if len(clear) < 2:
        raise PictureError(f"{source.name}: has {len(clear)} clear pictures, at least 2 are wanted")
    kept, held = split(len(clear), seed)
    network, epochs = train_autoencoder(clear[kept], clear[held], settings, seed, progress)
    index = ReconstructionIndex(network)
    scores = outputs(index, clear[held])[:, 0]
    metrics = {"epochs": float(epochs), "width": settings.width, "rmse.clear": round(float(scores.mean()), 4)}
    output = cloud_output(scores)
    return _write(index, settings.model, source, out, seed, output, metrics | _cloudy(index, tiles, scores))


def _cloudy(index: nn.Module, tiles: Tiles, clear: Floats) -> dict[str, float]:
    """Return how far the cloudy pictures are from clear ones that were not trained on."""
    if not tiles.cloudy.any():
        return {}
    cloudy = outputs(index, tiles.pictures[tiles.cloudy])[:, 0]
    truth = np.repeat([False, True], [len(clear), len(cloudy)])
    both = areas(truth, np.concatenate([clear, cloudy]))
    return {"rmse.cloudy": round(float(cloudy.mean()), 4)} | ({"auc_roc": round(both[0], 4)} if both else {})


def train_supervised(source: Source, out: Path, seed: int) -> Card:
    """Fit a classifier to clear and cloudy pictures; nothing is random.

    Raises
    ------
    PictureError
        Unless there are pictures of both kinds.

    """
    tiles = source.tiles
    output = Output(name=CLOUD, on=PROBABLE, off=PROBABLE)
    metrics = {"clear": float(tiles.clear.sum()), "cloudy": float(tiles.cloudy.sum())}
    return _write(fit_classifier(tiles), "supervised", source, out, seed, output, metrics)


def _write(
    module: nn.Module,
    model: str,
    source: Source,
    out: Path,
    seed: int,
    output: Output,
    metrics: dict[str, float],
) -> Card:
    tiles = source.tiles
    command = COMMAND.format(model=model, name=source.name, seed=seed)
    card = Card(
        kind=KINDS[model],
        channels=(),
        shape=tiles.pictures.shape[1:],
        period=None,
        window=1,
        outputs=(output,),
        data={source.name: tiles.digest},
        command=f"{command} {source.words}".strip(),
        seed=seed,
        metrics=metrics,
        version=VERSION,
    )
    export(module, card, out, windows(tiles.pictures[:_PARITY]))
    return card
