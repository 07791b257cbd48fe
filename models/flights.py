"""Labelled flights of accelerometer and gyroscopes, as the trainings of stuck-value detectors get them."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

AXES: Final = 3

Part = Literal["validation", "test"]


@dataclass(frozen=True, slots=True)
class Flights:
    """Labelled flights: `signals` (n, T, 6), m/s2 and rad/s; `axes` (n, T, 6), whether the axis is stuck."""

    signals: NDArray[np.float64]
    axes: NDArray[np.bool_]

    @property
    def labels(self) -> NDArray[np.bool_]:
        """(n, T, 8): accelerometer and gyroscopes, whether any axis is stuck, then the axes."""
        sensors = [self.axes[..., :AXES].any(axis=-1), self.axes[..., AXES:].any(axis=-1)]
        return np.concatenate([np.stack(sensors, axis=-1), self.axes], axis=-1)


class FlightData(Protocol):
    """Gives flights: new ones for every epoch of a training with a seed, and the same ones for a part."""

    def epoch(self, seed: int, number: int) -> Flights:
        """Return the training flights of an epoch, counted from 0."""
        ...

    def part(self, name: Part) -> Flights:
        """Return the flights of a part that no training sees."""
        ...
