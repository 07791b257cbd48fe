"""The recipe of the cloud index, end to end: clear tiles in, one ONNX file with its card out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from models.card import Card, Output
from models.clouds.errors import PictureError
from models.clouds.figures import areas, confusion
from models.clouds.index import CloudIndex, FrameIndex
from models.clouds.scores import outputs, windows
from models.clouds.threshold import OFF_SHARE, clear_threshold
from models.clouds.tiles import Mask, Pictures, Tiles
from models.export import export

COMMAND: Final = "fdir train clouds --model {model} --data {name} --seed {seed}"
KIND: Final = "spectral slope between colours"
CLOUD: Final = "cloud"
COVER: Final = "cover"
COVER_ON, COVER_OFF = 0.5, 0.4
"""Shares of a frame's tiles; half a tile is also what makes a tile cloudy."""
VERSION: Final = "1"
_PARITY_FRAMES: Final = 4


def train_index(tiles: Tiles, name: str, out: Path, seed: int, frame: int | None = None) -> Card:
    """Choose the threshold on the clear tiles of a data set called `name`, and write `out`.

    No weight is fitted and no cloudy tile is looked at, except for the figures of the card.

    Parameters
    ----------
    seed : for the card; nothing is random.
    frame : pixels of a side of the frames to be scored, which are cut into tiles; None: single tiles.

    Raises
    ------
    PictureError
        Without a clear tile, or if a frame is not made of whole tiles.
    ParityError
        If the file does not reproduce the index.

    """
    size = tiles.pictures.shape[1]
    if not tiles.clear.any():
        raise PictureError(f"{name}: has no clear tile to choose a threshold on")
    if frame is not None and (frame < size or frame % size):
        raise PictureError(f"--frame {frame}: must be a multiple of {size}, the tiles' size")
    index = CloudIndex()
    scores = outputs(index, tiles.pictures)[:, 0]
    clear = scores[tiles.clear]
    output = cloud_output(clear)
    side = frame or size
    module: nn.Module = FrameIndex(index, size, clear_threshold(clear)) if frame else index
    card = Card(
        kind=KIND,
        channels=(),
        shape=(side, side, 3),
        period=None,
        window=1,
        outputs=(output, Output(name=COVER, on=COVER_ON, off=COVER_OFF)) if frame else (output,),
        data={name: tiles.digest},
        command=COMMAND.format(model="index", name=name, seed=seed) + (f" --frame {frame}" if frame else ""),
        seed=seed,
        metrics=_metrics(tiles, scores),
        version=VERSION,
    )
    export(module, card, out, windows(_frames(tiles.pictures, side // size) if frame else tiles.pictures))
    return card


def cloud_output(clear: NDArray[np.float64]) -> Output:
    """Return the output with thresholds from scores (n,) of clear pictures."""
    return Output(name=CLOUD, on=clear_threshold(clear), off=clear_threshold(clear, OFF_SHARE))


def _frames(pictures: Pictures, across: int) -> Pictures:
    """Return a few frames of `across` x `across` tiles each, in the order of the tiles."""
    each = across * across
    chosen = np.resize(np.arange(len(pictures)), (_PARITY_FRAMES, across, across))
    rows = pictures[chosen].transpose(0, 1, 3, 2, 4, 5)
    side = across * pictures.shape[1]
    return rows.reshape(_PARITY_FRAMES, side, side, 3) if each > 1 else pictures[:_PARITY_FRAMES]


def leave_one_out(scores: NDArray[np.float64], scenes: NDArray[np.str_], clear: Mask) -> NDArray[np.float64]:
    """Return the threshold (n,) of each tile: from the clear tiles of all other scenes."""
    found = np.full(len(scores), np.nan)
    for scene in _names(scenes):
        others = clear & (scenes != scene)
        if others.any():
            found[scenes == scene] = clear_threshold(scores[others])
    return found


def _names(scenes: NDArray[np.str_]) -> Iterable[str]:
    return dict.fromkeys(scenes.tolist())


def _metrics(tiles: Tiles, scores: NDArray[np.float64]) -> dict[str, float]:
    """Return how it does on scenes whose clear tiles the threshold has not seen."""
    judged = tiles.clear | tiles.cloudy
    levels = leave_one_out(scores, tiles.scenes, tiles.clear)
    counts = confusion(tiles.cloudy[judged], (scores >= levels)[judged])
    found = {
        "clear": int(tiles.clear.sum()),
        "cloudy": int(tiles.cloudy.sum()),
        "scenes": len(set(tiles.scenes[judged].tolist())),
        "leave_one_out.f1": counts.f1,
    }
    both = areas(tiles.cloudy[judged], scores[judged])
    found |= dict(zip(("auc_roc", "auc_pr"), both or (None, None), strict=True))
    return {key: round(value, 4) for key, value in found.items() if value is not None}
