"""Two plain folders of pictures, ``noncloud/`` and ``cloud/``, of any sizes."""

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from models.clouds.errors import PictureError
from models.clouds.tiles import CLEAR, CLOUDY, TABLE, Pictures, Tiles, read_picture, read_tiles

SIZE: Final = 384
"""Pixels of a side to which pictures are brought."""
FOLDERS: Final = {"noncloud": CLEAR, "cloud": CLOUDY}
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})


def read_folders(folder: Path, size: int = SIZE) -> Tiles:
    """Read every picture of both folders; each is a scene of its own.

    Raises
    ------
    PictureError
        If a folder has no pictures, or one cannot be read.

    """
    pictures: list[Pictures] = []
    names, labels = [], []
    for part, label in FOLDERS.items():
        for path in _files(folder / part):
            pictures.append(resized(read_picture(path), size))
            names.append(f"{part}/{path.name}")
            labels.append(label)
    return Tiles(np.stack(pictures), np.array(names), np.array(labels), np.zeros((len(names), 2), np.int64))


def _files(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.glob("*") if p.suffix.lower() in SUFFIXES)
    if not found:
        raise PictureError(f"{folder}: has no pictures ({', '.join(sorted(SUFFIXES))})")
    return found


def resized(picture: Pictures, size: int) -> Pictures:
    """Return a picture (height, width, 3) as (size, size, 3)."""
    if picture.shape[:2] == (size, size):
        return picture
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR))


def has_scenes(folder: Path) -> bool:
    """Tell whether a folder is one of scenes with tiles."""
    return (folder / TABLE).is_file()


def read(folder: Path, size: int | None = None) -> Tiles:
    """Read a folder of either layout; tiles have the size of their table.

    Raises
    ------
    PictureError
        If it is neither, or not as its layout promises.

    """
    if has_scenes(folder):
        if size is not None:
            raise PictureError(f"--size {size}: {folder / TABLE} says the size of its tiles")
        return read_tiles(folder)
    if not any((folder / part).is_dir() for part in FOLDERS):
        raise PictureError(f"{folder}: has neither {TABLE} nor folders {' and '.join(FOLDERS)}")
    return read_folders(folder, size or SIZE)
