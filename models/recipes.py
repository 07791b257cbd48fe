"""The recipe of the stuck-value CNN, end to end: data in, one ONNX file with its card out."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.card import Card, Channel, Output
from models.export import export
from models.features import ALL_FEATURES, Feature, FeatureConstants
from models.hysteresis import Thresholds, choose
from models.stuck_cnn import WINDOW as STUCK_WINDOW
from models.stuck_cnn import StuckCnn
from models.stuck_figures import PERSISTENCY, false_reactions, figures, judged
from models.training import (
    DenseTraining,
    ProgressCallback,
    Records,
    dense_scores,
    seeded,
    silent,
    train_dense,
)

Part = Literal["train", "validation", "test", "nominal", "nominal_test"]
Labelled = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""Signals (n, T, 6) in m/s2 and rad/s and labels (n, T, 2)."""
StuckData = Callable[[Part], Labelled]
"""Gives the parts; the nominal ones have no fault, the training part some that outlast a window."""

STUCK_PERIOD: Final = 0.1
"""Seconds between samples of the hopper's sensors."""
STUCK_CHANNELS: Final = tuple(
    Channel(name=f"{sensor}.{axis}", unit=unit)
    for sensor, unit in (("acc", "m/s2"), ("imu", "rad/s"))
    for axis in "xyz"
)
STUCK_OUTPUTS: Final = ("acc", "imu")
STUCK_COMMAND: Final = "fdir train stuck-cnn --mission configs/hopper --trajectories {n} --seed {seed}"
PARITY_WINDOWS: Final = 256
FITTED: Final = 256
"""Records at most, evenly chosen, that the scaling is fitted to; more hardly change its constants."""
VERSION: Final = "1"


def train_stuck_cnn(
    data: StuckData,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    settings: DenseTraining | None = None,
    *,
    features: tuple[Feature, ...] = ALL_FEATURES,
) -> Card:
    """Train the stuck-value CNN, choose its thresholds on validation data and write `out`.

    Raises
    ------
    ParityError
        If the file does not reproduce the trained network.

    """
    parts = {part: data(part) for part in ("train", "validation")}
    records = {name: Records(s.astype(np.float32), y) for name, (s, y) in parts.items()}
    signals = parts["train"][0]
    constants = FeatureConstants.fit(signals[:: -(-len(signals) // FITTED)])
    with seeded(seed) as rng:
        network = StuckCnn(constants, features)
        chosen = settings or DenseTraining()
        train_dense(
            network,
            network,
            STUCK_WINDOW,
            lambda _: records["train"],
            records["validation"],
            chosen,
            rng,
            progress,
        )
    thresholds = _stuck_thresholds(network, records["validation"], data)
    card = _stuck_card(thresholds, parts, seed, _stuck_metrics(network, thresholds, data))
    export(network, card, out, _some_windows(records["validation"].signals))
    return card


def _stuck_card(
    thresholds: tuple[Thresholds, ...], parts: Mapping[str, Labelled], seed: int, metrics: dict[str, float]
) -> Card:
    return Card(
        kind="stuck-value CNN",
        channels=STUCK_CHANNELS,
        shape=(len(STUCK_CHANNELS),),
        period=STUCK_PERIOD,
        window=STUCK_WINDOW,
        outputs=tuple(
            Output(name=name, on=t.on, off=t.off) for name, t in zip(STUCK_OUTPUTS, thresholds, strict=True)
        ),
        data={name: digest_of_arrays(*arrays) for name, arrays in parts.items()},
        command=STUCK_COMMAND.format(n=len(parts["train"][0]), seed=seed),
        seed=seed,
        metrics=metrics,
        version=VERSION,
    )


def _stuck_thresholds(network: StuckCnn, validation: Records, data: StuckData) -> tuple[Thresholds, ...]:
    """Choose per sensor on validation and nominal data together, without a false reaction on either."""
    nominal, _ = data("nominal")
    scores = dense_scores(network, validation.signals), dense_scores(network, nominal.astype(np.float32))
    labels, judgeable = judged(validation.labels, scores[0])
    labels = np.concatenate([labels, np.zeros(scores[1].shape, np.bool_)])
    every = np.concatenate([judgeable, scores[1]])
    return tuple(choose(labels[..., k], every[..., k], PERSISTENCY) for k in range(len(STUCK_OUTPUTS)))


def _stuck_metrics(
    network: StuckCnn, thresholds: tuple[Thresholds, ...], data: StuckData
) -> dict[str, float]:
    signals, labels = data("test")
    truth, scores = judged(labels, dense_scores(network, signals.astype(np.float32)))
    return {
        f"{name}.{figure}": value
        for k, (name, pair) in enumerate(zip(STUCK_OUTPUTS, thresholds, strict=True))
        for figure, value in figures(truth[..., k], scores[..., k], pair).items()
    } | _quiet_metrics(network, thresholds, data)


def _quiet_metrics(
    network: StuckCnn, thresholds: tuple[Thresholds, ...], data: StuckData
) -> dict[str, float]:
    nominal, _ = data("nominal_test")
    scores = dense_scores(network, nominal.astype(np.float32))
    hours = scores.shape[0] * scores.shape[1] * STUCK_PERIOD / 3600
    return {"persistency": PERSISTENCY, "nominal_hours": round(hours, 2)} | {
        f"{name}.nominal_false_reactions": float(false_reactions(scores[..., k], pair))
        for k, (name, pair) in enumerate(zip(STUCK_OUTPUTS, thresholds, strict=True))
    }


def _some_windows(signals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return windows (m, W, 6) spread over the records (n, T, 6)."""
    n, samples = signals.shape[:2]
    rng = np.random.default_rng(0)
    first = rng.integers(samples - STUCK_WINDOW + 1, size=PARITY_WINDOWS)
    row = rng.integers(n, size=PARITY_WINDOWS)
    found: NDArray[np.float32] = signals[row[:, None], first[:, None] + np.arange(STUCK_WINDOW)]
    return found


def digest_of_arrays(*arrays: NDArray[np.generic]) -> str:
    """Return the SHA-256 of the arrays' elements in hexadecimal digits."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
