"""The persistency that is best for a failure index: chosen on its own, after the scores are known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.hysteresis import Scores
from models.metrics import Mask, Reactions, literal_reactions, objective, strict_reactions
from models.stuck_figures import judged

PERSISTENCIES: Final = range(5, 31)
"""Samples that are tried; more than the shortest fault lasts would give that one up."""
THRESHOLD: Final = 0.5
"""Of the score: the paper's failure index knows no hysteresis."""

Count = Callable[[Mask, Mask, int], Reactions]
COUNTS: Final[Mapping[str, Count]] = {"literal": literal_reactions, "strict": strict_reactions}
"""How reactions are counted: as the paper's words say, or by the sample at which they fire."""


@dataclass(frozen=True, slots=True)
class Persistency:
    """A persistency in samples and the objective that it reaches."""

    samples: int
    worth: float


def indices(labels: Mask, scores: Scores) -> tuple[list[Mask], list[Mask]]:
    """Return labels and indices (n, T - W + 1) by sensor, where they can be judged.

    Parameters
    ----------
    labels : (n, T, sensors).
    scores : (n, T - W + 1, sensors).

    """
    parts = [judged(labels[..., k], scores[..., k]) for k in range(scores.shape[-1])]
    return [part for part, _ in parts], [np.asarray(found >= THRESHOLD, np.bool_) for _, found in parts]


def best_persistency(labels: list[Mask], found: list[Mask], count: Count) -> Persistency:
    """Return the persistency with the largest weighted F0.5 over the sensors; of equal ones the shortest.

    The weights are equal and sum to 1 (Equation 1 of the stuck-value CNN paper).

    Parameters
    ----------
    labels, found : labels and indices (n, T) by sensor.

    """
    worths = [
        Persistency(p, objective(count(y, q, p) for y, q in zip(labels, found, strict=True)))
        for p in PERSISTENCIES
    ]
    return max(worths, key=lambda persistency: persistency.worth)
