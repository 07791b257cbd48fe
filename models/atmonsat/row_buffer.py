"""ISLCC on a stream, as the AtMonSat firmware computes it: rows wait until any sensor changes.

The counters of the notebooks (interpolated iterations since last change) fall back to zero before a change
that is yet to come. On a stream the rows since the last change of any sensor therefore wait in a buffer; a
change bends the counters of the sensors that changed to a ramp, and all rows leave together. A full buffer
releases its oldest row with the plain count (``firmwares/atmonsat_common_sources`` of the public repository
``andre-stemper/ATMonSAT``).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.float32]

CAPACITY: Final = 100
"""Rows that the firmware's buffer holds."""


@dataclass(slots=True)
class RowBuffer:
    """The rows that wait, and the counters. All start from zeros; nothing resets them.

    Attributes
    ----------
    sensors : temperatures in a row.
    capacity : rows that can wait; None: any number, then the rows that leave are those of the notebooks.
    overflows : rows that left because the buffer was full.

    """

    sensors: int
    capacity: int | None = CAPACITY
    overflows: int = 0
    _counters: Floats = field(init=False)
    _previous: Floats = field(init=False)
    _waiting: list[tuple[Floats, Floats]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        if self.capacity is not None and self.capacity < 1:
            raise ValueError(f"capacity {self.capacity}: at least 1 row has to fit")
        self._counters = np.zeros(self.sensors)
        self._previous = np.zeros(self.sensors)

    @property
    def waiting(self) -> int:
        """How many rows wait; at the end of a run they are never judged."""
        return len(self._waiting)

    def push(self, temperatures: Floats) -> Rows:
        """Take the next row (sensors,), return those that leave (n, 2 sensors): counters, then temperatures.

        The oldest comes first; n is 0 while nothing changes and the buffer has room.
        """
        changed = temperatures != self._previous
        counters = np.where(changed, 0.0, self._counters + 1)
        leaving = self._changed(changed) if changed.any() else self._overflowed()
        self._waiting.append((counters, temperatures))
        self._counters, self._previous = counters, temperatures
        return leaving

    def _overflowed(self) -> Rows:
        """Return the oldest row with the counters it was stored with, if the buffer is full."""
        if self.waiting != self.capacity:
            return np.empty((0, 2 * self.sensors), np.float32)
        self.overflows += 1
        return np.concatenate(self._waiting.pop(0)).astype(np.float32)[None]

    def _changed(self, changed: NDArray[np.bool_]) -> Rows:
        """Return all rows; the counters of sensors that changed fall from that of the oldest row to zero."""
        rows = np.array([np.concatenate(row) for row in self._waiting]).reshape(-1, 2 * self.sensors)
        ramped = np.flatnonzero(changed)
        if len(rows):
            left = 1 - np.arange(len(rows)) / len(rows)
            rows[:, ramped] = rows[0, ramped] * left[:, None]
        self._waiting.clear()
        return rows.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Released:
    """What left the buffer during a run, first in, first out: row k of the run is the k-th to leave.

    Attributes
    ----------
    rows : (N, 2 sensors) counters, then temperatures.
    reply : (N,) number of the row that released each.
    waiting : rows that were still buffered when the run ended.
    overflows : rows that a full buffer released.

    """

    rows: Rows
    reply: NDArray[np.int64]
    waiting: int
    overflows: int


def release(temperatures: Floats, capacity: int | None = CAPACITY) -> Released:
    """Push the rows of a run (T, sensors) one by one."""
    buffer = RowBuffer(temperatures.shape[1], capacity)
    parts = [buffer.push(row) for row in temperatures]
    sizes = [len(part) for part in parts]
    rows = np.concatenate([np.empty((0, 2 * buffer.sensors), np.float32), *parts])
    return Released(rows, np.repeat(np.arange(len(parts)), sizes), buffer.waiting, buffer.overflows)
