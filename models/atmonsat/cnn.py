"""The AtMonSat CNN: predicts the next sample from the 100, 150 or 200 before it.

Architecture after the AtMonSat notebooks: a convolution with 5 filters of length 5 and a dense layer.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.atmonsat.network import CHANNELS, NextSample, glorot

HISTORY: Final = 150
FILTERS: Final = 5
KERNEL: Final = 5


class Cnn(NextSample):
    """Conv1D (5 filters, kernel 5, valid) - ReLU - dense: 13,613 parameters at L = 150."""

    def __init__(self, history: int = HISTORY) -> None:
        super().__init__()
        self.history = history
        self.convolution = nn.Conv1d(CHANNELS, FILTERS, KERNEL)
        self.dense = nn.Linear(FILTERS * (history - KERNEL + 1), CHANNELS)
        glorot(self)

    def forward(self, history: Tensor) -> Tensor:
        """Return the prediction (batch, 18) from `history` (batch, L, 18)."""
        x = torch.relu(
            self._unfolded(history) if self.training else self.convolution(history.transpose(1, 2))
        )
        prediction: Tensor = self.dense(x.flatten(1))
        return prediction

    def _unfolded(self, history: Tensor) -> Tensor:
        """Return the convolution as a matrix product, which trains on small batches in half the time."""
        taps = history.unfold(1, KERNEL, 1).mT
        kernel = self.convolution.weight.mT.flatten(1)
        bias = self.convolution.bias
        product = kernel @ taps.flatten(0, 1).flatten(1).T
        if bias is not None:
            product = product + bias[:, None]
        return product.view(FILTERS, *taps.shape[:2]).transpose(0, 1)
