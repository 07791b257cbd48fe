"""Nominal errors of a network, and the distance of an error from them."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.atmonsat.network import ErrorNetwork

Floats = NDArray[np.float64]


class SingularError(ValueError):
    """Errors without an invertible covariance; names how many there are."""


@dataclass(frozen=True, slots=True)
class ErrorStatistics:
    """Nominal errors.

    Attributes
    ----------
    mean : (n,) of the errors.
    whitening : (n, n) matrix M with ``M (e - mean)`` of unit covariance.

    """

    mean: Floats
    whitening: Floats

    @classmethod
    def fit(cls, errors: Floats) -> "ErrorStatistics":
        """Fit to `errors` (N, n), with the covariance divided by N as the authors do.

        Raises
        ------
        SingularError
            If the errors do not span n dimensions, say because there are too few.

        """
        covariance = np.cov(errors, rowvar=False, bias=True)
        try:
            factor = np.linalg.cholesky(np.atleast_2d(covariance))
        except np.linalg.LinAlgError:
            shape = f"{len(errors)} errors of {errors.shape[1]} numbers"
            raise SingularError(f"{shape} have a singular covariance: train on more windows") from None
        return cls(np.asarray(errors.mean(axis=0)), np.asarray(np.linalg.inv(factor)))

    def distance(self, errors: Floats) -> Floats:
        """Return ``D = (e - mu)^T S^-1 (e - mu)`` (N,), without a square root, as sum of whitened squares."""
        return np.asarray(np.square((errors - self.mean) @ self.whitening.T).sum(axis=1), np.float64)


class ErrorDetector(nn.Module):
    """The exported detector: network, squared Mahalanobis distance and Euclidean norm of its error."""

    whitening: Tensor
    shift: Tensor

    def __init__(self, network: ErrorNetwork, statistics: ErrorStatistics, *, euclidean: bool = True) -> None:
        super().__init__()
        self.network = network
        self.euclidean = euclidean
        shift = -statistics.whitening @ statistics.mean
        self.register_buffer("whitening", torch.tensor(statistics.whitening, dtype=torch.float32))
        self.register_buffer("shift", torch.tensor(shift, dtype=torch.float32))

    def forward(self, window: Tensor) -> Tensor:
        """Return D, and the norm if wanted, (batch, 1 or 2) of windows (batch, L + 1, 18)."""
        error = self.network.errors(window)
        whitened = nn.functional.linear(error, self.whitening, self.shift)
        distance = torch.sum(whitened * whitened, dim=1, keepdim=True)
        if not self.euclidean:
            return distance
        return torch.cat([distance, torch.sqrt(torch.sum(error * error, dim=1, keepdim=True))], dim=1)
