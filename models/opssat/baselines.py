"""Common detectors on the 18 published features, standardised, with the settings of their libraries."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, IsolationForest, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.neural_network import MLPRegressor
from sklearn.svm import OneClassSVM

from models.dclop.standardisation import Standardisation
from models.opssat.data import PUBLISHED, Segments
from models.opssat.layout import CHANNEL
from models.opssat.thresholds import otsu

Floats = NDArray[np.float64]
Rule = Callable[[Floats], Floats]
"""Standardised features (n, F) to scores (n,), higher is more anomalous."""

NEIGHBOURS: Final = 5
COMPONENTS: Final = 4
LENGTH: Final = ("len", "duration", "sampling")


@dataclass(frozen=True, slots=True)
class Baseline:
    """A fitted baseline."""

    names: tuple[str, ...]
    standardisation: Standardisation
    rule: Rule
    threshold: float

    def score(self, segments: Segments) -> Floats:
        """Return the scores (n,) of segments."""
        return self.rule(self.standardisation(table(segments, self.names)))


def table(segments: Segments, names: tuple[str, ...]) -> Floats:
    """Return columns (n, F) by name; ``channel`` is the channel number."""
    own = [segments.channel if n == CHANNEL else segments.columns([n])[:, 0] for n in names]
    return np.stack(own, axis=1).astype(np.float64)


def fit_supervised(name: str, segments: Segments, seed: int) -> Baseline:
    """Fit a classifier of `SUPERVISED` to labelled segments; its threshold is a probability of 1/2."""
    names = (*LENGTH, CHANNEL) if name == NULL else PUBLISHED
    standardisation = Standardisation.fit(table(segments, names))
    model = SUPERVISED[name](seed).fit(standardisation(table(segments, names)), segments.anomaly)
    return Baseline(names, standardisation, lambda x: np.asarray(model.predict_proba(x)[:, 1]), 0.5)


def fit_unsupervised(name: str, segments: Segments, seed: int) -> Baseline:
    """Fit one of `UNSUPERVISED` to all segments, labels unseen; its threshold is Otsu's on their scores."""
    standardisation = Standardisation.fit(table(segments, PUBLISHED))
    points = standardisation(table(segments, PUBLISHED))
    rule = UNSUPERVISED[name](points, seed)
    return Baseline(PUBLISHED, standardisation, rule, otsu(rule(points)))


NULL: Final = "length only"
"""The null model: what the length of a segment alone tells."""
SUPERVISED: Final[Mapping[str, Callable[[int], Any]]] = {
    "logistic": lambda seed: LogisticRegression(max_iter=1000, random_state=seed),
    "random forest": lambda seed: RandomForestClassifier(200, random_state=seed),
    NULL: lambda seed: ExtraTreesClassifier(200, min_samples_leaf=2, random_state=seed),
}


def _isolation_forest(points: Floats, seed: int) -> Rule:
    model = IsolationForest(random_state=seed).fit(points)
    return lambda x: np.asarray(-model.score_samples(x))


def _nearest(points: Floats, seed: int) -> Rule:  # noqa: ARG001  nothing is random here
    model = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(points)
    return lambda x: np.asarray(model.kneighbors(x)[0][:, -1])


def _local_outlier_factor(points: Floats, seed: int) -> Rule:  # noqa: ARG001
    model = LocalOutlierFactor(20, novelty=True).fit(points)
    return lambda x: np.asarray(-model.score_samples(x))


def _one_class_svm(points: Floats, seed: int) -> Rule:  # noqa: ARG001
    model = OneClassSVM().fit(points)
    return lambda x: np.asarray(-model.score_samples(x))


def _pca(points: Floats, seed: int) -> Rule:
    model = PCA(COMPONENTS, random_state=seed).fit(points)
    return lambda x: np.asarray(((x - model.inverse_transform(model.transform(x))) ** 2).sum(axis=1))


def _autoencoder(points: Floats, seed: int) -> Rule:
    model = MLPRegressor(hidden_layer_sizes=(32, COMPONENTS, 32), max_iter=100, random_state=seed)
    with warnings.catch_warnings():
        # Training ends after a fixed number of passes, not when the loss stands still.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points, points)
    return lambda x: np.asarray(((x - model.predict(x)) ** 2).sum(axis=1))


UNSUPERVISED: Final[Mapping[str, Callable[[Floats, int], Rule]]] = {
    "isolation forest": _isolation_forest,
    "kNN": _nearest,
    "LOF": _local_outlier_factor,
    "OCSVM": _one_class_svm,
    "PCA": _pca,
    "autoencoder": _autoencoder,
}
