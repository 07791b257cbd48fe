"""Which scenes show snow or ice: the ones that a brightness takes for cloud."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.clouds.errors import PictureError
from models.clouds.tiles import Pictures, read_picture

NAMES: Final = ("*SnowIce*", "*l8biome_Water_01*", "*l8biome_Wetlands_01*")
"""Patterns of scene names: the biome called so, and clear scenes of frozen lakes and sea ice."""
BRIGHT: Final = 128
"""DN of the darkest colour of a bright pixel: a quarter of the light is reflected in all three."""
BRIGHT_SHARE: Final = 0.1
CLOUD_SHARE: Final = 0.05
"""A scene with more cloud is not judged by its brightness: the mask's rim may be cloud too."""
_CLOUD: Final = 2
"""From this class of a mask on a pixel is cloud."""


def reasons(folder: Path, scenes: Iterable[str], patterns: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the scenes of ice with why each is one.

    By default those whose name says so, and scenes with hardly any cloud by their mask of whose clear pixels
    a tenth is bright and white. With patterns only the scenes whose name matches one.

    Raises
    ------
    PictureError
        If a picture cannot be read.

    """
    named = patterns or NAMES
    found = {name: f"name matches {hit}" for name in scenes if (hit := _match(name, named))}
    if patterns:
        return found
    bright = {
        name: "clear, bright and white" for name in scenes if name not in found and _bright(folder, name)
    }
    return {name: (found | bright)[name] for name in scenes if name in found or name in bright}


def read_patterns(path: Path) -> tuple[str, ...]:
    """Return the patterns of a file, one a line; lines that begin with # are remarks."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise PictureError(f"{path}: cannot be read: {error.strerror}") from None
    return tuple(text for line in lines if (text := line.strip()) and not text.startswith("#"))


def _match(name: str, patterns: Iterable[str]) -> str:
    return next((p for p in patterns if fnmatchcase(name, p)), "")


def _bright(folder: Path, name: str) -> bool:
    path = folder / "mask" / f"{name}.png"
    if not path.is_file():
        return False
    with Image.open(path) as picture:
        mask = np.asarray(picture)
    return is_bright(read_picture(folder / "rgb" / f"{name}.png"), mask)


def is_bright(picture: Pictures, mask: NDArray[np.integer]) -> bool:
    """Tell whether a scene (height, width, 3) with its mask (height, width) is clear, bright and white."""
    if np.mean(mask >= _CLOUD) > CLOUD_SHARE:
        return False
    return bool(np.mean(picture[mask == 0].min(1) >= BRIGHT) >= BRIGHT_SHARE)
