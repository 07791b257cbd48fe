"""Sets of single images for thresholds and evaluations: each with a scene and a camera of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.imager.faults import FaultKind, Image, expose
from sim.imager.scene import draw

BATCH = 50
_SCENE, _CAMERA = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Images (n, H, W, 3) of 8 bits, and which show cloud (n,)."""

    pixels: Image
    cloudy: NDArray[np.bool_]


def take(
    n: int, size: int, seed: int, severity: Mapping[FaultKind, float], cloud_share: float
) -> Iterator[Images]:
    """Yield `n` images in batches; what they show follows from the seed, whatever the faults."""
    for first in range(0, n, BATCH):
        numbers = range(first, min(n, first + BATCH))
        scenes = [draw(size, cloud_share, np.random.default_rng((seed, _SCENE, k))) for k in numbers]
        pixels = [
            expose(scene.radiance, severity, k, np.random.default_rng((seed, _CAMERA, k)))
            for k, scene in zip(numbers, scenes, strict=True)
        ]
        yield Images(np.stack(pixels), np.array([scene.cloudy for scene in scenes]))
