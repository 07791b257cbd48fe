"""Reconstruction losses of the DCLOP paper: the Huber loss, static or weighted by the error itself."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

DELTA: Final = 0.1
BETA: Final = 0.1


def huber(error: Tensor, delta: float = DELTA) -> Tensor:
    """Return the Huber loss of each error (equation 12, with the reconstruction ``g(f(x))``)."""
    size = error.abs()
    return torch.where(size <= delta, error**2 / 2, delta * size - delta**2 / 2)


def weight(error: Tensor, threshold: float) -> Tensor:
    """Return D, the size of each error, halved below the `threshold` h (equation 13)."""
    size = error.abs()
    return torch.where(size < threshold, size / 2, size)


@dataclass(frozen=True, slots=True)
class StaticLoss:
    """The mean Huber loss of all elements."""

    delta: float = DELTA

    def __call__(self, samples: Tensor, reconstructed: Tensor) -> Tensor:
        """Return the loss of samples (n, C), a scalar."""
        return huber(samples - reconstructed, self.delta).mean()


@dataclass(frozen=True, slots=True)
class DynamicLoss:
    """The mean of ``beta * D * Huber`` of all elements (equation 14); the gradient goes through D, too.

    Attributes
    ----------
    delta : where the Huber loss becomes linear.
    beta : its weight.
    threshold : h of equation 13.

    """

    delta: float = DELTA
    beta: float = BETA
    threshold: float = DELTA

    def __call__(self, samples: Tensor, reconstructed: Tensor) -> Tensor:
        """Return the loss of samples (n, C), a scalar."""
        error = samples - reconstructed
        return self.beta * (weight(error, self.threshold) * huber(error, self.delta)).mean()


Loss = StaticLoss | DynamicLoss
