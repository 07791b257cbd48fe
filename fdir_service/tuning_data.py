"""Flights for tuning: a few sets that every trial sees, kept in memory, and the classical checks on them."""

from typing import Final

import numpy as np

from fdir_service.benchmark_flights import Source
from models.classical import classical_index
from models.flights import AXES, Flights, Part
from models.metrics import Mask
from sim.faults import NOMINAL_HIGH
from sim.sensors import Sensor, model_of

SETS: Final = 4
"""Epochs that are flown; later ones see the same flights again."""


class ResidentFlights:
    """`models.tuning.TuningData` of simulated flights.

    Parameters
    ----------
    source : where they come from.
    sets : epochs that are flown.

    """

    def __init__(self, source: Source, sets: int = SETS) -> None:
        self._source = source
        self._sets = sets
        self._epochs: dict[tuple[int, int], Flights] = {}
        self._parts: dict[Part, Flights] = {}

    def epoch(self, seed: int, number: int) -> Flights:
        """Return the training flights of an epoch."""
        key = seed, number % self._sets
        if key not in self._epochs:
            self._epochs[key] = self._source.of_epoch(*key)
        return self._epochs[key]

    def part(self, name: Part) -> Flights:
        """Return the flights of a part that no training sees."""
        if name not in self._parts:
            batch = self._source.of_part(name)
            self._parts[name] = Flights(batch.signals, batch.axis_labels)
        return self._parts[name]

    def classical(self, flights: Flights) -> Mask:
        """Return the index (n, T, 2) of the classical checks."""
        indices = [
            classical_index(
                flights.signals[..., AXES * k : AXES * (k + 1)],
                np.array(NOMINAL_HIGH[sensor]),
                model_of(sensor, self._source.setting).step,
            )
            for k, sensor in enumerate(Sensor)
        ]
        return np.stack(indices, axis=-1)
