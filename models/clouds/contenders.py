"""The detectors that are compared: what each fits to training tiles, and how it then scores pictures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from torch import nn

from models.clouds.autoencoder import ReconstructionIndex
from models.clouds.baselines import PLAIN, Floats, Principal
from models.clouds.errors import PictureError
from models.clouds.index import CloudIndex
from models.clouds.reconstruction import ReconstructionTraining, split, train_autoencoder
from models.clouds.reconstructions import reconstructed
from models.clouds.scores import outputs
from models.clouds.supervised import fit_classifier
from models.clouds.threshold import clear_threshold
from models.clouds.tiles import Pictures, Tiles

Role = Literal["ours", "faithful", "baseline"]
Score = Callable[[Pictures], Floats]

PROBABLE: Final = 0.5
"""Threshold of a probability."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A detector after fitting: pictures (n, h, w, 3) -> scores (n,), more for cloud, and its threshold.

    Attributes
    ----------
    reconstruct : pictures as the detector reconstructs them; None: it does not.

    """

    score: Score
    threshold: float
    reconstruct: Callable[[Pictures], Pictures] | None = None


@dataclass(frozen=True, slots=True)
class Contender:
    """A detector before fitting.

    Attributes
    ----------
    fit : fits to tiles, by a seed; only a supervised one looks at cloudy tiles.
    groups : into how many groups scenes are put, each left out in turn; None: every scene alone.

    """

    name: str
    role: Role
    fit: Callable[[Tiles, int], Fitted]
    supervised: bool = False
    groups: int | None = None


def _clear(tiles: Tiles) -> Pictures:
    if not tiles.clear.any():
        raise PictureError("there is no clear picture to fit to")
    return tiles.pictures[tiles.clear]


def _fixed(score: Score) -> Callable[[Tiles, int], Fitted]:
    """Return the fit of a detector that has nothing but a threshold."""
    return lambda tiles, _: Fitted(score, clear_threshold(score(_clear(tiles))))


def _module(module: nn.Module) -> Score:
    return lambda pictures: outputs(module, pictures)[:, 0]


def _principal(tiles: Tiles, seed: int) -> Fitted:
    """Fit components to four fifths of the clear pictures; the threshold is from the others."""
    clear = _clear(tiles)
    kept, held = split(len(clear), seed)
    found = Principal.fit(clear[kept])
    return Fitted(found, clear_threshold(found(clear[held])), found.reconstruct)


def _classifier(tiles: Tiles, _: int) -> Fitted:
    return Fitted(_module(fit_classifier(tiles)), PROBABLE)


def _autoencoder(settings: ReconstructionTraining) -> Callable[[Tiles, int], Fitted]:
    def fit(tiles: Tiles, seed: int) -> Fitted:
        clear = _clear(tiles)
        kept, held = split(len(clear), seed)
        network, _ = train_autoencoder(clear[kept], clear[held], settings, seed)
        score = _module(ReconstructionIndex(network))
        return Fitted(
            score, clear_threshold(score(clear[held])), lambda pictures: reconstructed(network, pictures)
        )

    return fit


OURS: Final = "cloud index"
NETWORKS: Final = ("cae", "vgg19")


def contenders(settings: ReconstructionTraining, groups: int) -> tuple[Contender, ...]:
    """Return all detectors.

    Parameters
    ----------
    settings : of both autoencoders; the model in it is replaced.
    groups : of scenes for the autoencoders, which take long to train.

    """
    return (
        Contender(OURS, "ours", _fixed(_module(CloudIndex()))),
        Contender("logistic on slopes", "ours", _classifier, supervised=True),
        *(
            Contender(name, "faithful", _autoencoder(replace(settings, model=name)), groups=groups)
            for name in NETWORKS
        ),
        *(Contender(name, "baseline", _fixed(score)) for name, score in PLAIN.items()),
        Contender("PCA reconstruction", "baseline", _principal),
        Contender("slope within colours", "baseline", _fixed(_module(CloudIndex(shared=False)))),
    )
