"""The stuck-value net for a real inertial sensor: trained on recorded trials with injected faults.

Few trials are no large data set, so every trial is judged by a network that has not seen it, with thresholds
that have not seen it either; the file that is written is trained on all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.card import Card, Output
from models.export import export
from models.fault_outcomes import STUCK
from models.features import FeatureConstants
from models.flights import Flights
from models.hysteresis import Thresholds
from models.inertial_features import Mounting
from models.recipes import PARITY_WINDOWS, STUCK_CHANNELS, STUCK_OUTPUTS, STUCK_PERIOD
from models.recorded_trials import LeftOut, TrialData, choose_thresholds, leave_one_out_figures
from models.stuck_figures import PERSISTENCY
from models.stuck_net import StuckNet, window_of
from models.stuck_recipe import AXIS_OUTPUTS
from models.training import (
    DenseTraining,
    ProgressCallback,
    Records,
    dense_scores,
    seeded,
    silent,
    train_dense,
)

NAME: Final = "stuck-net-real"
WIDTH: Final = 16
DILATIONS: Final = (1, 2, 4, 8, 16, 32)
TRAINING: Final = DenseTraining(epochs=12, steps=50, batch=16, crop=512, patience=12)
VALIDATION_EPOCH: Final = 999
"""Number of the epoch whose faults decide which weights are kept; no training gets as far."""
TOLERANCE: Final = 0.16
"""Of the period: another sensor cannot always be polled at the very same rate."""
VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class RealRecipe:
    """How the detector is made: width and dilations of the net, and the training of each network."""

    width: int = WIDTH
    dilations: tuple[int, ...] = DILATIONS
    training: DenseTraining = TRAINING


def persistency_of(period: float) -> int:
    """Return the samples that last as long as the paper's persistency does on the benchmark."""
    return round(PERSISTENCY * STUCK_PERIOD / period)


def train_real(
    data: TrialData,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    recipe: RealRecipe = RealRecipe(),
) -> Card:
    """Train one network for each trial left out, and one on all trials, which is written to `out`.

    Raises
    ------
    ParityError
        If the file does not reproduce the trained network.

    """
    trials = list(_left_out(data, seed, progress, recipe))
    persistency = persistency_of(data.period)
    thresholds = choose_thresholds(trials, persistency)
    figures = leave_one_out_figures(trials, persistency)
    network = _train(data, seed, None, progress, recipe)
    card = _card(data, thresholds, figures, seed, recipe)
    export(network, card, out, _windows(trials[0].trial.flights, card.window))
    return card


def _left_out(
    data: TrialData, seed: int, progress: ProgressCallback, recipe: RealRecipe
) -> Iterator[LeftOut]:
    for number in range(len(data.digests)):
        network = _train(data, seed, number, progress, recipe)
        trial = data.trial(number)
        yield LeftOut(
            trial,
            dense_scores(network, trial.flights.signals.astype(np.float32)),
            dense_scores(network, trial.nominal.astype(np.float32)),
        )


def _train(
    data: TrialData, seed: int, left_out: int | None, progress: ProgressCallback, recipe: RealRecipe
) -> StuckNet:
    """Train on all trials but one."""
    first = data.epoch(seed, 0, left_out)
    mounting = Mounting((0.0, 0.0, 0.0), data.period)
    with seeded(seed) as rng:
        constants = FeatureConstants.fit(first.signals)
        network = StuckNet(constants, mounting, recipe.width, recipe.dilations)
        train_dense(
            network,
            network,
            network.window,
            lambda number: _records(data.epoch(seed, number, left_out) if number else first),
            _records(data.epoch(seed, VALIDATION_EPOCH, left_out)),
            recipe.training,
            rng,
            progress,
        )
    return network


def _records(flights: Flights) -> Records:
    return Records(flights.signals.astype(np.float32), flights.labels)


def _card(
    data: TrialData,
    thresholds: tuple[Thresholds, ...],
    figures: dict[str, float],
    seed: int,
    recipe: RealRecipe,
) -> Card:
    names = (*STUCK_OUTPUTS, *AXIS_OUTPUTS)
    pairs = [*thresholds, *[Thresholds(STUCK, STUCK)] * len(AXIS_OUTPUTS)]
    return Card(
        kind="dilated stuck-value net, real IMU",
        channels=STUCK_CHANNELS,
        shape=(len(STUCK_CHANNELS),),
        period=round(data.period, 6),
        period_tolerance=TOLERANCE,
        window=window_of(recipe.dilations),
        outputs=tuple(
            Output(name=name, on=pair.on, off=pair.off) for name, pair in zip(names, pairs, strict=True)
        ),
        data=dict(data.digests),
        command=f"fdir train {NAME} --data DIR --seed {seed}",
        seed=seed,
        metrics={f"left_out.{name}": value for name, value in figures.items()},
        version=VERSION,
    )


def _windows(flights: Flights, window: int) -> NDArray[np.float32]:
    """Return windows (m, W, 6) spread over the flights."""
    n, samples = flights.signals.shape[:2]
    rng = np.random.default_rng(0)
    first = rng.integers(samples - window + 1, size=PARITY_WINDOWS)
    row = rng.integers(n, size=PARITY_WINDOWS)
    found: NDArray[np.float64] = flights.signals[row[:, None], first[:, None] + np.arange(window)]
    return found.astype(np.float32)
