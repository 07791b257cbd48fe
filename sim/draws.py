"""Random draws with one generator per trajectory, so that a trajectory does not depend on its batch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Generators = Sequence[np.random.Generator]
Range = tuple[float, float]


def uniform(rngs: Generators, limits: Range) -> Floats:
    """Draw one number per generator, (n,), uniform within `limits`."""
    return np.array([rng.uniform(*limits) for rng in rngs])


def uniform_axes(rngs: Generators, limits: Range) -> Floats:
    """Draw three numbers per generator, (n, 3), uniform within `limits`."""
    return np.array([rng.uniform(*limits, 3) for rng in rngs])


def log_uniform_axes(rngs: Generators, limits: Range) -> Floats:
    """Draw three positive numbers per generator, (n, 3), whose logarithm is uniform within `limits`."""
    return np.exp(uniform_axes(rngs, (float(np.log(limits[0])), float(np.log(limits[1])))))


def normals(rngs: Generators, *shape: int) -> Floats:
    """Draw standard normal numbers of `shape` per generator, (n, *shape)."""
    return np.array([rng.standard_normal(shape) for rng in rngs])


def normal_series(rngs: Generators, samples: int, axes: int) -> Floats:
    """Draw standard normal series, (samples, n, axes), ready for a loop over time."""
    return np.stack([rng.standard_normal((samples, axes)) for rng in rngs], axis=1)
