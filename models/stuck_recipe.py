"""Training of stuck-value detectors on the benchmark: flights in, one ONNX file with its card out.

Two recipes stand side by side: the faithful two-branch CNN on signal and derivative, and the improved net.
Thresholds come from the validation flights alone; the test flights are judged once, for the card.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.card import Card, Output
from models.export import export
from models.fault_outcomes import STUCK
from models.features import PAPER_FEATURES, FeatureConstants
from models.flights import FlightData, Flights
from models.hyperparameters import Hyperparameters
from models.hysteresis import Scores, Thresholds
from models.inertial_features import Mounting
from models.operating_point import Limits, OperatingPoint, choose_point
from models.recipes import PARITY_WINDOWS, STUCK_CHANNELS, STUCK_OUTPUTS, STUCK_PERIOD, digest_of_arrays
from models.scaling import PAPER_QUANTILES, Quantiles
from models.stuck_benchmark import benchmark_figures
from models.stuck_cnn import WINDOW as CNN_WINDOW
from models.stuck_cnn import StuckCnn, left_of
from models.stuck_figures import PERSISTENCY, judged
from models.stuck_net import DILATIONS, StuckNet, dilations_of, window_of
from models.training import (
    DenseTraining,
    ProgressCallback,
    Records,
    dense_scores,
    device_of,
    seeded,
    silent,
    train_dense,
)

AXIS_OUTPUTS: Final = tuple(channel.name for channel in STUCK_CHANNELS)
MOUNTING: Final = Mounting((0.25, -0.10, 0.15), STUCK_PERIOD)
"""Of the simulated hopper."""
LIMITS: Final = (Limits(0.07, 0.0006), Limits(0.06, 0.005))
"""Of accelerometer and gyroscopes on validation flights; about half of what is asked of unseen ones."""
FITTED: Final = 128
"""Flights that the scaling is fitted to."""
WATCHED: Final = 96
"""Validation flights whose loss decides when to stop; all of them choose the thresholds."""
VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class StuckRecipe:
    """How one detector is made.

    Attributes
    ----------
    name : of the command and of the file.
    kind : for the card.
    build : makes the untrained network of a window; a module with `dense`.
    shape : of the network of a window; raises `ValueError` if there is none.
    outputs : names of its scores: the sensors first, then, if it has them, the axes.
    quantiles : bounds of the robust scaling, percent.
    options : of the command that trains with other hyper-parameters than the recipe's own.

    """

    name: str
    kind: str
    build: Callable[[FeatureConstants, int], StuckCnn | StuckNet]
    shape: Callable[[int], object]
    window: int
    outputs: tuple[str, ...]
    training: DenseTraining
    quantiles: Quantiles = PAPER_QUANTILES
    options: str = ""

    @property
    def hyperparameters(self) -> Hyperparameters:
        """What of the recipe can be tuned."""
        return Hyperparameters(self.training.rate, self.training.epochs, *self.quantiles, self.window)

    def tuned(self, chosen: Hyperparameters) -> "StuckRecipe":
        """Return the recipe with other hyper-parameters.

        Raises
        ------
        ValueError
            If the network cannot have the window.

        """
        self.shape(chosen.window)
        return replace(
            self,
            window=chosen.window,
            training=replace(self.training, rate=chosen.learning_rate, epochs=chosen.epochs),
            quantiles=(chosen.quantile_low, chosen.quantile_high),
            options=chosen.options(self.hyperparameters),
        )

    def on(self, device: str) -> "StuckRecipe":
        """Return the recipe with its training on a torch device."""
        return replace(self, training=replace(self.training, device=str(device_of(device))))

    def untrained(self, flights: Flights) -> StuckCnn | StuckNet:
        """Return the network with its scaling fitted to the first of some training flights."""
        return self.build(FeatureConstants.fit(flights.signals[:FITTED], self.quantiles), self.window)


FAITHFUL: Final = StuckRecipe(
    "stuck-cnn-paper",
    "stuck-value CNN, paper's features",
    lambda constants, window: StuckCnn(constants, PAPER_FEATURES, window),
    left_of,
    CNN_WINDOW,
    STUCK_OUTPUTS,
    DenseTraining(epochs=24, patience=8),
)
IMPROVED: Final = StuckRecipe(
    "stuck-net",
    "dilated stuck-value net",
    lambda constants, window: StuckNet(constants, MOUNTING, dilations=dilations_of(window)),
    dilations_of,
    window_of(DILATIONS),
    STUCK_OUTPUTS + AXIS_OUTPUTS,
    DenseTraining(epochs=30, patience=8),
)


def train_stuck(
    recipe: StuckRecipe,
    data: FlightData,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    settings: DenseTraining | None = None,
) -> Card:
    """Train one detector, choose its operating point on the validation flights and write `out`.

    Raises
    ------
    ParityError
        If the file does not reproduce the trained network.

    """
    recipe = replace(recipe, training=settings or recipe.training)
    validation, first = data.part("validation"), data.epoch(seed, 0)

    def epoch(number: int) -> Flights:
        return data.epoch(seed, number) if number else first

    network = trained(recipe, epoch, validation, seed, progress)
    parts = {"first_epoch": first, "validation": validation, "test": data.part("test")}
    return finish(recipe, network, parts, out, seed)


def trained(
    recipe: StuckRecipe,
    epoch: Callable[[int], Flights],
    validation: Flights,
    seed: int,
    progress: ProgressCallback = silent,
) -> StuckCnn | StuckNet:
    """Return the trained network of a recipe.

    Parameters
    ----------
    epoch : gives the flights of an epoch, counted from 0; the scaling is fitted to those of the first.
    validation : flights of which some decide when to stop.

    """
    with seeded(seed) as rng:
        network = recipe.untrained(epoch(0))
        train_dense(
            network,
            network,
            recipe.window,
            lambda number: _records(epoch(number), recipe),
            _records(Flights(validation.signals[:WATCHED], validation.axes[:WATCHED]), recipe),
            recipe.training,
            rng,
            progress,
        )
    return network


def finish(
    recipe: StuckRecipe, network: StuckCnn | StuckNet, parts: Mapping[str, Flights], out: Path, seed: int
) -> Card:
    """Choose the operating point of a trained network on validation flights, judge it, and write `out`.

    Parameters
    ----------
    parts : flights of the first epoch, for validation and for test; digests of all go to the card.

    """
    validation = parts["validation"]
    points = _points(network, validation)
    metrics = {
        f"{name}{key}": value
        for name, flights in (("validation.", validation), ("", parts["test"]))
        for key, value in benchmark_figures(flights.axes, scores_of(network, flights), points).items()
    }
    card = _card(recipe, points, seed, parts, metrics)
    windows = _windows(validation.signals.astype(np.float32), recipe.window)
    export(network, card, out, windows)
    return card


def train_seeds(
    recipe: StuckRecipe,
    data: FlightData,
    out: Path,
    seeds: Iterable[int],
    progress: ProgressCallback = silent,
    settings: DenseTraining | None = None,
) -> list[Card]:
    """Train with each seed and write the file that is best on the validation flights to `out`.

    Returns
    -------
    The cards of all trainings, in the order of the seeds; the file of one seed alone is the same.

    """
    with TemporaryDirectory() as folder:
        cards = [
            train_stuck(recipe, data, Path(folder) / f"{seed}.onnx", seed, progress, settings)
            for seed in seeds
        ]
        best = max(cards, key=lambda card: card.metrics["validation.strict_j"])
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(folder) / f"{best.seed}.onnx", out)
    return cards


def spread(cards: Sequence[Card]) -> dict[str, tuple[float, float, float]]:
    """Return mean, least and largest of each figure that all cards have."""
    names = [name for name in cards[0].metrics if all(name in card.metrics for card in cards)]
    values = {name: [card.metrics[name] for card in cards] for name in names}
    return {name: (float(np.mean(found)), min(found), max(found)) for name, found in values.items()}


def _records(flights: Flights, recipe: StuckRecipe) -> Records:
    """Return flights as float32 records with the labels of a recipe's outputs."""
    return Records(flights.signals.astype(np.float32), flights.labels[..., : len(recipe.outputs)])


