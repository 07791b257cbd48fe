"""Pictures as an autoencoder gives them back."""

import numpy as np
import torch
from torch import nn

from models.clouds.scores import BATCH
from models.clouds.tiles import Pictures


def reconstructed(network: nn.Module, pictures: Pictures) -> Pictures:
    """Return what `network` makes of pictures (n, height, width, 3)."""
    parts = []
    with torch.no_grad():
        for i in range(0, len(pictures), BATCH):
            given = torch.from_numpy(pictures[i : i + BATCH]).permute(0, 3, 1, 2) / 255
            parts.append((255 * network(given)).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy())
    return np.concatenate(parts)
