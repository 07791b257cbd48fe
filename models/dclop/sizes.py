"""Large and small clusters (definition 1 of the DCLOP paper, after He et al. 2003)."""

from collections.abc import Sequence
from typing import Final

import numpy as np

LARGE_SHARE: Final = 0.95
"""epsilon: large clusters hold at least this share of the samples."""
SIZE_RATIO: Final = 5.0
"""upsilon: or the smallest large cluster is so many times as large as the largest small one."""


def large_clusters(
    sizes: Sequence[int], large_share: float = LARGE_SHARE, size_ratio: float = SIZE_RATIO
) -> tuple[int, ...]:
    """Return the labels of the large clusters by falling size.

    The boundary b is the smallest number of clusters that fulfils equation 16 (they hold `large_share` of
    all samples) or equation 17 (cluster b is `size_ratio` times as large as cluster b + 1).

    Parameters
    ----------
    sizes : samples of each label; at least one is positive.

    """
    order = np.argsort(-np.asarray(sizes), kind="stable")
    falling = [sizes[label] for label in order]
    total, held = sum(sizes), 0
    for b, size in enumerate(falling, 1):
        held += size
        if held >= large_share * total or (b < len(falling) and size >= size_ratio * falling[b]):
            return tuple(int(label) for label in order[:b])
    raise ValueError(f"no large cluster in sizes {list(sizes)}: the share must be at most 1")
