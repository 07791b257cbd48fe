"""The AtMonSat autoencoder: six LSTM layers that rebuild the window from 50 numbers."""

from itertools import pairwise
from typing import Final

import torch
from torch import Tensor, nn

from models.atmonsat.lstm import started
from models.atmonsat.network import CHANNELS, ErrorNetwork, glorot

HISTORY: Final = 150
ENCODER: Final = (500, 200, 50)


class AutoEncoder(ErrorNetwork):
    """LSTM 500, 200, 50; the last state repeated L times; LSTM 50, 200, 500; dense: 3,281,018 parameters."""

    def __init__(self, history: int = HISTORY, encoder: tuple[int, ...] = ENCODER) -> None:
        super().__init__()
        self.history = history
        self.encoder = _stack((CHANNELS, *encoder))
        self.decoder = _stack((encoder[-1], *reversed(encoder)))
        self.dense = nn.Linear(encoder[0], CHANNELS)
        glorot(self.dense)

    def forward(self, history: Tensor) -> Tensor:
        """Return the reconstruction (batch, L, 18) of `history` (batch, L, 18)."""
        code = _run(self.encoder, history)[:, -1:]
        rebuilt: Tensor = self.dense(_run(self.decoder, code.expand(-1, self.history, -1)))
        return rebuilt

    def errors(self, window: Tensor) -> Tensor:
        """Return reconstruction minus truth (batch, L * 18) of the L samples before the newest.

        The authors stamp it at the sample behind those rebuilt.
        """
        history = window[:, :-1]
        return torch.flatten(self(history) - history, 1)


def _stack(sizes: tuple[int, ...]) -> nn.ModuleList:
    return nn.ModuleList([started(nn.LSTM(*pair, batch_first=True), he=True) for pair in pairwise(sizes)])


def _run(layers: nn.ModuleList, sequence: Tensor) -> Tensor:
    for layer in layers:
        sequence, _ = layer(sequence)
    return sequence
