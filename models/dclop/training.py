"""Training of DCLOP: pre-training, K-means, the joint phase; a table in, the float64 detector out."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits
from torch import Tensor

from models.dclop.assignment import assign
from models.dclop.autoencoder import DeepEmbeddedAutoencoder
from models.dclop.clop import Clop, ClopSettings
from models.dclop.clustering import JointSettings, cluster_jointly
from models.dclop.encoder import HIDDEN, LATENT, Encoder
from models.dclop.huber import DynamicLoss, Loss, StaticLoss
from models.dclop.model import Dclop
from models.dclop.standardisation import Standardisation
from models.errors import TrainingDataError
from models.training import Progress, ProgressCallback, seeded, silent

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SILHOUETTE_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class PretrainingSettings:
    """Settings of the pre-training by Adamax."""

    epochs: int = 200
    batch: int = 64
    rate: float = 1e-3


@dataclass(frozen=True, slots=True)
class DclopSettings:
    """Settings of the whole method; the defaults are the paper's, where it gives them.

    Attributes
    ----------
    clusters : K.
    clip : largest standardised value, or None.
    both_spaces : score by the neighbourhoods among the inputs, too, see `Dclop.combine`.
    restarts : trainings, with seeds that follow each other; the one whose clusters have the best silhouette
        is kept.
    loss : of the reconstruction, in both phases.
    threshold_quantile : take h of the joint phase from this quantile of the pre-training errors; None: h
        stays that of the loss.

    """

    clusters: int = 7
    hidden: tuple[int, ...] = HIDDEN
    latent: int = LATENT
    clip: float | None = None
    both_spaces: bool = False
    restarts: int = 1
    loss: Loss = field(default_factory=DynamicLoss)
    threshold_quantile: float | None = None
    pretraining: PretrainingSettings = field(default_factory=PretrainingSettings)
    joint: JointSettings = field(default_factory=JointSettings)
    clop: ClopSettings = field(default_factory=ClopSettings)


PAPER: Final = DclopSettings()
DEPENDABLE: Final = DclopSettings(clusters=9, clip=8.0, both_spaces=True)
"""Spare clusters, limited values and the score of both spaces."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained detector and what its training saw.

    Attributes
    ----------
    labels : (N,) cluster of each training sample.
    latent : (N, Z) its latent point.
    score : (N,) its score among the others.
    iterations : of the joint phase.

    """

    model: Dclop
    labels: Integers
    latent: Floats
    score: Floats
    iterations: int

    @property
    def small_share(self) -> float:
        """Share of the training samples in small clusters; more than .02 is worth a look."""
        return float(np.mean(~np.isin(self.labels, self.model.clop.large)))


def train(
    samples: NDArray[np.floating],
    seed: int,
    settings: DclopSettings | None = None,
    progress: ProgressCallback = silent,
) -> Trained:
    """Train on samples (N, C) in engineering units, all of them finite.

    Raises
    ------
    TrainingDataError
        If there are fewer samples than clusters.

    """
    chosen = settings or DclopSettings()
    if len(samples) < chosen.clusters:
        raise TrainingDataError(f"{len(samples)} samples for {chosen.clusters} clusters")
    # The detector gets single precision: what it cannot see must not shape the clusters.
    seen = np.asarray(samples, np.float32)
    standardisation = Standardisation.fit(seen, chosen.clip)
    standardised = standardisation(seen)
    found = [_cluster(standardised, k, chosen, progress) for k in range(seed, seed + chosen.restarts)]
    best = found[0] if len(found) == 1 else max(found, key=lambda c: silhouette(standardised, *c[:2]))
    return _fitted(seen, standardisation, *best, chosen)


def _cluster(
    standardised: Floats, seed: int, settings: DclopSettings, progress: ProgressCallback
) -> tuple[Encoder, Floats, int]:
    data = torch.from_numpy(standardised.astype(np.float32))
    with seeded(seed) as rng:
        network = DeepEmbeddedAutoencoder(data.shape[1], settings.hidden, settings.latent)
        pretrain(network, data, settings.loss, settings.pretraining, rng, progress)
        first = initial_centres(network.reference()(standardised), settings.clusters, seed)
        loss = _joint_loss(network, data, settings)
        found = cluster_jointly(network, data, first, loss, settings.joint, rng, progress)
    return network.reference(), found.centres, found.iterations


def pretrain(
    network: DeepEmbeddedAutoencoder,
    samples: Tensor,
    loss: Loss,
    settings: PretrainingSettings,
    rng: np.random.Generator,
    progress: ProgressCallback = silent,
) -> None:
    """Train `network` to reconstruct standardised samples (N, C) (section 4.1.2)."""
    optimizer = torch.optim.Adamax(network.parameters(), settings.rate)
    for epoch in range(1, settings.epochs + 1):
        order = torch.from_numpy(rng.permutation(len(samples)))
        losses = []
        for first in range(0, len(order), settings.batch):
            rows = order[first : first + settings.batch]
            value = loss(samples[rows], network(samples[rows])[1])
            optimizer.zero_grad()
            torch.autograd.backward(value)
            optimizer.step()
            losses.append(float(value.detach()))
        mean = float(np.mean(losses))
        progress(Progress(epoch, settings.epochs, mean, mean))


def initial_centres(latent: Floats, clusters: int, seed: int) -> Floats:
    """Return the centres (K, Z) that K-means finds among latent points (N, Z)."""
    with threadpool_limits(1):  # sums in another order would give other centres
        found = KMeans(n_clusters=clusters, n_init=10, random_state=seed).fit(latent)
    return np.asarray(found.cluster_centers_, np.float64)


def silhouette(standardised: Floats, encoder: Encoder, centres: Floats) -> float:
    """Return the silhouette of the clusters among latent points, of at most 2000; -1 for one cluster."""
    latent = encoder(standardised[:: -(-len(standardised) // SILHOUETTE_ROWS)])
    labels, _ = assign(latent, centres)
    clusters = len(np.unique(labels))
    return float(silhouette_score(latent, labels)) if 1 < clusters < len(latent) else -1.0


def _joint_loss(network: DeepEmbeddedAutoencoder, samples: Tensor, settings: DclopSettings) -> Loss:
    loss, quantile = settings.loss, settings.threshold_quantile
    if quantile is None or isinstance(loss, StaticLoss):
        return loss
    with torch.no_grad():
        errors = (samples - network(samples)[1]).abs().numpy()
    return DynamicLoss(loss.delta, loss.beta, float(np.quantile(errors, quantile)))


def _fitted(
    samples: NDArray[np.float32],
    standardisation: Standardisation,
    encoder: Encoder,
    centres: Floats,
    iterations: int,
    settings: DclopSettings,
) -> Trained:
    standardised = standardisation(samples)
    latent = encoder(standardised)
    labels, _ = assign(latent, centres)
    by_size = np.argsort(-np.bincount(labels, minlength=len(centres)), kind="stable")
    labels = np.argsort(by_size)[labels]
    clop = Clop.fit(latent, labels, settings.clop)
    inputs = Clop.fit(standardised, labels, settings.clop) if settings.both_spaces else None
    model = Dclop(standardisation, encoder, centres[by_size], clop, inputs)
    return Trained(model, labels, latent, model.score_stored(samples, labels), iterations)
