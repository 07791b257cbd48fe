"""What is compared: DCLOP as the paper has it, the dependable one, and plain detectors.

A contender sees the rows of one simulation, anomalies among them and unlabelled, and scores these and the
rows of another simulation. The plain ones get standardised inputs (equation 21).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from statistics import NormalDist
from time import process_time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.svm import OneClassSVM
from threadpoolctl import threadpool_limits

from models.dclop.clop import Clop, ClopSettings
from models.dclop.huber import StaticLoss
from models.dclop.recipe import THRESHOLD
from models.dclop.standardisation import Standardisation
from models.dclop.training import DEPENDABLE, PAPER, DclopSettings, Trained, train

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Role(StrEnum):
    """What a row of the comparison stands for."""

    OURS = "ours"
    BASELINE = "baseline"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of the stored rows: the points (N, D) that were clustered, and their labels (N,)."""

    points: Floats
    labels: Integers


@dataclass(frozen=True, slots=True)
class Scored:
    """What a contender says of the rows.

    Attributes
    ----------
    stored : (N,) scores of the rows that it was fitted to, none its own neighbour.
    unseen : (U,) scores of the rows of the other simulation.
    threshold : an alarm is a score at or above it.
    training_s : processor time of the fit, s.
    clusters : of a contender that clusters.

    """

    stored: Floats
    unseen: Floats
    threshold: float
    training_s: float
    clusters: Clusters | None = None


Score = Callable[[Floats, Floats, int], Scored]


@dataclass(frozen=True, slots=True)
class Contender:
    """A row of the comparison: `score` takes stored (N, C) and unseen rows (U, C) and a seed."""

    name: str
    role: Role
    score: Score


NEIGHBOURS: Final = 10
LOF_NEIGHBOURS: Final = 20
CLUSTERS: Final = 7
VARIANCE: Final = 0.9
"""Share of the variance that the principal components keep."""
DEVIATIONS: Final = ClopSettings().extent * NormalDist().inv_cdf((1 + THRESHOLD) / 2)
"""Standard deviations above the mean of the stored scores at which a plain detector alarms: where CLOP is .7.
No contender is told how many anomalies there are."""

OURS: Final = "dependable"
STATIC: Final = "paper dclop static"
DYNAMIC: Final = "paper dclop dynamic"


def contenders(paper: DclopSettings = PAPER, dependable: DclopSettings = DEPENDABLE) -> tuple[Contender, ...]:
    """Return the rows of the comparison in their order; ours first."""
    deep: Mapping[str, tuple[Role, DclopSettings]] = {
        OURS: (Role.OURS, dependable),
        DYNAMIC: (Role.BASELINE, paper),
        STATIC: (Role.BASELINE, replace(paper, loss=StaticLoss())),
    }
    plain: Mapping[str, Callable[[Floats, Floats, int], Scored]] = {
        "LoOP": _loop,
        "isolation forest": _forest,
        "one-class SVM": _svm,
        "PCA": _pca,
        "K-means distance": _kmeans,
        "LOF": _lof,
        "kNN": _knn,
    }
    return (
        *(Contender(name, role, partial(_deep, settings)) for name, (role, settings) in deep.items()),
        *(Contender(name, Role.BASELINE, partial(_standardised, score)) for name, score in plain.items()),
    )


def _deep(settings: DclopSettings, stored: Floats, unseen: Floats, seed: int) -> Scored:
    start = process_time()
    trained: Trained = train(stored, seed, settings)
    seconds = process_time() - start
    found = trained.model(unseen.astype(np.float32)).score
    return Scored(trained.score, found, THRESHOLD, seconds, Clusters(trained.latent, trained.labels))


def _standardised(score: Score, stored: Floats, unseen: Floats, seed: int) -> Scored:
    standardisation = Standardisation.fit(stored)
    with threadpool_limits(1):  # sums in another order would give other figures
        start = process_time()
        found = score(standardisation(stored), standardisation(unseen), seed)
        return replace(found, training_s=process_time() - start)


def _scored(stored: Any, unseen: Any, clusters: Clusters | None = None) -> Scored:
    own = np.asarray(stored, np.float64)
    threshold = float(own.mean() + DEVIATIONS * own.std())
    return Scored(own, np.asarray(unseen, np.float64), threshold, 0.0, clusters)


def _loop(stored: Floats, unseen: Floats, _: int) -> Scored:
    """LoOP (Kriegel et al. 2009): CLOP with one cluster, whose threshold it shares."""
    one = np.zeros(len(stored), np.int64)
    clop = Clop.fit(stored, one)
    found = clop.score(unseen, np.zeros(len(unseen), np.int64))
    return Scored(clop.score_stored(stored, one), found, THRESHOLD, 0.0)


def _forest(stored: Floats, unseen: Floats, seed: int) -> Scored:
    forest = IsolationForest(random_state=seed).fit(stored)
    return _scored(-forest.score_samples(stored), -forest.score_samples(unseen))


def _svm(stored: Floats, unseen: Floats, _: int) -> Scored:
    machine = OneClassSVM().fit(stored)
    return _scored(-machine.decision_function(stored), -machine.decision_function(unseen))


def _pca(stored: Floats, unseen: Floats, _: int) -> Scored:
    """Score by the squared error of the reconstruction."""
    fitted = PCA(VARIANCE, svd_solver="full").fit(stored)

    def errors(rows: Floats) -> Floats:
        return np.asarray(((rows - fitted.inverse_transform(fitted.transform(rows))) ** 2).sum(axis=1))

    return _scored(errors(stored), errors(unseen))


def _kmeans(stored: Floats, unseen: Floats, seed: int) -> Scored:
    """Score by the distance to the nearest centre."""
    fitted = KMeans(CLUSTERS, n_init=10, random_state=seed).fit(stored)
    clusters = Clusters(stored, fitted.labels_.astype(np.int64))
    return _scored(fitted.transform(stored).min(axis=1), fitted.transform(unseen).min(axis=1), clusters)


def _lof(stored: Floats, unseen: Floats, _: int) -> Scored:
    fitted = LocalOutlierFactor(LOF_NEIGHBOURS, novelty=True).fit(stored)
    return _scored(-fitted.negative_outlier_factor_, -fitted.score_samples(unseen))


def _knn(stored: Floats, unseen: Floats, _: int) -> Scored:
    """Score by the distance to the tenth neighbour."""
    fitted = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(stored)
    return _scored(fitted.kneighbors()[0][:, -1], fitted.kneighbors(unseen)[0][:, -1])
