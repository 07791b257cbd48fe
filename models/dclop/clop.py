"""CLOP, local outlier probabilities inside clusters (DCLOP paper, section 4.2 and Algorithm 2).

LoOP (Kriegel et al. 2009) is the special case of one cluster. Where the paper leaves a choice, the reading is
named in ``docs/reference/dclop.md``.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.dclop.neighbours import nearest
from models.dclop.sizes import LARGE_SHARE, SIZE_RATIO, large_clusters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

REMOTE = 1.5
"""Distances vary more than densities: the far rows of a wide cluster are no outliers."""
FLOOR = 1e-12
"""Least probabilistic distance and least scaling factor: the ratio of two zeros is 1."""


@dataclass(frozen=True, slots=True)
class ClopSettings:
    """Settings of CLOP.

    Attributes
    ----------
    neighbours : m, size of a neighbourhood; in a cluster of at most m samples all the others.
    extent : lambda, standard deviations that count as near: 1, 2 or 3.
    large_share, size_ratio : epsilon and upsilon, see `large_clusters`.

    """

    neighbours: int = 10
    extent: float = 3.0
    large_share: float = LARGE_SHARE
    size_ratio: float = SIZE_RATIO


@dataclass(frozen=True, slots=True)
class Measured:
    """What CLOP measures of n points: home (position in `Clop.large`), pdist and CPLOF (equation 18)."""

    homes: Integers
    pdist: Floats
    cplof: Floats


@dataclass(frozen=True, slots=True)
class Clop:
    """The stored reference set and what new points need of it.

    Attributes
    ----------
    references : (n, D) members of the large clusters, one cluster after the other.
    cluster : (n,) position of each in `large`.
    pdist : (n,) probabilistic set distances of the references (equation 8).
    large : labels of the large clusters by falling size.
    centres : (C, D) means of the large clusters' members.
    counts : (C,) neighbours in use, m or less where a cluster is smaller.
    scaling : (C,) nCPLOF (equation 19).

    """

    settings: ClopSettings
    references: Floats
    cluster: Integers
    pdist: Floats
    large: tuple[int, ...]
    centres: Floats
    counts: Integers
    scaling: Floats

    @classmethod
    def fit(cls, points: Floats, labels: Integers, settings: ClopSettings | None = None) -> Self:
        """Store the rows (N, D) of the large clusters among `labels` (N,)."""
        chosen = settings or ClopSettings()
        large = large_clusters(np.bincount(labels).tolist(), chosen.large_share, chosen.size_ratio)
        members = [points[labels == label] for label in large]
        return cls.of_members(chosen, large, members, members)

    @classmethod
    def of_members(
        cls, settings: ClopSettings, large: tuple[int, ...], kept: list[Floats], members: list[Floats]
    ) -> Self:
        """Store the `kept` members of each large cluster; all its `members` give its scaling factor.

        Kept rows must come first among the members; they are never their own neighbours.
        """
        fitted = [_fit_cluster(k, m, settings) for k, m in zip(kept, members, strict=True)]
        return cls(
            settings,
            np.concatenate(kept),
            np.repeat(np.arange(len(large)), [len(k) for k in kept]),
            np.concatenate([pdist for pdist, _ in fitted]),
            large,
            np.stack([m.mean(axis=0) for m in members]),
            np.array([_count(len(k), settings) for k in kept]),
            np.array([scaling for _, scaling in fitted]),
        )

    @property
    def typical(self) -> float:
        """Mean pdist of the references."""
        return float(np.mean(self.pdist))

    @property
    def spread(self) -> float:
        """Scaling factor of pdist over `typical`, `REMOTE` times what nCPLOF is of CPLOF."""
        return max(REMOTE * self.settings.extent * _rms(self.pdist / self.typical - 1), FLOOR)

    def homes(self, points: Floats, labels: Integers) -> Integers:
        """Return for new points (b, D) the position in `large` of the own cluster or, if it is small, of
        the large one with the nearest centre.
        """  # noqa: D205
        _, by_centre = nearest(points, self.centres, 1)
        return self._own(labels, by_centre[:, 0])

    def stored_homes(self, points: Floats, labels: Integers) -> Integers:
        """Return the same for stored rows, whose nearest large cluster is that of the nearest reference."""
        _, by_point = nearest(points, self.references, 1)
        return self._own(labels, self.cluster[by_point[:, 0]])

    def _own(self, labels: Integers, otherwise: Integers) -> Integers:
        position = {label: k for k, label in enumerate(self.large)}
        own = np.array([position.get(int(label), -1) for label in labels], np.int64)
        return np.where(own < 0, otherwise, own)

    def measure(self, points: Floats, labels: Integers) -> Measured:
        """Measure new points (b, D) with their labels (b,) against the references."""
        return self._measure(points, self.homes(points, labels))

    def _measure(self, points: Floats, homes: Integers) -> Measured:
        pdist, cplof = np.empty(len(points)), np.empty(len(points))
        for k, count in enumerate(self.counts):
            rows, members = homes == k, self.cluster == k
            squares, near = nearest(points[rows], self.references[members], int(count))
            pdist[rows] = _pdist(squares, self.settings)
            cplof[rows] = _plof(pdist[rows], self.pdist[members][near])
        return Measured(homes, pdist, cplof)

    def measure_stored(self, points: Floats, labels: Integers) -> Measured:
        """Measure all rows (N, D) that `fit` saw, none of them its own neighbour (Algorithm 2)."""
        homes, pdist, cplof = np.empty(len(points), np.int64), np.empty(len(points)), np.empty(len(points))
        for k, label in enumerate(self.large):
            rows = labels == label
            homes[rows] = k
            pdist[rows], cplof[rows] = _own_plof(points[rows], self.settings)
        small = ~np.isin(labels, self.large)
        others = self._measure(points[small], self.stored_homes(points[small], labels[small]))
        homes[small], pdist[small], cplof[small] = others.homes, others.pdist, others.cplof
        return Measured(homes, pdist, cplof)

    def probability(self, measured: Measured) -> Floats:
        """Return CLOP (n,), ``max(0, erf(CPLOF / (nCPLOF sqrt 2)))`` (equation 20)."""
        return probability(measured.cplof / self.scaling[measured.homes])

    def remoteness(self, measured: Measured) -> Floats:
        """Return the same (n,) of the distance itself: pdist against the mean of all references.

        A group of fewer than m outliers that are each other's neighbours has no high CLOP, but is far from
        all else. One of more than a twentieth of the references makes the distances that it is judged by.
        """
        return probability((measured.pdist / self.typical - 1) / self.spread)

    def score(self, points: Floats, labels: Integers) -> Floats:
        """Return the CLOP (b,) of new points (b, D) with their labels (b,)."""
        return self.probability(self.measure(points, labels))

    def score_stored(self, points: Floats, labels: Integers) -> Floats:
        """Return the CLOP (N,) of all rows (N, D) that `fit` saw."""
        return self.probability(self.measure_stored(points, labels))


def _count(members: int, settings: ClopSettings) -> int:
    return max(1, min(settings.neighbours, members - 1))


def _pdist(squares: Floats, settings: ClopSettings) -> Floats:
    """Return pdist (n,), lambda times the standard distance (equations 7 and 8), from (n, m) squares."""
    return np.asarray(np.maximum(settings.extent * np.sqrt(squares.mean(axis=1)), FLOOR))


def _plof(pdist: Floats, of_neighbours: Floats) -> Floats:
    """Return CPLOF (n,) from pdist (n,) and that of the neighbours (n, m) (equation 18)."""
    return np.asarray(pdist / of_neighbours.mean(axis=1) - 1)


def _own_plof(members: Floats, settings: ClopSettings) -> tuple[Floats, Floats]:
    """Return pdist and CPLOF (n,) of a cluster's members (n, D) among each other."""
    if len(members) == 1:
        return np.full(1, FLOOR), np.zeros(1)
    own = np.arange(len(members))
    squares, near = nearest(members, members, _count(len(members), settings), own=own)
    pdist = _pdist(squares, settings)
    return pdist, _plof(pdist, pdist[near])


def _fit_cluster(kept: Floats, members: Floats, settings: ClopSettings) -> tuple[Floats, float]:
    """Return pdist (n,) of the kept members of a cluster and nCPLOF over all of them (equation 19)."""
    pdist, cplof = _own_plof(kept, settings)
    squares, near = nearest(members[len(kept) :], kept, _count(len(kept), settings))
    every = np.concatenate([cplof, _plof(_pdist(squares, settings), pdist[near])])
    return pdist, max(settings.extent * _rms(every), FLOOR)


def _rms(values: Floats) -> float:
    return math.sqrt(float(np.mean(values**2)))


def probability(deviations: Floats) -> Floats:
    """Return ``max(0, erf(x / sqrt 2))`` of deviations (n,) in units of the scaling factor."""
    return np.array([max(0.0, math.erf(x / math.sqrt(2))) for x in deviations.tolist()])


def loop(points: Floats, neighbours: int = 10, extent: float = 3.0) -> Floats:
    """Return the LoOP (N,) of rows (N, D) among each other: CLOP with one cluster."""
    labels = np.zeros(len(points), np.int64)
    return Clop.fit(points, labels, ClopSettings(neighbours, extent)).score_stored(points, labels)
