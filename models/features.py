"""What the stuck-value CNN sees of a window: signal, causal derivative and rolling energies of differences.

All of it is inside the exported graph: two depthwise convolutions without zero padding in time, and plain
elementwise operators in between that every float32 input survives.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.scaling import PAPER_QUANTILES, Floats, Quantiles, RobustScaling, resolution

LARGEST: Final = 1e9
"""Scaled values beyond count as this one: sums of its square still fit float32."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of every channel.

    Attributes
    ----------
    lag : samples between the two readings whose difference is taken; 0: the reading itself.
    span : 0: arcsinh of the value after robust scaling, with its sign. Otherwise the number of samples of a
        rolling energy ``log(1 + mean of squares) / 2`` of the value in units of the resolution.

    """

    lag: int
    span: int = 0


PAPER_FEATURES: Final = (Feature(0), Feature(1))
"""Signal and derivative."""
ALL_FEATURES: Final = (*PAPER_FEATURES, Feature(1, 1), Feature(1, 8), Feature(3, 8), Feature(8, 8))
"""And energies: of one step (exact standstill has none) and of steps over 0.1, 0.3 and 0.8 s at 10 Hz.

Noise on a stuck transducer has equal energy at all lags; the motion of a vehicle grows with the lag. Both are
even properties, which a linear filter of the signed values cannot see.
"""
LONGEST_LAG: Final = 8
LONGEST_SPAN: Final = 8
USED: Final = LONGEST_LAG + LONGEST_SPAN - 1
"""Samples by which the features are fewer than the readings."""


@dataclass(frozen=True, slots=True)
class FeatureConstants:
    """Constants of the features, fitted offline.

    Attributes
    ----------
    signal, derivative : scaling of the signal (unit) and of its difference per sample.
    resolution : (C,) size of the smallest step.

    """

    signal: RobustScaling
    derivative: RobustScaling
    resolution: Floats

    @classmethod
    def fit(cls, signals: NDArray[np.floating], quantiles: Quantiles = PAPER_QUANTILES) -> "FeatureConstants":
        """Fit to `signals` (n, T, C) in engineering units, faults included."""
        channels = signals.shape[-1]
        steps = np.diff(signals, axis=1).reshape(-1, channels)
        return cls(
            RobustScaling.fit(signals.reshape(-1, channels), quantiles),
            RobustScaling.fit(steps, quantiles),
            resolution(steps),
        )

    def of(self, feature: Feature) -> RobustScaling:
        """Return centre and scale (C,) of what `feature` is made of; energies have no centre."""
        if feature.span:
            return RobustScaling(np.zeros_like(self.resolution), self.resolution)
        return self.derivative if feature.lag else self.signal


class SensorFeatures(nn.Module):
    """The features of all channels, grouped by channel.

    arcsinh keeps the small values linear and stuck values of 1e6 times the range within reach of training.
    """

    steps: Tensor
    center: Tensor
    gain: Tensor
    windows: Tensor
    signed: Tensor

    def __init__(self, constants: FeatureConstants, features: tuple[Feature, ...]) -> None:
        super().__init__()
        self.channels = len(constants.resolution)
        scalings = [constants.of(feature) for feature in features]
        self.register_buffer(
            "steps", torch.stack([_steps(f) for f in features]).repeat(self.channels, 1)[:, None]
        )
        self.register_buffer(
            "windows", torch.stack([_window(f) for f in features]).repeat(self.channels, 1)[:, None]
        )
        self.register_buffer("center", _column(np.stack([s.center for s in scalings], axis=1)))
        self.register_buffer("gain", _column(1.0 / np.stack([s.scale for s in scalings], axis=1)))
        self.register_buffer("signed", _column(np.array([[f.span == 0 for f in features]] * self.channels)))

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, C * features, T - 15) of `x` (batch, C, T)."""
        raw = nn.functional.conv1d(x, self.steps, groups=self.channels)
        scaled = (raw - self.center) * self.gain
        size = scaled.abs().clamp(max=LARGEST)
        square = size * size
        arcsinh = torch.sign(scaled) * torch.log(size + torch.sqrt(square + 1.0))
        mixed = arcsinh * self.signed + square * (1.0 - self.signed)
        pooled = nn.functional.conv1d(mixed, self.windows, groups=len(self.windows))
        energy = 0.5 * torch.log(1.0 + pooled * (1.0 - self.signed))
        return pooled * self.signed + energy


def _steps(feature: Feature) -> Tensor:
    """Return the kernel of a difference; weights of exactly 1 keep that of equal samples exactly zero."""
    kernel = torch.zeros(LONGEST_LAG + 1)
    kernel[-1] = 1.0
    if feature.lag:
        kernel[-1 - feature.lag] = -1.0
    return kernel


def _window(feature: Feature) -> Tensor:
    """Return the kernel of a mean over the span, or of the newest value."""
    kernel = torch.zeros(LONGEST_SPAN)
    kernel[-max(feature.span, 1) :] = 1.0 / max(feature.span, 1)
    return kernel


def _column(values: NDArray[np.generic]) -> Tensor:
    return torch.tensor(values.ravel(), dtype=torch.float32)[:, None]
