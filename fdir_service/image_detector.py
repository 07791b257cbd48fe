"""Detectors of images: every image stands for itself, so there is neither a window nor a history."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.hysteresis import indexed
from fdir_service.mission import DetectorSetup
from fdir_service.session import DetectorError, WindowSession

Floats = NDArray[np.float64]
Images = NDArray[Any]
Singles = NDArray[np.float32]

PART_OCTETS: Final = 1 << 20
"""Octets of single-precision images in one call at most, if more than one: what a cache holds."""


class ImageDetector:
    """One detector of images (H, W, C).

    Attributes
    ----------
    windows : images scored.

    """

    lacks_step = ""
    """A compiled step is for samples of a window that slides."""

    def __init__(self, setup: DetectorSetup) -> None:
        self.setup = setup
        self._session = WindowSession(setup.path, 1, setup.card.shape)
        if self._session.digest != setup.sha256:
            raise DetectorError(f"{setup.path}: the file changed since the mission was loaded")
        self._session.check(len(setup.card.outputs))
        self._indexed = indexed(setup.outputs)
        self.indices = list(self._indexed.values())
        self._columns = np.array([output.column for output in setup.outputs], np.intp)
        self.windows = 0

    def flush(self) -> None:
        """Forget the indices between their thresholds."""
        for index in self.indices:
            index.state = 0.0

    def score(self, images: Singles) -> tuple[Floats, Floats]:
        """Score images (n, 1, H, W, C); return scores (outputs, n) and the indices of those that have one.

        NaN = not known.
        """
        self.windows += len(images)
        found = self._session.run(images).T[self._columns].astype(np.float64)
        scores = np.where(np.isfinite(found), found, np.nan)
        indices = np.empty((len(self._indexed), len(images)))
        for k, (row, index) in enumerate(self._indexed.items()):
            indices[k] = index(scores[row])
        return scores, indices


class Parts:
    """Cuts images into parts, cast to single precision once, in room that is used again and again."""

    def __init__(self) -> None:
        self._room: Singles = np.empty((0, 1), np.float32)

    def __call__(self, images: Images) -> Iterator[tuple[slice, Singles]]:
        """Yield images (K, H, W, C) in parts (n, 1, H, W, C); the next one overwrites the one before."""
        shape = images.shape[1:]
        most = max(1, PART_OCTETS // (4 * int(np.prod(shape))))
        if self._room.shape[2:] != shape:
            self._room = np.empty((most, 1, *shape), np.float32)
        for first in range(0, len(images), most):
            part = self._room[: len(images) - first]
            part[:, 0] = images[first : first + len(part)]
            yield slice(first, first + len(part)), part