def scores_of(network: StuckCnn | StuckNet, flights: Flights) -> Scores:
    """Return the scores (n, T - W + 1, outputs) of flights."""
    return dense_scores(network, flights.signals.astype(np.float32))


def _points(network: StuckCnn | StuckNet, validation: Flights) -> tuple[OperatingPoint, ...]:
    scores = scores_of(network, validation)
    return tuple(
        choose_point(*judged(validation.labels[..., k], scores[..., k]), limits)
        for k, limits in enumerate(LIMITS)
    )


def _card(
    recipe: StuckRecipe,
    points: tuple[OperatingPoint, ...],
    seed: int,
    parts: Mapping[str, Flights],
    metrics: dict[str, float],
) -> Card:
    pairs = [point.thresholds for point in points] + [Thresholds(STUCK, STUCK)] * (len(recipe.outputs) - 2)
    return Card(
        kind=recipe.kind,
        channels=STUCK_CHANNELS,
        shape=(len(STUCK_CHANNELS),),
        period=STUCK_PERIOD,
        window=recipe.window,
        outputs=tuple(
            Output(name=name, on=pair.on, off=pair.off)
            for name, pair in zip(recipe.outputs, pairs, strict=True)
        ),
        data={name: digest_of_arrays(flights.signals, flights.axes) for name, flights in parts.items()},
        command=f"fdir train {recipe.name} --mission configs/hopper --seed {seed}{recipe.options}",
        seed=seed,
        metrics=recipe.hyperparameters.figures() | {"persistency": float(PERSISTENCY)} | metrics,
        version=VERSION,
    )


def _windows(signals: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """Return windows (m, W, 6) spread over the records (n, T, 6)."""
    n, samples = signals.shape[:2]
    rng = np.random.default_rng(0)
    first = rng.integers(samples - window + 1, size=PARITY_WINDOWS)
    row = rng.integers(n, size=PARITY_WINDOWS)
    found: NDArray[np.float32] = signals[row[:, None], first[:, None] + np.arange(window)]
    return found
