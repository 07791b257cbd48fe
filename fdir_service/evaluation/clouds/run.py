"""An evaluation: which detectors, on which tiles, fitted to what."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from fdir_service.evaluation import EvaluationError
from fdir_service.mission.load import shipped
from fdir_service.session import WindowSession
from models.card import Card
from models.clouds.contenders import Contender, Fitted
from models.clouds.leave_out import Scored, degraded, leave_out, trained
from models.clouds.scores import windows
from models.clouds.tiles import Mask, Pictures, Tiles
from models.metadata import read_card

FILE: Final = "cloud index, committed"
COMMITTED: Final = "cloud-index.onnx"
PLAIN_GROUPS: Final = 5
"""Plain pictures are left out a fifth at a time: 80 of a hundred to fit to, 20 to judge."""

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Data:
    """What is judged.

    Attributes
    ----------
    tiles : the clear and the cloudy ones.
    ice : why each scene of ice is one.
    plain : whether these are pictures without scenes.

    """

    tiles: Tiles
    ice: Mapping[str, str]
    plain: bool = False

    @property
    def icy(self) -> Mask:
        """Which tiles are of a scene of ice."""
        return np.isin(self.tiles.scenes, list(self.ice))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What each detector says of the tiles, fitted to other scenes or, if there are some, to `training`."""

    data: Data
    scored: tuple[Scored, ...]
    training: Tiles | None
    seed: int


def evaluate(
    data: Data,
    entries: Sequence[Contender],
    training: Tiles | None,
    seed: int,
    advance: Advance = lambda _: None,
) -> Evaluation:
    """Score every tile with every detector.

    Raises
    ------
    EvaluationError
        If there are no clear or no cloudy tiles, or those to train on have another size.

    """
    tiles = data.tiles
    if not tiles.clear.any() or not tiles.cloudy.any():
        raise EvaluationError("--data: clear and cloudy pictures are wanted, one kind is missing")
    if training is not None and training.pictures.shape[1:] != tiles.pictures.shape[1:]:
        sizes = training.pictures.shape[1], tiles.pictures.shape[1]
        raise EvaluationError(f"--train: pictures of {sizes[0]} pixels a side, --data has {sizes[1]}")
    return Evaluation(data, tuple(_every(data, entries, training, seed, advance)), training, seed)


def _every(
    data: Data, entries: Sequence[Contender], training: Tiles | None, seed: int, advance: Advance
) -> Iterator[Scored]:
    shown = degraded(data.tiles, seed)
    groups = PLAIN_GROUPS if data.plain else None
    for contender in entries:
        if training is None and contender.name != FILE:
            yield leave_out(contender, data.tiles, shown, seed, groups)
        else:
            yield trained(contender, data.tiles if training is None else training, data.tiles, shown, seed)
        advance(1)


def shipped_index() -> Path:
    """Return the committed index of the mission `imager`.

    Raises
    ------
    EvaluationError
        If it is missing.

    """
    for folder in shipped():
        if (path := folder / "imager" / COMMITTED).is_file():
            return path
    raise EvaluationError(f"imager/{COMMITTED}: is not among the shipped missions")


def committed(path: Path, size: int) -> Contender | None:
    """Return the detector of a file with its own threshold.

    None if it is for pictures of another size, or gives a plain score.
    """
    card, _ = read_card(path)
    threshold = card.outputs[0].on
    if card.shape != (size, size, 3) or threshold is None:
        return None
    fitted = Fitted(_scorer(path, card), threshold)
    return Contender(FILE, "ours", lambda _tiles, _seed: fitted)


def _scorer(path: Path, card: Card) -> Callable[[Pictures], np.ndarray]:
    session = WindowSession(path, card.window, card.shape)

    def score(pictures: Pictures) -> np.ndarray:
        parts = [session.run(windows(pictures[i : i + 1]))[:, 0] for i in range(len(pictures))]
        return np.concatenate(parts).astype(np.float64)

    return score
