"""Labelled tiles of scenes: ``tiles.csv`` beside a folder ``rgb/`` with one picture for each scene."""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from models.clouds.errors import PictureError

Pictures = NDArray[np.uint8]
"""Pictures (n, height, width, 3), red, green and blue, 0..255."""
Mask = NDArray[np.bool_]

CLEAR: Final = "clear"
CLOUDY: Final = "cloudy"
MIXED: Final = "mixed"
LABELS: Final = (CLEAR, CLOUDY, MIXED)
TABLE: Final = "tiles.csv"
_KEYS: Final = ("scene", "row", "col", "size", "label")


@dataclass(frozen=True, slots=True)
class Tiles:
    """Tiles of one size.

    Attributes
    ----------
    pictures : (n, size, size, 3) uint8.
    scenes, labels : (n,) names; a label is clear, cloudy or mixed.
    places : (n, 2) row and column of the upper left pixel.

    """

    pictures: Pictures
    scenes: NDArray[np.str_]
    labels: NDArray[np.str_]
    places: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pictures)

    @classmethod
    def none(cls, size: int) -> "Tiles":
        """Return no tiles, of a size."""
        return cls(
            np.zeros((0, size, size, 3), np.uint8),
            np.zeros(0, np.str_),
            np.zeros(0, np.str_),
            np.zeros((0, 2), np.int64),
        )

    @property
    def clear(self) -> Mask:
        """Which tiles have no cloud."""
        return np.asarray(self.labels == CLEAR)

    @property
    def cloudy(self) -> Mask:
        """Which tiles are covered."""
        return np.asarray(self.labels == CLOUDY)

    @property
    def judged(self) -> "Tiles":
        """The clear and the cloudy ones; mixed tiles take no part."""
        return self.where(self.labels != MIXED)

    @property
    def digest(self) -> str:
        """SHA-256 of pictures and labels, in hexadecimal digits."""
        found = hashlib.sha256(self.pictures.tobytes())
        found.update("\n".join(self.labels.tolist()).encode())
        return found.hexdigest()

    def where(self, chosen: Mask) -> "Tiles":
        """Return some of the tiles."""
        return Tiles(self.pictures[chosen], self.scenes[chosen], self.labels[chosen], self.places[chosen])


def read_picture(path: Path) -> Pictures:
    """Return a picture file as (height, width, 3).

    Raises
    ------
    PictureError
        If it cannot be read as one.

    """
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB"))
    except UnidentifiedImageError:
        raise PictureError(f"{path}: not a picture") from None
    except OSError as error:
        raise PictureError(f"{path}: cannot be read: {error.strerror or error}") from None


def read_tiles(folder: Path) -> Tiles:
    """Read the tiles that a folder's table names.

    Raises
    ------
    PictureError
        If table or pictures are not as described above.

    """
    path = folder / TABLE
    rows = _rows(path)
    sizes = {row["size"] for row in rows}
    if len(sizes) != 1:
        raise PictureError(f"{path}: size: tiles of one size are wanted, found {sorted(map(str, sizes))}")
    pictures = {name: read_picture(folder / "rgb" / f"{name}.png") for name in _in_order(rows, "scene")}
    return Tiles(
        np.stack(
            [_cut(pictures[str(row["scene"])], row, f"{path}: line {k}") for k, row in enumerate(rows, 2)]
        ),
        np.array([row["scene"] for row in rows]),
        np.array([row["label"] for row in rows]),
        np.array([[row["row"], row["col"]] for row in rows], np.int64),
    )


def _in_order(rows: Iterable[Mapping[str, object]], key: str) -> list[str]:
    return list(dict.fromkeys(str(row[key]) for row in rows))


def _rows(path: Path) -> Sequence[Mapping[str, int | str]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise PictureError(f"{path}: cannot be read: {error.strerror}") from None
    reader = csv.DictReader(text.splitlines())
    if missing := [key for key in _KEYS if key not in (reader.fieldnames or ())]:
        raise PictureError(f"{path}: has no column {missing[0]}")
    rows = [_row(row, f"{path}: line {k}") for k, row in enumerate(reader, 2)]
    if not rows:
        raise PictureError(f"{path}: has no tiles")
    return rows


def _row(row: Mapping[str, str], where: str) -> dict[str, int | str]:
    if row["label"] not in LABELS:
        raise PictureError(f"{where}: label {row['label']!r} is none of {', '.join(LABELS)}")
    found: dict[str, int | str] = {"scene": row["scene"], "label": row["label"]}
    for key in ("row", "col", "size"):
        if not (row[key] or "").isdecimal():
            raise PictureError(f"{where}: {key}: {row[key]!r} is no whole number")
        found[key] = int(row[key])
    return found


def _cut(picture: Pictures, row: Mapping[str, int | str], where: str) -> Pictures:
    y, x, size = int(row["row"]), int(row["col"]), int(row["size"])
    found = picture[y : y + size, x : x + size]
    if found.shape != (size, size, 3) or not size:
        height, width, _ = picture.shape
        raise PictureError(f"{where}: row {y}, col {x}, size {size} is not inside {height} x {width} pixels")
    return found
