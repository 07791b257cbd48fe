"""The joint phase: latent points and cluster centres optimised together (DCLOP paper, Algorithm 1)."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.dclop.autoencoder import DeepEmbeddedAutoencoder
from models.dclop.huber import Loss
from models.training import Progress, ProgressCallback, silent

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JointSettings:
    """Settings of Algorithm 1.

    Attributes
    ----------
    gamma : weight of the KL divergence (equation 15).
    interval : tau, iterations between two targets.
    tolerance : r, share of labels below which the phase stops.
    iterations : T, at most.
    least : iterations before the test; K-means labels are those of the first assignment, so that a test at
        iteration 0 would always stop there.
    batch, rate : of Adamax.

    """

    gamma: float = 0.1
    interval: int = 20
    tolerance: float = 1e-4
    iterations: int = 1200
    least: int = 200
    batch: int = 64
    rate: float = 1e-3


@dataclass(frozen=True, slots=True)
class Clustered:
    """Where the joint phase ended: the centres (K, Z) float64 and the iterations run."""

    centres: Floats
    iterations: int


def soft_assignment(latent: Tensor, centres: Tensor) -> Tensor:
    """Return Q (n, K), the similarities of latent points to centres by Student's t (equation 3)."""
    similarity = 1 / (1 + ((latent[:, None] - centres) ** 2).sum(dim=-1))
    return similarity / similarity.sum(dim=1, keepdim=True)


def target_distribution(q: Tensor) -> Tensor:
    """Return P (n, K), which sharpens Q and evens out the clusters' frequencies (equation 4)."""
    # A cluster without any weight has no share in P either.
    raised = q**2 / q.sum(dim=0).clamp_min(torch.finfo(q.dtype).tiny)
    return raised / raised.sum(dim=1, keepdim=True)


def divergence(p: Tensor, q: Tensor) -> Tensor:
    """Return the mean over samples of the KL divergence of P from Q (equation 5)."""
    tiny = torch.finfo(q.dtype).tiny
    return (p * (p.clamp_min(tiny).log() - q.clamp_min(tiny).log())).sum(dim=1).mean()


def cluster_jointly(
    network: DeepEmbeddedAutoencoder,
    samples: Tensor,
    centres: Floats,
    loss: Loss,
    settings: JointSettings,
    rng: np.random.Generator,
    progress: ProgressCallback = silent,
) -> Clustered:
    """Optimise the weights of `network` and the centres on ``L_rec + gamma KLD`` (equation 15).

    Parameters
    ----------
    samples : (N, C) standardised.
    centres : (K, Z) initial centres.

    """
    moving = nn.Parameter(torch.from_numpy(centres).to(samples.dtype))
    optimizer = torch.optim.Adamax([*network.parameters(), moving], settings.rate)
    batch = min(settings.batch, len(samples))
    labels: Tensor | None = None
    target, done = torch.empty(0), 0
    for done in range(settings.iterations + 1):
        if done % settings.interval == 0:
            q = _assignment(network, samples, moving)
            target, last, labels = target_distribution(q), labels, q.argmax(dim=1)
            if done >= settings.least and last is not None and _changed(last, labels) < settings.tolerance:
                break
        rows = torch.from_numpy(rng.choice(len(samples), batch, replace=False))
        value = _step(network, samples[rows], target[rows], moving, loss, settings.gamma, optimizer)
        progress(Progress(done + 1, settings.iterations, value, value))
    return Clustered(moving.detach().to(torch.float64).numpy(), done)


def _assignment(network: DeepEmbeddedAutoencoder, samples: Tensor, centres: Tensor) -> Tensor:
    with torch.no_grad():
        return soft_assignment(network.encoder(samples), centres)


def _changed(last: Tensor, labels: Tensor) -> float:
    """Return the share of labels that differ."""
    return float((last != labels).float().mean())


def _step(
    network: DeepEmbeddedAutoencoder,
    samples: Tensor,
    target: Tensor,
    centres: Tensor,
    loss: Loss,
    gamma: float,
    optimizer: torch.optim.Optimizer,
) -> float:
    latent, reconstructed = network(samples)
    q = soft_assignment(latent, centres)
    total = loss(samples, reconstructed) + gamma * divergence(target, q)
    optimizer.zero_grad()
    torch.autograd.backward(total)
    optimizer.step()
    return float(total.detach())
