"""The deep-embedded autoencoder (DCLOP paper, section 2.1 and 5.2.1): X-360-60-360-Z-360-60-360-X."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from models.dclop.encoder import HIDDEN, LATENT, Encoder, Layer


class DeepEmbeddedAutoencoder(nn.Module):
    """Encoder and decoder that are autoencoders themselves: eight fully connected layers.

    PReLU (one slope a layer) follows each but the latent and the last one, which are linear.
    """

    def __init__(self, channels: int, hidden: tuple[int, ...] = HIDDEN, latent: int = LATENT) -> None:
        super().__init__()
        self.encoder = _stack((channels, *hidden, latent))
        self.decoder = _stack((latent, *hidden, channels))

    def forward(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """Return ``z = f(x)`` and ``g(z)`` (equations 1 and 2): (n, C) to (n, Z) and (n, C)."""
        latent = self.encoder(samples)
        return latent, self.decoder(latent)

    def reference(self) -> Encoder:
        """Return the encoder as float64 arrays."""
        return Encoder(tuple(_layer(self.encoder, k) for k in range(0, len(self.encoder), 2)))


def _stack(sizes: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.PReLU()]
    return nn.Sequential(*layers[:-1])


def _layer(stack: nn.Sequential, k: int) -> Layer:
    linear, slope = stack[k], stack[k + 1] if k + 1 < len(stack) else None
    weight, bias = (p.detach().to(torch.float64).numpy() for p in linear.parameters())
    return Layer(weight.T, bias, 1.0 if slope is None else float(next(slope.parameters()).detach()))
