"""The stuck-value CNN: one branch per sensor, a joint layer, one failure probability per sensor.

After the multi-channel CNN for stuck values of accelerometer and IMU on a small-body hopper: signal and
derivative of each sensor in a convolutional branch of its own, concatenation, a joint convolution, two
outputs. Kernels are chosen so that all samples of the window are used and the newest is never dropped.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.features import ALL_FEATURES, Feature, FeatureConstants, SensorFeatures

WINDOW: Final = 180
"""Samples in a window (Table 4 of the paper)."""
SENSORS: Final = 2
AXES: Final = 3
POOL: Final = 2
KERNELS: Final = (6, 5, 5)
"""165 -> 160 -> 80 -> 76 -> 38 -> 34 -> 17: every pooling divides without rest."""
STRIDE: Final = 8
"""Samples by which windows that every pooling divides without rest differ."""
USED_UP: Final = 44
"""Samples of a window that features, kernels and poolings use up before the first time step is left."""
WIDTHS: Final = (32, 64, 32, 32)
"""Channels after each convolution (both branches together for the first two) and hidden units."""


def left_of(window: int) -> int:
    """Return the time steps of a window that reach the dense layers.

    Raises
    ------
    ValueError
        If a pooling would leave a rest, which would drop samples: windows are 52, 60, 68 and so on.

    """
    left, rest = divmod(window - USED_UP, STRIDE)
    if left < 1 or rest:
        raise ValueError(f"window {window}: not {USED_UP} more than a positive multiple of {STRIDE}")
    return left


class StuckCnn(nn.Module):
    """Two-branch CNN: `forward` judges windows, `dense` every sample of a long record with equal weights.

    The branches are the two groups of grouped convolutions: no connection between the sensors before `joint`.

    Attributes
    ----------
    window : W, samples that one score depends on.
    left : time steps that reach the dense layers.

    """

    def __init__(
        self,
        constants: FeatureConstants,
        features: tuple[Feature, ...] = ALL_FEATURES,
        window: int = WINDOW,
    ) -> None:
        super().__init__()
        self.window, self.left = window, left_of(window)
        self.features = SensorFeatures(constants, features)
        inputs = SENSORS * AXES * len(features)
        first, second, joint, hidden = WIDTHS
        self.branch1 = nn.Conv1d(inputs, first, KERNELS[0], groups=SENSORS)
        self.branch2 = nn.Conv1d(first, second, KERNELS[1], groups=SENSORS)
        self.joint = nn.Conv1d(second, joint, KERNELS[2])
        self.hidden = nn.Linear(joint * self.left, hidden)
        self.output = nn.Linear(hidden, SENSORS)

    def logits(self, window: Tensor) -> Tensor:
        """Return (batch, 2) log-odds of windows (batch, W, 6) in engineering units."""
        x = self.features(window.transpose(1, 2))
        for layer in (self.branch1, self.branch2, self.joint):
            x = nn.functional.max_pool1d(torch.relu(layer(x)), POOL)
        x = torch.relu(self.hidden(x.flatten(1)))
        logits: Tensor = self.output(x)
        return logits

    def forward(self, window: Tensor) -> Tensor:
        """Return (batch, 2): probability that the newest sample of each sensor is stuck."""
        return torch.sigmoid(self.logits(window))

    def dense(self, record: Tensor) -> Tensor:
        """Return (batch, T - W + 1, 2) log-odds of records (batch, T, 6): one for every full window.

        A stride becomes a dilation of everything after it, flatten and linear a dilated convolution, so that
        neighbouring windows share their work; the result is that of `logits` window by window.
        """
        x = self.features(record.transpose(1, 2))
        spacing = 1
        for layer in (self.branch1, self.branch2, self.joint):
            x = torch.relu(_dilated(x, layer, spacing))
            x = torch.maximum(x[..., :-spacing], x[..., spacing:])
            spacing *= POOL
        x = torch.relu(_as_convolution(x, self.hidden, self.left, spacing))
        return _as_convolution(x, self.output, 1, 1).transpose(1, 2)


def _dilated(x: Tensor, layer: nn.Conv1d, dilation: int) -> Tensor:
    return nn.functional.conv1d(x, layer.weight, layer.bias, dilation=dilation, groups=layer.groups)


def _as_convolution(x: Tensor, layer: nn.Linear, length: int, dilation: int) -> Tensor:
    weight = layer.weight.view(layer.out_features, -1, length)
    return nn.functional.conv1d(x, weight, layer.bias, dilation=dilation)
