"""The supervised detector: the mean of a forest, of boosted trees and of small networks."""

import warnings
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from models.opssat.channels import indicators
from models.opssat.data import DataSetError, Segments
from models.opssat.layout import Layout
from models.opssat.smooth import Smooth

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

THRESHOLD: Final = 0.4
"""A mean of several models is seldom near 1, so that half is above where misses and false alarms balance."""


@dataclass(frozen=True, slots=True)
class SupervisedSettings:
    """Settings of the three parts.

    Attributes
    ----------
    trees, leaf : extremely randomised trees (Geurts et al. 2006), least segments in a leaf; half of the
        quantities at each split.
    boosted, rate, depth : boosted trees on halves of the segments (Friedman 2002), their learning rate and
        depth; 0 trees: none.
    networks, hidden, decay, epochs : multilayer perceptrons, layers, weight decay, passes over the data.

    """

    trees: int = 200
    leaf: int = 1
    boosted: int = 300
    rate: float = 0.05
    depth: int = 5
    networks: int = 4
    hidden: tuple[int, ...] = (64, 32)
    decay: float = 0.01
    epochs: int = 150


@dataclass(frozen=True, slots=True)
class Supervised:
    """The fitted detector; trees see quantities in single precision, networks smooth ones in double."""

    layout: Layout
    known: tuple[int, ...]
    forest: ExtraTreesClassifier
    boosted: GradientBoostingClassifier | None
    smooth: Smooth
    networks: tuple[MLPClassifier, ...]
    threshold: float = THRESHOLD

    @classmethod
    def fit(
        cls, segments: Segments, layout: Layout, seed: int, settings: SupervisedSettings | None = None
    ) -> Self:
        """Fit to labelled segments.

        Raises
        ------
        DataSetError
            If they are all anomalous or all nominal.

        """
        if len(np.unique(segments.anomaly)) < 2:
            raise DataSetError(f"{len(segments)} segments of one class: nothing to learn")
        chosen, labels, known = settings or SupervisedSettings(), segments.anomaly, segments.channels
        inputs = layout.inputs(segments)
        expanded, own = layout.expand(inputs), indicators(inputs[:, -1], known)
        splits = np.hstack([expanded, own])
        smooth = Smooth.fit(layout, layout.quantities, expanded)
        return cls(
            layout,
            known,
            _forest(chosen, seed).fit(splits, labels),
            _boosted(chosen, seed).fit(splits, labels) if chosen.boosted else None,
            smooth,
            _networks(np.hstack([smooth(expanded), own]), labels, seed, chosen),
        )

    def parts(self, inputs: Singles) -> list[Floats]:
        """Return what each part makes of inputs (n, columns + 1): probabilities (n,)."""
        expanded, own = self.layout.expand(inputs), indicators(inputs[:, -1], self.known)
        splits, smooth = np.hstack([expanded, own]), np.hstack([self.smooth(expanded), own])
        trees = [self.forest, self.boosted] if self.boosted else [self.forest]
        networks = [network.predict_proba(smooth)[:, 1] for network in self.networks]
        averaged = [np.mean(networks, axis=0)] if networks else []
        return [*(part.predict_proba(splits)[:, 1] for part in trees), *averaged]

    def __call__(self, inputs: Singles) -> Floats:
        """Return the probabilities of an anomaly (n,) for inputs (n, columns + 1)."""
        return np.asarray(np.mean(self.parts(inputs), axis=0))

    def score(self, segments: Segments) -> Floats:
        """Return the same (n,) for segments."""
        return self(self.layout.inputs(segments))


def _forest(settings: SupervisedSettings, seed: int) -> ExtraTreesClassifier:
    return ExtraTreesClassifier(
        settings.trees, max_features=0.5, min_samples_leaf=settings.leaf, random_state=seed
    )


def _boosted(settings: SupervisedSettings, seed: int) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=settings.boosted,
        learning_rate=settings.rate,
        max_depth=settings.depth,
        subsample=0.5,
        max_features=0.3,
        random_state=seed,
    )


def _networks(
    inputs: Floats, labels: NDArray[np.bool_], seed: int, settings: SupervisedSettings
) -> tuple[MLPClassifier, ...]:
    made = [
        MLPClassifier(
            settings.hidden,
            alpha=settings.decay,
            learning_rate_init=2e-3,
            max_iter=settings.epochs,
            random_state=100 * seed + k,
        )
        for k in range(settings.networks)
    ]
    with warnings.catch_warnings():
        # Training ends after a fixed number of passes, not when the loss stands still.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return tuple(network.fit(inputs, labels) for network in made)
