"""Size and rate of the exported graph as a function of the reference set; ``python -m models.dclop.cost``."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from models.card import Card, Channel
from models.dclop.assignment import assign
from models.dclop.clop import Clop
from models.dclop.encoder import HIDDEN, LATENT, Encoder, Layer
from models.dclop.export import build, largest_difference, open_graph, outputs, run
from models.dclop.model import Dclop
from models.dclop.standardisation import Standardisation

REFERENCES: Final = (1_000, 10_000)
BATCHES: Final = (1, 64, 256)
CHANNELS: Final = 27
CLUSTERS: Final = 7
ROUNDS: Final = 20
CALLS: Final = 256
"""Samples of one round at least."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a graph with `references` rows costs.

    Attributes
    ----------
    octets : size of the file.
    difference : largest one from the float64 reference.
    rates : samples/s of processor time by batch, the best of all rounds.

    """

    references: int
    octets: int
    difference: float
    rates: dict[int, float]


def made(references: int, seed: int = 0) -> tuple[Dclop, np.ndarray]:
    """Return a detector of the paper's size with random weights, and its rows (n, C) in blobs."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((CLUSTERS, CHANNELS))
    rows = centres[np.arange(references) % CLUSTERS] + 0.3 * rng.standard_normal((references, CHANNELS))
    rows = rows.astype(np.float32)
    standardisation, encoder = Standardisation.fit(rows), _encoder(rng)
    points = encoder(standardisation(rows))
    means = np.stack([points[k::CLUSTERS].mean(axis=0) for k in range(CLUSTERS)])
    clop = Clop.fit(points, assign(points, means)[0])
    return Dclop(standardisation, encoder, means, clop), rows


def _encoder(rng: np.random.Generator) -> Encoder:
    sizes = (CHANNELS, *HIDDEN, LATENT)
    last = len(sizes) - 2
    return Encoder(
        tuple(
            Layer(rng.standard_normal((a, b)) / np.sqrt(a), np.zeros(b), 1.0 if k == last else 0.25)
            for k, (a, b) in enumerate(pairwise(sizes))
        )
    )


def card_of(model: Dclop) -> Card:
    """Return a card for a detector that nobody keeps."""
    channels = tuple(Channel(name=f"channel.{k}") for k in range(len(model.standardisation.mean)))
    return Card(
        kind="cost",
        channels=channels,
        shape=(len(channels),),
        period=None,
        window=1,
        outputs=outputs(model, 0.7, 0.7),
        data={},
        command="",
        seed=0,
        version="0",
    )


def measure(references: int, rounds: int = ROUNDS, clock: Clock = time.process_time) -> Cost:
    """Build the graph and run it on its own rows, one thread, in batches of `BATCHES`."""
    model, rows = made(references)
    octets = build(model, card_of(model))
    session = open_graph(octets)
    best = dict.fromkeys(BATCHES, 0.0)
    for _ in range(rounds):
        for batch in BATCHES:
            calls = max(1, CALLS // batch)
            start = clock()
            for _ in range(calls):
                run(session, rows[:batch])
            best[batch] = max(best[batch], calls * batch / max(clock() - start, 1e-9))
    return Cost(references, len(octets), largest_difference(model, octets, rows[:512]), best)


def table(costs: list[Cost]) -> str:
    """Return the costs as a Markdown table."""
    head = "| references | MB | largest difference | " + " | ".join(f"batch {b}" for b in BATCHES) + " |"
    lines = [head, "|---" * (3 + len(BATCHES)) + "|"]
    for cost in costs:
        rates = " | ".join(f"{cost.rates[b]:,.0f}/s" for b in BATCHES)
        lines.append(f"| {cost.references:,} | {cost.octets / 1e6:.2f} | {cost.difference:.1g} | {rates} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table([measure(n) for n in REFERENCES]))  # noqa: T201
