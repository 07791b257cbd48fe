"""The channel of a segment as indicators; one that is not on the list has none."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def indicators(channel: NDArray[np.floating], known: Sequence[int]) -> NDArray[np.float32]:
    """Return (n, len(known)) float32, 1 where the channel number (n,) is the known one."""
    return np.asarray(channel[:, None] == np.asarray(known, np.float32), np.float32)
