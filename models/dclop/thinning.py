"""Thinning of the reference set to a budget, and what accuracy that costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dclop.clop import Clop
from models.errors import TrainingDataError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Thinned:
    """A smaller reference set; `kept` (N,) says which training rows it holds."""

    clop: Clop
    kept: Mask


@dataclass(frozen=True, slots=True)
class Loss:
    """Scores of the rows that were left out, as new ones against the thinned set and among all as before.

    Attributes
    ----------
    rows : left out, of large clusters.
    mean, largest : difference of the score.
    before, after : share of them at or above the threshold.

    """

    rows: int
    mean: float
    largest: float
    before: float
    after: float


def thin(clop: Clop, points: Floats, labels: Integers, budget: int, seed: int) -> Thinned:
    """Keep at most `budget` of the rows (N, D) that `clop` was fitted to, chosen at random in each cluster.

    A cluster keeps its share of the budget, and at least m + 1 rows where it has them. The scaling factors
    are those of all rows, so that rows which were left out score as new ones do.

    Raises
    ------
    TrainingDataError
        If the budget is too small for the large clusters.

    """
    rng = np.random.default_rng(seed)
    members = [rng.permutation(np.flatnonzero(labels == label)) for label in clop.large]
    least = clop.settings.neighbours + 1
    quotas = _quotas([len(rows) for rows in members], least, budget)
    chosen = [rows[:quota] for rows, quota in zip(members, quotas, strict=True)]
    kept = np.zeros(len(points), np.bool_)
    kept[np.concatenate(chosen)] = True
    smaller = Clop.of_members(
        clop.settings, clop.large, [points[rows] for rows in chosen], [points[rows] for rows in members]
    )
    return Thinned(smaller, kept)


def _quotas(sizes: list[int], least: int, budget: int) -> list[int]:
    """Return how many members each cluster keeps, in sum at most `budget`."""
    floors = np.minimum(sizes, least)
    free = budget - int(floors.sum())
    if free < 0:
        raise TrainingDataError(f"{budget} rows are too few, {len(sizes)} clusters need {int(floors.sum())}")
    rest = np.asarray(sizes) - floors
    shares = rest * min(1.0, free / max(1, int(rest.sum())))
    return [int(quota) for quota in floors + shares.astype(np.int64)]


def loss(before: Floats, after: Floats, threshold: float) -> Loss:
    """Compare the scores (n,) of the rows that were left out."""
    if not before.size:
        return Loss(0, 0.0, 0.0, 0.0, 0.0)
    change = np.abs(after - before)
    shares = (float(np.mean(scores >= threshold)) for scores in (before, after))
    return Loss(len(before), float(change.mean()), float(change.max()), *shares)
