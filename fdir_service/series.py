"""Metrics as plain numbers, counted in the sample's way without the client library that exposes them.

Only one thread counts; another one may copy the values at any time.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence

Labels = tuple[str, ...]
Clock = Callable[[], float]
"""Tells the seconds since 1970."""


class Counter:
    """Totals that only grow, by label values.

    Attributes
    ----------
    name, text, labels : name without ``_total``, what it counts, names of the labels.
    values : total by label values; without labels it begins at zero.
    created : when each of them was first counted, seconds since 1970.

    """

    def __init__(self, name: str, text: str, *labels: str, clock: Clock = time.time) -> None:
        self.name, self.text, self.labels = name, text, labels
        self.values: dict[Labels, float] = {}
        self.created: dict[Labels, float] = {}
        self._clock = clock
        if not labels:
            self.set(0.0)

    def add(self, *labels: str) -> None:
        """Count one."""
        self.set(self.values.get(labels, 0.0) + 1.0, *labels)

    def set(self, total: float, *labels: str) -> None:
        """Bring a total to one that is kept elsewhere."""
        if labels not in self.values:
            self.created[labels] = self._clock()
        self.values[labels] = total


class Gauge:
    """Values that come and go, by label values.

    Attributes
    ----------
    name, text, labels : name, what it shows, names of the labels.
    values : value by label values; without labels it begins at zero.

    """

    def __init__(self, name: str, text: str, *labels: str) -> None:
        self.name, self.text, self.labels = name, text, labels
        self.values: dict[Labels, float] = {} if labels else {(): 0.0}

    def set(self, value: float, *labels: str) -> None:
        """Take a new value."""
        self.values[labels] = value


class Histogram:
    """How many seconds something took, counted in buckets, by label values.

    Attributes
    ----------
    name, text, labels : name, what is timed, names of the labels.
    bounds : largest value of each bucket, growing; one more bucket takes what is above the last.
    counts : observations in each bucket, by label values.
    sums : seconds in all.
    created : when each of them was first observed, seconds since 1970.

    """

    def __init__(
        self, name: str, text: str, bounds: Sequence[float], *labels: str, clock: Clock = time.time
    ) -> None:
        self.name, self.text, self.labels, self.bounds = name, text, labels, bounds
        self.counts: dict[Labels, list[int]] = {}
        self.sums: dict[Labels, float] = {}
        self.created: dict[Labels, float] = {}
        self._clock = clock
        if not labels:
            self._begin(labels)

    def _begin(self, labels: Labels) -> None:
        self.created[labels] = self._clock()
        self.sums[labels] = 0.0
        self.counts[labels] = [0] * (len(self.bounds) + 1)

    def observe(self, seconds: float, *labels: str) -> None:
        """Count one observation."""
        if labels not in self.counts:
            self._begin(labels)
        self.counts[labels][bisect_left(self.bounds, seconds)] += 1
        self.sums[labels] += seconds


Series = Counter | Gauge | Histogram
