"""Soft assignment of latent points to cluster centres, in float64."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def squared_distances(points: Floats, others: Floats) -> Floats:
    """Return the squared distances (n, m) of points (n, D) to others (m, D), from their differences.

    The expanded form ``|a|^2 - 2 ab + |b|^2`` loses the digits that matter inside a tight cluster.
    """
    return np.asarray(((points[:, None] - others) ** 2).sum(axis=-1))


def soft_assignment(points: Floats, centres: Floats) -> Floats:
    """Return Q (n, K), the similarities of latent points to centres by Student's t (equation 3)."""
    similarity = 1 / (1 + squared_distances(points, centres))
    return np.asarray(similarity / similarity.sum(axis=1, keepdims=True))


def assign(points: Floats, centres: Floats) -> tuple[Integers, Floats]:
    """Return labels (n,), the index of the largest q (equation 6), and these q (n,), the memberships."""
    q = soft_assignment(points, centres)
    labels = q.argmax(axis=1)
    return labels, np.take_along_axis(q, labels[:, None], axis=1)[:, 0]
