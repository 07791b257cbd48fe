"""The portrait: which parameters make each cluster, in words and as standardised means."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation.dclop.run import Outcome
from models.dclop.standardisation import Standardisation

Floats = NDArray[np.float64]

NAMED: Final = 3
"""Parameters that are named in words at most."""
REMARKABLE: Final = 0.5
"""Standard deviations from the mean of all rows from which on a parameter says something of a cluster."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What a cluster is like.

    Attributes
    ----------
    cluster : its label.
    rows, anomalous : how many it has, and how many of these are anomalies.
    day : share of its rows that are of a day's window.
    means : (C,) of its rows, in standard deviations from the means of all rows.
    words : the parameters that are farthest from the mean.

    """

    cluster: int
    rows: int
    anomalous: int
    day: float
    means: Floats
    words: str


def portrait(outcome: Outcome) -> list[Trait]:
    """Return the clusters of a contender that has any, by label; those without rows are left out."""
    if outcome.scored.clusters is None:
        return []
    telemetry, labels = outcome.case.stored, outcome.scored.clusters.labels
    standardised = Standardisation.fit(telemetry.values)(telemetry.values)
    return [
        Trait(
            int(label),
            int(own.sum()),
            int((own & telemetry.labels).sum()),
            float(telemetry.is_day[own].mean()),
            means := standardised[own].mean(axis=0),
            in_words(means, telemetry.names),
        )
        for label in np.unique(labels)
        if (own := labels == label).any()
    ]


def in_words(means: Floats, names: tuple[str, ...]) -> str:
    """Return ``NAME high (+2.1)`` of the parameters (C,) farthest from the mean, farthest first."""
    order = np.argsort(-np.abs(means), kind="stable")[:NAMED]
    words = [
        f"{names[k]} {'high' if means[k] > 0 else 'low'} ({means[k]:+.1f})"
        for k in order
        if abs(means[k]) >= REMARKABLE
    ]
    return ", ".join(words) or "nothing remarkable"
