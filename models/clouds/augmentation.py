"""More clear pictures from few: turned, mirrored, shifted, with noise, blurred."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_BLUR_REACH = 3.0
"""Standard deviations after which the kernel of a blur ends."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far pictures are changed; every amount is drawn evenly up to its largest.

    Attributes
    ----------
    angle : largest rotation to either side, degrees.
    shift : largest shift along each axis, share of the side.
    flips : whether half the pictures are mirrored, along each axis.
    noise : largest standard deviation of Gaussian noise, of 0..1.
    blur : largest standard deviation of a Gaussian blur, pixels.

    """

    angle: float = 180.0
    shift: float = 0.1
    flips: bool = True
    noise: float = 0.02
    blur: float = 1.0

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return changed copies of pictures (batch, 3, h, w), 0..1; beyond their rims they are mirrored."""
        batch = len(pictures)
        moved = _moved(pictures, self._places(batch, generator))
        blurred = _blurred(moved, self.blur * float(torch.rand((), generator=generator)))
        spread = self.noise * torch.rand(batch, 1, 1, 1, generator=generator)
        noise = torch.randn(pictures.shape, generator=generator)
        return (blurred + spread * noise).clamp(0, 1)

    def _places(self, batch: int, generator: torch.Generator) -> Tensor:
        """Return affine maps (batch, 2, 3) from places of the copy to places of the picture."""
        angle = math.radians(self.angle) * _even(batch, generator)
        cosine, sine = angle.cos(), angle.sin()
        turned = torch.stack([cosine, -sine, sine, cosine], 1).reshape(batch, 2, 2)
        if self.flips:
            signs = 2.0 * torch.randint(2, (batch, 1, 2), generator=generator) - 1
            turned = turned * signs
        # The sides of a picture are 2 long in these coordinates.
        shift = 2 * self.shift * torch.stack([_even(batch, generator), _even(batch, generator)], 1)
        return torch.cat([turned, shift[:, :, None]], 2)


def _even(n: int, generator: torch.Generator) -> Tensor:
    """Return n numbers, evenly drawn from -1..1."""
    return 2 * torch.rand(n, generator=generator) - 1


def _moved(pictures: Tensor, places: Tensor) -> Tensor:
    grid = functional.affine_grid(places, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _blurred(pictures: Tensor, deviation: float) -> Tensor:
    """Return pictures smoothed by a Gaussian of `deviation` pixels; 0 leaves them."""
    reach = min(math.ceil(_BLUR_REACH * deviation), min(pictures.shape[2:]) - 1)
    if not reach:
        return pictures
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / deviation) ** 2)
    kernel = (taps / taps.sum()).expand(pictures.shape[1], 1, 1, -1)
    padded = functional.pad(pictures, (reach,) * 4, mode="reflect")
    rows = functional.conv2d(padded, kernel, groups=pictures.shape[1])
    return functional.conv2d(rows, kernel.transpose(2, 3), groups=pictures.shape[1])
