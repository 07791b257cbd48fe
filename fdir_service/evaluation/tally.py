"""What is counted of one index on one sensor, flight after flight; memory grows with faults, not samples."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.fault_outcomes import Outcomes, exact_axes, join, outcomes
from models.metrics import (
    NO_REACTIONS,
    Counts,
    Mask,
    Reactions,
    false_positive_durations,
    flat,
    literal_reactions,
    runs,
    strict_reactions,
)

SWEEP: Final = (9, 12, 15, 17, 19, 21, 24, 27, 30)
"""Persistencies for which strict reactions are counted as well, at the period of the benchmark."""


@dataclass(slots=True)
class Tally:
    """Counts of one index on flights with faults, and without any.

    Attributes
    ----------
    persistency : samples of the index for a reaction.
    literal, strict : reactions by the index, see `models.metrics`.
    sweep : strict reactions by persistency.
    long_runs : runs of the index of at least the persistency: the paper's reactions.
    reactions, in_fault : reactions of the chain, and those of them that come while the sensor is stuck.
    nominal : reactions of the chain on flights without a fault.

    """

    persistency: int
    literal: Reactions = NO_REACTIONS
    strict: Reactions = NO_REACTIONS
    sweep: dict[int, Reactions] = field(default_factory=lambda: dict.fromkeys(SWEEP, NO_REACTIONS))
    long_runs: int = 0
    reactions: int = 0
    in_fault: int = 0
    nominal: int = 0
    _outcomes: list[Outcomes] = field(default_factory=list)
    _durations: list[Counts] = field(default_factory=list)
    _exact: list[Mask] = field(default_factory=list)

    def add(self, labels: Mask, index: Mask, reactions: list[list[int]]) -> None:
        """Count flights: `labels` and `index` (n, T), reactions of the chain by flight."""
        self.literal += literal_reactions(labels, index, self.persistency)
        self.strict += strict_reactions(labels, index, self.persistency)
        for persistency in self.sweep:
            self.sweep[persistency] += strict_reactions(labels, index, persistency)
        self.long_runs += len(runs(flat(index)).longer(self.persistency))
        self.reactions += sum(map(len, reactions))
        self.in_fault += sum(int(row[found].sum()) for row, found in zip(labels, reactions, strict=True))
        self._outcomes.append(outcomes(labels, index, self.persistency))
        self._durations.append(false_positive_durations(labels, index))

    def add_axes(self, axes: Mask, index: Mask, named: Mask) -> None:
        """Count how often exactly the stuck axes are named; see `models.fault_outcomes.exact_axes`."""
        self._exact.append(exact_axes(axes, index, named))

    @property
    def outcomes(self) -> Outcomes:
        """What became of each fault, in the order of flights and onsets."""
        return join(self._outcomes)

    @property
    def false_positive_durations(self) -> Counts:
        """Lengths of the runs of the index without a fault, on flights with faults."""
        return np.concatenate(self._durations)

    @property
    def delays(self) -> NDArray[np.int64]:
        """Samples from onset to index, of the faults that are not missed."""
        found = self.outcomes
        return found.delay[~found.missed]

    @property
    def isolation(self) -> float | None:
        """Share of detected faults whose set of axes is named exactly; None without outputs for axes."""
        if not self._exact:
            return None
        exact = np.concatenate(self._exact)
        return float(exact.mean()) if len(exact) else float("nan")
