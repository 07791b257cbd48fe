"""The improved stuck-value net: dilated causal convolutions with one failure probability for each axis.

A stack of residual blocks without padding looks back over many time scales with few weights. It judges
axes; a sensor is as stuck as its most stuck axis, so that the index names the axis at no further cost.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.features import FeatureConstants
from models.inertial_features import AXES, FEATURES, USED, InertialFeatures, Mounting

WIDTH: Final = 32
TAPS: Final = 3
DILATIONS: Final = (1, 2, 4, 8, 16, 32, 16)
STACKS: Final = (DILATIONS[:5], DILATIONS[:6], DILATIONS, (*DILATIONS[:6], 32))
"""Dilations among which a window chooses."""
RARE: Final = -3.0
"""Log-odds that training starts from: faults are rare."""


def window_of(dilations: tuple[int, ...]) -> int:
    """Return the samples that one score of a net with blocks of these dilations depends on."""
    return USED + (TAPS - 1) * sum(dilations) + 1


def dilations_of(window: int) -> tuple[int, ...]:
    """Return the dilations whose net has a window of W samples.

    Raises
    ------
    ValueError
        If none of `STACKS` has.

    """
    known = {window_of(dilations): dilations for dilations in STACKS}
    if window not in known:
        raise ValueError(f"window {window}: a dilated net has one of {', '.join(map(str, known))}")
    return known[window]


class Block(nn.Module):
    """Adds to the newest samples of x what a dilated convolution makes of them and of earlier ones."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.past = nn.Conv1d(width, width, TAPS, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)
        self.used = (TAPS - 1) * dilation
        with torch.no_grad():
            self.mix.weight *= 0.5

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, width, T - used) of `x` (batch, width, T)."""
        added: Tensor = self.mix(torch.relu(self.past(x)))
        return x[..., self.used :] + added


class StuckNet(nn.Module):
    """`forward` judges windows, `dense` every sample of a long record; both are the same convolutions.

    Outputs are acc, imu, and the axes acc.x, acc.y, acc.z, imu.x, imu.y, imu.z.

    Attributes
    ----------
    window : W, samples that one score depends on: 253 with the default dilations.

    """

    def __init__(
        self,
        constants: FeatureConstants,
        mounting: Mounting,
        width: int = WIDTH,
        dilations: tuple[int, ...] = DILATIONS,
    ) -> None:
        super().__init__()
        self.window = window_of(dilations)
        self.features = InertialFeatures(constants, mounting)
        self.enter = nn.Conv1d(FEATURES, width, 1)
        self.blocks = nn.Sequential(*(Block(width, dilation) for dilation in dilations))
        self.leave = nn.Conv1d(width, 2 * AXES, 1)
        nn.init.constant_(self.leave.bias, RARE)  # type: ignore[arg-type]

    def dense(self, record: Tensor) -> Tensor:
        """Return (batch, T - W + 1, 8) log-odds of records (batch, T, 6) in m/s2 and rad/s."""
        x = torch.relu(self.enter(self.features(record.transpose(1, 2))))
        axes = self.leave(torch.relu(self.blocks(x)))
        sensors = [part.amax(1, keepdim=True) for part in axes.split(AXES, 1)]
        return torch.cat([*sensors, axes], 1).transpose(1, 2)

    def forward(self, window: Tensor) -> Tensor:
        """Return (batch, 8): probability that the newest sample of `window` (batch, W, 6) is stuck."""
        return torch.sigmoid(self.dense(window)[:, 0])
