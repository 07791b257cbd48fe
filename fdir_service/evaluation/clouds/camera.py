"""Pictures of another camera, with what was said of them on board: the index out of its domain."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.clouds.errors import PictureError
from models.clouds.tiles import Pictures, read_picture

TABLE: Final = "images.csv"
GROUPINGS: Final = ("label", "cloud_coarse")
TILE: Final = 64


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, what was said of it, and the scores of its tiles (n,)."""

    image: str
    said: dict[str, str]
    scores: NDArray[np.float64]


def read_shots(folder: Path, score: Callable[[Pictures], NDArray[np.float64]]) -> list[Shot]:
    """Score every picture that the folder's table names, cut into whole tiles.

    Raises
    ------
    PictureError
        If table or pictures are not as promised.

    """
    path = folder / TABLE
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise PictureError(f"{path}: cannot be read: {error.strerror}") from None
    reader = csv.DictReader(lines)
    if missing := [key for key in ("image", *GROUPINGS) if key not in (reader.fieldnames or ())]:
        raise PictureError(f"{path}: has no column {missing[0]}")
    return [_shot(folder, row, score) for row in reader]


def _shot(folder: Path, row: dict[str, str], score: Callable[[Pictures], NDArray[np.float64]]) -> Shot:
    picture = read_picture(folder / "images" / row["image"])
    return Shot(row["image"], {key: row[key] for key in GROUPINGS}, score(cut(picture)))


def cut(picture: Pictures, tile: int = TILE) -> Pictures:
    """Return the whole tiles of a picture (height, width, 3), row by row; what is left over is left out."""
    down, across = picture.shape[0] // tile, picture.shape[1] // tile
    whole = picture[: down * tile, : across * tile].reshape(down, tile, across, tile, 3)
    return whole.swapaxes(1, 2).reshape(-1, tile, tile, 3)


def summarise(shots: Sequence[Shot], threshold: float) -> list[dict[str, Any]]:
    """Return the index by what was said: pictures, mean index, and share of tiles at the threshold."""
    return [row for key in GROUPINGS for row in _by(shots, key, threshold)]


def _by(shots: Sequence[Shot], key: str, threshold: float) -> Iterator[dict[str, Any]]:
    for value in sorted({shot.said[key] for shot in shots} - {""}):
        own = [shot.scores for shot in shots if shot.said[key] == value]
        means = np.array([scores.mean() for scores in own])
        yield {
            "by": key,
            "value": value,
            "pictures": len(own),
            "index": {"least": means.min(), "mean": means.mean(), "largest": means.max()},
            "cover": float(np.mean([np.mean(scores >= threshold) for scores in own])),
        }
