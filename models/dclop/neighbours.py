"""Nearest neighbours by exact differences in float64."""

import numpy as np
from numpy.typing import NDArray

from models.dclop.assignment import squared_distances

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ELEMENTS = 1 << 22
"""Differences held at once."""


def nearest(
    points: Floats, references: Floats, count: int, *, own: Integers | None = None
) -> tuple[Floats, Integers]:
    """Return squared distances and indices (n, count) of the nearest references, nearest first.

    Of equally near ones the lower index comes first.

    Parameters
    ----------
    points, references : (n, D) and (m, D).
    own : (n,) index of each point among the references, which is left out; None: nothing is left out.

    """
    block = max(1, _ELEMENTS // max(1, references.size))
    parts = [
        _nearest(points[i : i + block], references, count, None if own is None else own[i : i + block])
        for i in range(0, len(points), block)
    ]
    if not parts:
        return np.empty((0, count)), np.empty((0, count), np.int64)
    return np.concatenate([d for d, _ in parts]), np.concatenate([k for _, k in parts])


def _nearest(points: Floats, references: Floats, count: int, own: Integers | None) -> tuple[Floats, Integers]:
    distances = squared_distances(points, references)
    if own is not None:
        distances[np.arange(len(points)), own] = np.inf
    order = np.argsort(distances, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(distances, order, axis=1), order
