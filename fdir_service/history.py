"""The mirrored ring: the last samples of a source as one contiguous array, whatever has been pushed."""

import numpy as np
from numpy.typing import NDArray


class History:
    """The last `capacity` samples of `width` channels, float32.

    Every sample is written twice, `capacity` apart, so that the newest n samples are always one contiguous
    view. A view is valid until the next push.

    Attributes
    ----------
    ring : (2 capacity, width) the samples, twice.
    next : where the next sample goes.

    """

    def __init__(self, width: int, capacity: int) -> None:
        self.capacity = capacity
        self.ring = np.zeros((2 * capacity, width), np.float32)
        self.next = 0

    def push(self, samples: NDArray[np.float32]) -> None:
        """Append samples (k, width), k <= capacity."""
        k = len(samples)
        end = self.next + k
        if end < self.capacity:
            self.ring[self.next : end] = samples
            self.ring[self.next + self.capacity : end + self.capacity] = samples
            self.next = end
            return
        first = min(k, self.capacity - self.next)
        self.ring[self.next : self.next + first] = samples[:first]
        self.ring[self.next + self.capacity : self.next + self.capacity + first] = samples[:first]
        if first < k:
            self.ring[: k - first] = samples[first:]
            self.ring[self.capacity : self.capacity + k - first] = samples[first:]
        self.next = end % self.capacity

    def push_one(self, sample: list[float]) -> None:
        """Append one sample (width,), which costs a fraction of `push`."""
        here = self.ring[self.next]
        here[:] = sample
        self.ring[self.next + self.capacity] = here
        self.next = (self.next + 1) % self.capacity

    def newest(self, n: int) -> NDArray[np.float32]:
        """Return a view (n, width) of the newest n <= capacity samples, oldest first."""
        stop = self.next + self.capacity
        return self.ring[stop - n : stop]
