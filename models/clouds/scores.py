"""Scores of pictures by a torch module, a batch at a time."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.clouds.tiles import Pictures

Floats = NDArray[np.float64]
BATCH: Final = 64


def windows(pictures: Pictures) -> NDArray[np.float32]:
    """Return pictures (n, height, width, 3) as windows of one sample (n, 1, height, width, 3), in DN."""
    return pictures[:, None].astype(np.float32)


def outputs(module: nn.Module, pictures: Pictures) -> Floats:
    """Return what `module` makes of the windows of pictures, (n, outputs)."""
    module.eval()
    with torch.no_grad():
        parts = [
            module(torch.from_numpy(windows(pictures[i : i + BATCH]))) for i in range(0, len(pictures), BATCH)
        ]
    return torch.cat(parts).double().numpy()
