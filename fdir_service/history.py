"""The mirrored ring: the last samples of a source as one contiguous array, whatever has been pushed."""

import numpy as np
from numpy.typing import NDArray


class History:
    """The last `capacity` samples of `width` channels, float32.

    Every sample is written twice, `capacity` apart, so that the newest n samples are always one contiguous
    view. A view is valid until the next push.
    """

    def __init__(self, width: int, capacity: int) -> None:
        self.capacity = capacity
        self._ring = np.zeros((2 * capacity, width), np.float32)
        self._next = 0

    def push(self, samples: NDArray[np.float32]) -> None:
        """Append samples (k, width), k <= capacity."""
        k = len(samples)
        end = self._next + k
        first = min(k, self.capacity - self._next)
        self._ring[self._next : self._next + first] = samples[:first]
        self._ring[self._next + self.capacity : self._next + self.capacity + first] = samples[:first]
        if first < k:
            self._ring[: k - first] = samples[first:]
            self._ring[self.capacity : self.capacity + k - first] = samples[first:]
        self._next = end % self.capacity

    def newest(self, n: int) -> NDArray[np.float32]:
        """Return a view (n, width) of the newest n <= capacity samples, oldest first."""
        stop = self._next + self.capacity
        return self._ring[stop - n : stop]
