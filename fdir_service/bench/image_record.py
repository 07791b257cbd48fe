"""The images that benchmarks publish."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SOURCE: Final = "camera"
PERIOD: Final = 1_000_000_000
DIFFERENT: Final = 8
"""Images that differ; they come again and again."""


def images(edge: int) -> NDArray[np.uint8]:
    """Return rough images (n, edge, edge, 3) whose colours change together."""
    rng = np.random.default_rng(5)
    grey = 120.0 + 12.0 * rng.standard_normal((DIFFERENT, edge, edge, 1))
    found: NDArray[np.uint8] = np.clip(grey + rng.standard_normal((DIFFERENT, edge, edge, 3)), 0, 255).astype(
        np.uint8
    )
    return found
