"""The same scores and decisions as window by window, in any chunks."""

from typing import NamedTuple

import numpy as np

from fdir_service.bench.reference import PERIOD, Bare, Floats, setup, signals
from fdir_service.bench.rounds import Fact, Row
from fdir_service.detector import Detector

WINDOWS = 20_000
QUICK = 600
CHUNK = 256
SEEDS = ((1, CHUNK), (2, 24))
"""Seed and largest chunk of each way to cut the record."""


class Difference(NamedTuple):
    """Largest difference of a score, and failure indices that differ."""

    largest: float
    flipped: int


def differences(windows: int) -> Difference:
    """Compare scores and indices of a record with faults, in random chunks, with those of single windows."""
    detector = setup()
    before = detector.card.window - 1
    samples = signals(before + windows, faulty=True)
    wanted = Bare.of(detector, samples).scores().astype(np.float64)
    fresh = Detector(detector, CHUNK).indices
    decided = [index(wanted[:, o.column]) for index, o in zip(fresh, detector.outputs, strict=True)]
    largest, flipped = 0.0, 0
    for seed, most in SEEDS:
        scores, indices = _cut(Detector(detector, CHUNK), samples.T, seed, most)
        columns = [output.column for output in detector.outputs]
        largest = max(largest, float(np.abs(scores[:, before:] - wanted.T[columns]).max()))
        flipped += int(np.count_nonzero(indices[:, before:] != np.array(decided)))
    return Difference(largest, flipped)


def _cut(detector: Detector, inputs: Floats, seed: int, most: int) -> tuple[Floats, Floats]:
    rng, at, parts = np.random.default_rng(seed), 0, []
    while at < inputs.shape[1]:
        chunk = inputs[:, at : at + int(rng.integers(1, most, endpoint=True))]
        parts.append(detector.step(PERIOD * np.arange(at, at + chunk.shape[1]), chunk))
        at += chunk.shape[1]
    scores, indices = (np.concatenate(values, axis=1) for values in zip(*parts, strict=True))
    return scores, indices


ROWS = (
    Row(
        "max_abs_difference",
        "largest difference of a score to bare onnxruntime, 20,000 windows with faults in random chunks",
        1e-5,
        1e-5,
        lambda quick: Fact(differences(QUICK if quick else WINDOWS).largest),
        at_most=True,
    ),
    Row(
        "decisions_flipped",
        "failure indices that differ from those of single windows, in the same chunks",
        0,
        0,
        lambda quick: Fact(differences(QUICK if quick else WINDOWS).flipped),
        at_most=True,
    ),
)
