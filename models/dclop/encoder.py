"""The encoder as plain arrays: the float64 reference of the network and what is written to ONNX."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HIDDEN: Final = (360, 60, 360)
"""Widths of the hidden layers (section 5.2.1)."""
LATENT: Final = 7
"""Z, dimensions of the latent space."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A fully connected layer ``x @ weight + bias``, then PReLU ``max(0, y) + slope * min(0, y)``.

    Attributes
    ----------
    weight : (inputs, outputs).
    bias : (outputs,).
    slope : of the PReLU; 1 for a linear layer.

    """

    weight: Floats
    bias: Floats
    slope: float = 1.0

    def __call__(self, values: Floats) -> Floats:
        """Map (n, inputs) to (n, outputs)."""
        found = values @ self.weight + self.bias
        return np.where(found < 0, self.slope * found, found)


@dataclass(frozen=True, slots=True)
class Encoder:
    """``z = f(x)`` (equation 1): standardised samples (n, C) to latent points (n, Z)."""

    layers: tuple[Layer, ...]

    @classmethod
    def identity(cls, channels: int) -> Self:
        """Return the encoder whose latent space is the input space."""
        return cls((Layer(np.eye(channels), np.zeros(channels)),))

    @property
    def latent(self) -> int:
        """Dimensions of the latent space."""
        return len(self.layers[-1].bias)

    def __call__(self, samples: Floats) -> Floats:
        """Return the latent points (n, Z) of standardised samples (n, C)."""
        values = samples
        for layer in self.layers:
            values = layer(values)
        return values
