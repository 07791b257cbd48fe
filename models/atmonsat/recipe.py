"""The recipe of the AtMonSat CNN that runs in the daemon: a folder in, one ONNX file with its card out."""

from pathlib import Path
from typing import Final

from models.atmonsat.cnn import Cnn
from models.atmonsat.data import WATCHED_DAY, Day, normal_days, read_day
from models.atmonsat.error_statistics import ErrorDetector
from models.atmonsat.islcc import rows
from models.atmonsat.network import CHANNEL_NAMES, windows
from models.atmonsat.thresholds import (
    OFF_PERCENTILE,
    ON_PERCENTILE,
    REPETITION,
    Approach,
    Nominal,
    alarm_rate,
    fit_days,
    leave_one_day_out,
    percentile,
    quiet_level,
)
from models.atmonsat.training import NetworkTraining
from models.card import Card, Output
from models.export import export
from models.hysteresis import Thresholds
from models.training import ProgressCallback, silent

COMMAND: Final = "fdir train atmonsat-cnn --data DIR --seed {seed}"
BATCH: Final = 256
"""Windows in a batch, eight times as many as the authors have: the same network in a quarter of the time."""
QUIET_PER_HOUR: Final = 0.5
"""Kept alarms per hour on left-out nominal days for which the card names the level, for comparison."""
PARITY_WINDOWS: Final = 256
VERSION: Final = "1"


def train_atmonsat_cnn(
    folder: Path,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    settings: NetworkTraining | None = None,
) -> Card:
    """Train the AtMonSat CNN on the normal files in `folder`, thresholds from left-out days, and write `out`.

    Its counters are causal, and the day that is shipped for replay is left out.

    Raises
    ------
    DataSetError
        If the folder is not the data set.
    ParityError
        If the file does not reproduce the trained network.

    """
    days, watched = normal_days(folder), read_day(folder, WATCHED_DAY, "validation")
    chosen = settings or NetworkTraining(batch=BATCH)
    approach = Approach(Cnn, rows, chosen)
    nominal = list(leave_one_day_out(approach, days, watched, seed, progress))
    fitted = fit_days(approach, days, watched, seed, progress)
    card = _card(days, nominal, seed, {"epochs": fitted.epochs, "batch": chosen.batch})
    some = windows(rows(days[0].temperatures), fitted.network.history)[-PARITY_WINDOWS:]
    export(ErrorDetector(fitted.network, fitted.statistics, euclidean=False), card, out, some)
    return card


def _card(days: tuple[Day, ...], nominal: list[Nominal], seed: int, metrics: dict[str, float]) -> Card:
    on, off = (round(percentile(nominal, p), 1) for p in (ON_PERCENTILE, OFF_PERCENTILE))
    return Card(
        kind="next-sample CNN with Mahalanobis distance",
        channels=CHANNEL_NAMES,
        shape=(len(CHANNEL_NAMES),),
        period=None,
        window=Cnn().history + 1,
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
