"""What the stuck-value CNN sees of a window: signal, causal derivative and stillness, scaled and compressed.

All of it is inside the exported graph and made of plain operators, without zero padding in time.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.scaling import PAPER_QUANTILES, Floats, Quantiles, RobustScaling, resolution

LARGEST = 1e18
"""Scaled values beyond count as this one: its square still fits float32."""


def arcsinh(x: Tensor) -> Tensor:
    """Return the inverse hyperbolic sine of the absolute value, safe for any float32."""
    size = x.abs().clamp(max=LARGEST)
    return torch.log(size + torch.sqrt(size * size + 1.0))


@dataclass(frozen=True, slots=True)
class FeatureConstants:
    """Constants of the features, fitted offline.

    Attributes
    ----------
    signal, derivative : scaling of the signal (unit) and of its difference per sample.
    resolution : (C,) size of a step that counts as movement, or None: no stillness feature.

    """

    signal: RobustScaling
    derivative: RobustScaling
    resolution: Floats | None = None

    @classmethod
    def fit(
        cls, signals: NDArray[np.floating], quantiles: Quantiles = PAPER_QUANTILES, *, stillness: bool = True
    ) -> "FeatureConstants":
        """Fit to `signals` (n, T, C) in engineering units, faults included."""
        channels = signals.shape[-1]
        steps = np.diff(signals, axis=1).reshape(-1, channels)
        return cls(
            RobustScaling.fit(signals.reshape(-1, channels), quantiles),
            RobustScaling.fit(steps, quantiles),
            resolution(steps) if stillness else None,
        )

    def kinds(self) -> int:
        """Return the number of features per channel: 2, or 3 with stillness."""
        return 2 if self.resolution is None else 3

    def gains(self) -> Floats:
        """Return the factor of each feature (C * kinds,), grouped by channel."""
        steps = [] if self.resolution is None else [self.resolution]
        return (1.0 / np.stack([self.signal.scale, self.derivative.scale, *steps], axis=1)).ravel()

    def offsets(self) -> Floats:
        """Return what is subtracted before the factor (C * kinds,); stillness has no centre."""
        steps = [] if self.resolution is None else [np.zeros_like(self.resolution)]
        return np.stack([self.signal.center, self.derivative.center, *steps], axis=1).ravel()


class SensorFeatures(nn.Module):
    """Signal and derivative after robust scaling and arcsinh; arcsinh of |difference| / resolution.

    arcsinh keeps the small values linear and stuck values of 1e6 times the range within reach of training.
    An exact standstill is an even property (zero difference), hence the feature that has lost its sign.
    """

    taps: Tensor
    gains: Tensor
    offsets: Tensor
    odd: Tensor

    def __init__(self, constants: FeatureConstants) -> None:
        super().__init__()
        self.channels = len(constants.signal.center)
        kinds = constants.kinds()
        # Weights of exactly 0 and 1 keep the difference of equal samples exactly zero in float32.
        taps = torch.tensor([[0.0, 1.0], [-1.0, 1.0], [-1.0, 1.0]])[:kinds]
        self.register_buffer("taps", taps.repeat(self.channels, 1)[:, None])
        self.register_buffer("gains", torch.tensor(constants.gains(), dtype=torch.float32)[:, None])
        self.register_buffer("offsets", torch.tensor(constants.offsets(), dtype=torch.float32)[:, None])
        odd = torch.tensor([1.0, 1.0, 0.0])[:kinds]
        self.register_buffer("odd", odd.repeat(self.channels)[:, None])

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, C * kinds, T - 1) of `x` (batch, C, T), grouped by channel."""
        raw = nn.functional.conv1d(x, self.taps, groups=self.channels)
        scaled = (raw - self.offsets) * self.gains
        # Odd features take the sign back, even ones are multiplied by one.
        return arcsinh(scaled) * (torch.sign(scaled) * self.odd + (1.0 - self.odd))
