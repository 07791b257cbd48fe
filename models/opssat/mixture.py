"""Gaussian mixtures of each channel: how unlikely a segment is among those of its own channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.mixture import GaussianMixture

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST: Final = 30
"""Segments that a channel needs for mixtures of its own."""
ABSENT: Final = -1e30
"""Log density of components that belong to another channel."""


@dataclass(frozen=True, slots=True)
class MixtureSettings:
    """Settings.

    Attributes
    ----------
    components : of the mixtures whose log densities are averaged; each number once for every seed.
    seeds : initialisations of each.
    floor : least variance of a standardised quantity, added to the diagonal.

    """

    components: tuple[int, ...] = (2, 3, 4)
    seeds: int = 1
    floor: float = 0.05


@dataclass(frozen=True, slots=True)
class Mixture:
    """One mixture for each channel with enough segments, and one of all segments for any other channel.

    Attributes
    ----------
    group : (C,) position of each component's channel in the list of channels; the last is any other.
    constant : (C,) log weight plus log of the density's norm.
    whitening, shift : (C, D, D) and (C, D); ``|z @ whitening - shift|`` is the Mahalanobis distance.

    """

    group: Integers
    constant: Floats
    whitening: Floats
    shift: Floats

    @classmethod
    def fit(cls, points: Floats, groups: Integers, others: int, seed: int, part: tuple[int, float]) -> Self:
        """Fit to points (n, D) with the position (n,) of their channel, `others` for any other.

        Parameters
        ----------
        part : number of components and least variance.

        """
        parts = [(others, _fitted(points, seed, part))]
        for group in range(others):
            own = points[groups == group]
            if len(own) >= LEAST:
                parts.append((group, _fitted(own, seed, part)))
        dimensions = points.shape[1]
        whitening = np.concatenate([m.precisions_cholesky_ for _, m in parts])
        means = np.concatenate([m.means_ for _, m in parts])
        weights = np.concatenate([m.weights_ for _, m in parts])
        norms = np.log(np.diagonal(whitening, axis1=1, axis2=2)).sum(axis=1)
        return cls(
            np.repeat([group for group, _ in parts], part[0]),
            np.log(weights) + norms - dimensions / 2 * np.log(2 * np.pi),
            whitening,
            np.einsum("cd,cde->ce", means, whitening),
        )

    def present(self, others: int) -> Floats:
        """Return (others + 1, C), 0 where a component is of a channel's mixture and `ABSENT` elsewhere."""
        own = [g if (self.group == g).any() else others for g in range(others + 1)]
        return np.where(np.array(own)[:, None] == self.group, 0.0, ABSENT)

    def __call__(self, points: Floats, groups: Integers, others: int) -> Floats:
        """Return the log densities (n,) of points (n, D)."""
        apart = np.einsum("bd,cde->bce", points, self.whitening) - self.shift
        each = self.constant - (apart**2).sum(axis=2) / 2 + self.present(others)[groups]
        return np.asarray(np.logaddexp.reduce(each, axis=1))


def _fitted(points: Floats, seed: int, part: tuple[int, float]) -> GaussianMixture:
    components, floor = part
    return GaussianMixture(components, covariance_type="full", reg_covar=floor, random_state=seed).fit(points)


def fit_mixtures(
    points: Floats, groups: Integers, others: int, seed: int, settings: MixtureSettings
) -> tuple[Mixture, ...]:
    """Fit one mixture for each number of components and seed; see `Mixture.fit`."""
    return tuple(
        Mixture.fit(points, groups, others, 100 * seed + k, (components, settings.floor))
        for components in settings.components
        for k in range(settings.seeds)
    )


def surprise(mixtures: Sequence[Mixture], points: Floats, groups: Integers, others: int) -> Floats:
    """Return minus the mean log density (n,) of points (n, D)."""
    return np.asarray(-np.mean([mixture(points, groups, others) for mixture in mixtures], axis=0))
