"""What the four architectures share: windows of samples in, errors of a prediction out."""

from typing import Final

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from torch import Tensor, nn

from models.atmonsat.data import SENSORS
from models.card import Channel

Floats = NDArray[np.float64]
Windows = NDArray[np.float32]

CHANNEL_NAMES: Final = tuple(
    Channel(name=f"{kind}.{i}", unit=unit)
    for kind, unit in (("islcc", "samples"), ("temp", "degC"))
    for i in range(SENSORS)
)
CHANNELS: Final = len(CHANNEL_NAMES)


class ErrorNetwork(nn.Module):
    """A network that is wrong where something is unusual.

    Attributes
    ----------
    history : L, samples that it looks at; a window has one more, the newest.

    """

    history: int

    def errors(self, window: Tensor) -> Tensor:
        """Return the errors (batch, n) on windows (batch, L + 1, 18)."""
        raise NotImplementedError


class NextSample(ErrorNetwork):
    """A network that predicts the newest sample of a window from those before it."""

    def errors(self, window: Tensor) -> Tensor:
        """Return prediction minus truth (batch, 18)."""
        prediction: Tensor = self(window[:, :-1])
        return prediction - window[:, -1]


def windows(rows: Windows, history: int) -> Windows:
    """Return all windows (T - L, L + 1, 18) of the rows of one file (T, 18), as a view."""
    return sliding_window_view(rows, history + 1, axis=0).swapaxes(1, 2)


def errors(network: ErrorNetwork, rows: Windows, stride: int = 1, batch: int = 512) -> Floats:
    """Return the errors (m, n) on the windows of the rows of one file (T, 18), `stride` samples apart."""
    view = windows(rows, network.history)[::stride]
    with torch.no_grad():
        parts = [
            network.errors(torch.from_numpy(np.ascontiguousarray(view[i : i + batch])))
            for i in range(0, len(view), batch)
        ]
    return np.asarray(torch.cat(parts), np.float64)


def glorot(module: nn.Module) -> None:
    """Start a module as the authors' framework does: Glorot weights, zero biases."""
    for name, values in module.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(values)
        else:
            nn.init.xavier_uniform_(values)
