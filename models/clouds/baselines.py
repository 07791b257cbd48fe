"""Plain scores of a picture, for comparison."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.clouds.tiles import Pictures

Floats = NDArray[np.float64]
COMPONENTS: Final = 8


def brightness(pictures: Pictures) -> Floats:
    """Return the mean of all values (n,), of 0..1."""
    return np.asarray(pictures.mean((1, 2, 3)) / 255, np.float64)


def whiteness(pictures: Pictures) -> Floats:
    """Return mean brightness minus mean saturation (n,); that of a pixel is (max - min) / max."""
    top = pictures.max(3).astype(np.float64)
    saturation = (top - pictures.min(3)) / np.maximum(top, 1)
    return np.asarray(brightness(pictures) - saturation.mean((1, 2)))


@dataclass(frozen=True, slots=True)
class Principal:
    """Principal components of clear pictures.

    Attributes
    ----------
    mean : (values,) of a picture, 0..1.
    components : (components, values), orthonormal.

    """

    mean: Floats
    components: Floats

    @classmethod
    def fit(cls, pictures: Pictures, components: int = COMPONENTS) -> "Principal":
        """Fit to clear pictures (n, height, width, 3)."""
        flat = _flat(pictures)
        mean = flat.mean(0)
        rows = np.linalg.svd(flat - mean, full_matrices=False)[2]
        return cls(mean, rows[:components])

    def reconstruct(self, pictures: Pictures) -> Pictures:
        """Return what the components tell of pictures."""
        found = np.clip(np.rint(255 * self._told(_flat(pictures))), 0, 255)
        return found.astype(np.uint8).reshape(pictures.shape)

    def __call__(self, pictures: Pictures) -> Floats:
        """Return the RMSE (n,) of what they do not tell, of 0..1."""
        flat = _flat(pictures)
        return np.asarray(np.sqrt(np.mean((flat - self._told(flat)) ** 2, axis=1)))

    def _told(self, flat: Floats) -> Floats:
        centred = flat - self.mean
        return np.asarray(self.mean + centred @ self.components.T @ self.components)


def _flat(pictures: Pictures) -> Floats:
    return pictures.reshape(len(pictures), -1).astype(np.float64) / 255


PLAIN: Final[dict[str, Callable[[Pictures], Floats]]] = {
    "mean brightness": brightness,
    "brightness - saturation": whiteness,
}
"""Those with nothing to fit, by name."""
