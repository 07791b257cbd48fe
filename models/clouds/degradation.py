"""Pictures as a worse camera or downlink would give them: with noise, or compressed."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image

from models.clouds.tiles import Pictures

Degradation = Callable[[Pictures, int], Pictures]
"""Gives changed copies of pictures (n, height, width, 3), by a seed."""

NONE: Final = "none"


def noisy(pictures: Pictures, seed: int, deviation: float = 1.0) -> Pictures:
    """Add Gaussian noise of `deviation` DN to every value on its own."""
    noise = np.random.default_rng(seed).normal(0, deviation, pictures.shape)
    return np.clip(np.rint(pictures + noise), 0, 255).astype(np.uint8)


def compressed(pictures: Pictures, quality: int = 90) -> Pictures:
    """Compress and unpack each picture by JPEG."""
    return np.stack([_jpeg(picture, quality) for picture in pictures])


def _jpeg(picture: Pictures, quality: int) -> Pictures:
    octets = BytesIO()
    Image.fromarray(picture).save(octets, "JPEG", quality=quality)
    with Image.open(octets) as unpacked:
        return np.asarray(unpacked.convert("RGB"))


DEGRADATIONS: Final[Mapping[str, Degradation]] = {
    NONE: lambda pictures, _: pictures,
    "noise_1dn": noisy,
    "jpeg_90": lambda pictures, _: compressed(pictures),
}
"""By name."""
