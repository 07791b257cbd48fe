"""The thresholds of the payload-fault detector, from images of the simulated imager without faults."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.card import Card
from models.imager.detector import calibrate, write
from sim.imager.images import take

CLOUD_SHARE: Final = 0.5
_NAME: Final = "scene generator"


def train_payload_faults(
    path: Path, size: int, images: int, seed: int, advance: Callable[[int], None]
) -> Card:
    """Write the detector of images of size x size pixels; `advance` hears of the images taken."""
    digest = hashlib.sha256()

    def batches() -> Iterator[NDArray[np.uint8]]:
        for batch in take(images, size, seed, {}, CLOUD_SHARE):
            digest.update(batch.pixels.tobytes())
            advance(len(batch.pixels))
            yield batch.pixels

    thresholds = calibrate(batches())
    command = f"fdir train payload-faults --size {size} --images {images} --seed {seed}"
    return write(path, (size, size), thresholds, {_NAME: digest.hexdigest()}, command, seed)
