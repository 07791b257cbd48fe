"""The recipe of the committed AtMonSat CNN, end to end: a folder in, one ONNX file with its card out."""

from pathlib import Path
from typing import Final

import numpy as np

from models.atmonsat.cnn import (
    WINDOW,
    AtmonsatCnn,
    ErrorStatistics,
    PredictorTraining,
    errors,
    train_predictor,
    windows,
)
from models.atmonsat.data import SENSORS, WATCHED_DAY, Day, normal_days, read_day
from models.atmonsat.islcc import rows
from models.atmonsat.thresholds import (
    OFF_PERCENTILE,
    ON_PERCENTILE,
    REPETITION,
    Nominal,
    alarm_rate,
    leave_one_day_out,
    percentile,
    quiet_level,
)
from models.card import Card, Channel, Output
from models.export import export
from models.hysteresis import Thresholds
from models.training import ProgressCallback, seeded, silent

COMMAND: Final = "fdir train atmonsat-cnn --data DIR --seed {seed}"
QUIET_PER_HOUR: Final = 0.5
"""Kept alarms per hour on left-out nominal days for which the card names the level, for comparison."""
PARITY_WINDOWS: Final = 256
VERSION: Final = "1"


def train_atmonsat_cnn(
    folder: Path,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    settings: PredictorTraining | None = None,
) -> Card:
    """Train the AtMonSat CNN on the normal files in `folder`, thresholds from left-out days, and write `out`.

    Raises
    ------
    DataSetError
        If the folder is not the data set.
    ParityError
        If the file does not reproduce the trained network.

    """
    days, watched = normal_days(folder), read_day(folder, WATCHED_DAY, "validation")
    chosen = settings or PredictorTraining()
    nominal = list(leave_one_day_out(days, watched, chosen, seed, progress))
    samples = [rows(day.temperatures) for day in days]
    with seeded(seed) as rng:
        predictor, epochs = train_predictor(samples, rows(watched.temperatures), chosen, rng, progress)
    statistics = ErrorStatistics.fit(np.concatenate([errors(predictor, values) for values in samples]))
    card = _card(days, nominal, seed, {"epochs": epochs, "batch": chosen.batch})
    export(AtmonsatCnn(predictor, statistics), card, out, windows(samples[0])[-PARITY_WINDOWS:])
    return card


def _card(days: tuple[Day, ...], nominal: list[Nominal], seed: int, metrics: dict[str, float]) -> Card:
    on, off = (round(percentile(nominal, p), 1) for p in (ON_PERCENTILE, OFF_PERCENTILE))
    names = [(f"islcc.{i}", "samples") for i in range(SENSORS)]
    names += [(f"temp.{i}", "degC") for i in range(SENSORS)]
    return Card(
        kind="next-sample CNN with Mahalanobis distance",
        channels=tuple(Channel(name=name, unit=unit) for name, unit in names),
        shape=(len(names),),
        period=None,
        window=WINDOW,
        outputs=(Output(name="distance", on=on, off=off),),
        data={day.name: day.digest for day in days},
        command=COMMAND.format(seed=seed),
        seed=seed,
        metrics=metrics
        | {
            "nominal_hours": round(sum(n.hours for n in nominal), 2),
            "alarms_per_hour_without_hysteresis": round(alarm_rate(nominal, Thresholds(on, on)), 3),
            "repetition": REPETITION,
            "alarms_per_hour_at_repetition": round(alarm_rate(nominal, Thresholds(on, off), REPETITION), 3),
            "level_for_half_an_alarm_per_hour": round(quiet_level(nominal, QUIET_PER_HOUR), 1),
        },
        version=VERSION,
    )
