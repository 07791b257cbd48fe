"""Scenes of the imager: land, ocean and ice by fractal fields, and clouds over them.

A fractal field has the amplitude spectrum f^-slope. Levels, contrasts and slopes are those of 64x64 tiles
of Landsat 8 at 30 m (8 bit, square root of the reflectance): a clear tile has slopes about 1.2, a cloudy one
about 1.6, and its three colours change together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np

from sim.draws import Floats, Range


class Surface(StrEnum):
    """What lies below."""

    LAND = "land"
    OCEAN = "ocean"
    ICE = "ice"


@dataclass(frozen=True, slots=True)
class Texture:
    """How something looks.

    Attributes
    ----------
    level : range of the mean, DN.
    tint : what is added to red, green and blue, DN.
    contrast : range of the standard deviation between neighbours, DN.
    slope : range of the spectral slope.

    """

    level: Range
    tint: tuple[float, float, float]
    contrast: Range
    slope: Range


TEXTURES: Final[Mapping[Surface, Texture]] = {
    Surface.LAND: Texture((75.0, 125.0), (0.0, -2.0, 2.0), (2.0, 5.5), (1.05, 1.3)),
    Surface.OCEAN: Texture((55.0, 80.0), (-13.0, -2.0, 15.0), (1.2, 2.5), (1.05, 1.3)),
    Surface.ICE: Texture((150.0, 190.0), (0.0, -1.0, 4.0), (1.5, 3.0), (1.05, 1.25)),
}
CLOUD: Final = Texture((110.0, 165.0), (0.0, -2.0, 3.0), (1.5, 4.5), (1.6, 1.8))
CLOUD_COVER: Final = (0.85, 1.0)
"""How much of the light from below a cloud of this generator replaces."""
COLOUR: Final = 0.12
"""Contrast of each colour's own field, as a share of that of all."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the imager is pointed at: radiance (H, W, 3) in DN, not rounded, and what it is."""

    radiance: Floats
    surface: Surface
    cloudy: bool


def draw(size: int, cloud_share: float, rng: np.random.Generator) -> Scene:
    """Draw a scene of size x size pixels, cloudy with a probability."""
    surface = tuple(Surface)[rng.integers(len(Surface))]
    cloudy = bool(rng.random() < cloud_share)
    radiance = _textured(TEXTURES[surface], size, rng)
    if cloudy:
        cover = rng.uniform(*CLOUD_COVER)
        radiance = (1.0 - cover) * radiance + cover * _textured(CLOUD, size, rng)
    return Scene(radiance, surface, cloudy)


def _textured(texture: Texture, size: int, rng: np.random.Generator) -> Floats:
    level, contrast, slope = (rng.uniform(*r) for r in (texture.level, texture.contrast, texture.slope))
    common = contrast * fractal(size, slope, rng)
    own = [COLOUR * contrast * fractal(size, slope, rng) for _ in texture.tint]
    return np.stack([level + tint + common + k for tint, k in zip(texture.tint, own, strict=True)], axis=-1)


def fractal(size: int, slope: float, rng: np.random.Generator) -> Floats:
    """Return a periodic field (size, size) of mean 0 whose neighbours differ by sqrt(2) as a rule."""
    spectrum = np.fft.rfft2(rng.standard_normal((size, size))) * _frequencies(size) ** -slope
    spectrum[0, 0] = 0.0
    field: Floats = np.fft.irfft2(spectrum, (size, size))
    field /= np.diff(field, axis=1).std() / np.sqrt(2.0)
    return field


@lru_cache(maxsize=8)
def _frequencies(size: int) -> Floats:
    found: Floats = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    found[0, 0] = 1.0
    return found
