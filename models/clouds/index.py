"""The cloud index: how fast structure grows with scale, measured between colours so that noise drops out.

A cloud is turbulent: its structure grows steadily with scale. Ground, snow and ice at some 30 m a pixel have
about as much structure at one pixel as at eight. So the exponent H, by which the amplitude of a band of
spatial frequencies grows from octave to octave, tells them apart whatever their brightness: H is 1/3 for a
field mixed by turbulence (Kolmogorov 1941, the -5/3 law), 0 for pink structure and -1 for white noise. What
is measured is some 0.2 less, for the finest band reaches into the corners of the spectrum; the blur of a
camera adds to it again.

Sensor noise would flatten H, but it differs from colour to colour while the scene is nearly the same in all
three. The mean product of two colours, a covariance instead of a variance, has no noise in its mean.
"""

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

BANDS: Final = 4
"""Octaves: structure of about 2, 4, 8 and 16 pixels."""
LEAST: Final = 4 << (BANDS - 1)
"""Pixels of a side at least."""
FLOOR: Final = 0.01
"""Smallest covariance, DN^2: a tenth of a digital number is nothing that 8 bits can tell."""
NOISE_SHARE: Final = 1e-3
"""Smallest covariance over the variance: what is less is chance, and in single precision rounding."""
_COLOURS: Final = 3


class BandLevels(nn.Module):
    """Log2 amplitudes of the structure that the colours share (or of all structure), octave by octave.

    Octave k is what the binomial filter (1, 2, 1) / 4 with 2^k pixels between its taps takes away.
    Windows (batch, 1, height, width, 3) in DN -> levels (batch, `BANDS`).
    """

    kernel: Tensor

    def __init__(self, *, shared: bool = True) -> None:
        super().__init__()
        self.shared = shared
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.register_buffer("kernel", torch.outer(taps, taps).expand(_COLOURS, 1, 3, 3).contiguous())

    def forward(self, windows: Tensor) -> Tensor:
        """Return the levels (batch, `BANDS`)."""
        picture = windows[:, 0].permute(0, 3, 1, 2)
        levels = []
        for k in range(BANDS):
            step = 1 << k
            smooth = self._smooth(picture, step)
            levels.append(_level(_inside(picture - smooth, step), self.shared))
            picture = smooth
        return torch.stack(levels, 1)

    def _smooth(self, picture: Tensor, step: int) -> Tensor:
        padded = functional.pad(picture, (step,) * 4, mode="reflect")
        return functional.conv2d(padded, self.kernel, dilation=step, groups=_COLOURS)


def _inside(band: Tensor, margin: int) -> Tensor:
    """Return a band without its rim, where the filter saw mirrored pixels."""
    return band[:, :, margin:-margin, margin:-margin]


def _level(band: Tensor, shared: bool) -> Tensor:
    """Return log2 of the amplitude (batch,) of a band (batch, 3, h, w): the shared one, or all of it."""
    band = band - band.mean((2, 3), keepdim=True)
    red, green, blue = band[:, 0], band[:, 1], band[:, 2]
    covariance = (red * green + green * blue + blue * red).mean((1, 2)) / _COLOURS
    variance = (band * band).mean((1, 2, 3))
    power = torch.maximum(covariance, NOISE_SHARE * variance) if shared else variance
    return power.clamp(min=FLOOR).log() / (2 * math.log(2))


class CloudIndex(nn.Module):
    """The measured exponent of a picture: windows (batch, 1, height, width, 3) in DN -> scores (batch, 1).

    It is the least-squares slope of the levels over the octaves; 0 for a picture without structure.

    Parameters
    ----------
    shared : count only what the colours share; otherwise noise counts as structure.

    """

    weights: Tensor

    def __init__(self, *, shared: bool = True) -> None:
        super().__init__()
        self.levels = BandLevels(shared=shared)
        centred = torch.arange(BANDS, dtype=torch.float32) - (BANDS - 1) / 2
        self.register_buffer("weights", (centred / (centred**2).sum())[:, None])

    def forward(self, windows: Tensor) -> Tensor:
        """Return the scores (batch, 1)."""
        scores: Tensor = self.levels(windows) @ self.weights
        return scores


class FrameIndex(nn.Module):
    """The index of a frame of many tiles: its mean over the tiles, and the share of tiles at the threshold.

    Windows (batch, 1, height, width, 3) in DN, sides whole numbers of tiles -> scores (batch, 2).
    """

    def __init__(self, index: nn.Module, tile: int, threshold: float) -> None:
        super().__init__()
        self.index, self.tile, self.threshold = index, tile, threshold

    def forward(self, windows: Tensor) -> Tensor:
        """Return the scores (batch, 2)."""
        height, width, colours = windows.shape[2:]
        down, across, side = height // self.tile, width // self.tile, self.tile
        parts = windows.reshape(-1, down, side, across, side, colours).permute(0, 1, 3, 2, 4, 5)
        scores = self.index(parts.reshape(-1, 1, side, side, colours)).reshape(-1, down * across)
        return torch.stack([scores.mean(1), (scores >= self.threshold).float().mean(1)], 1)
