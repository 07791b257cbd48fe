"""The authors' protocol of training: thresholds from left-out days, final model, detector file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from models.atmonsat.autoencoder import AutoEncoder
from models.atmonsat.cnn import Cnn
from models.atmonsat.data import WATCHED_DAY, DataSetError, Day, normal_days, read_day
from models.atmonsat.error_statistics import ErrorDetector
from models.atmonsat.islcc import offline_rows
from models.atmonsat.lstm import LstmV1, LstmV2
from models.atmonsat.network import CHANNEL_NAMES, ErrorNetwork, Floats, windows
from models.atmonsat.significance import SIGNIFICANCES, key, threshold
from models.atmonsat.thresholds import Approach, Fitted, Nominal, fit_days, leave_one_day_out
from models.atmonsat.training import NetworkTraining
from models.card import Card, Output
from models.export import export
from models.training import ProgressCallback, silent

ARCHITECTURES: Final[Mapping[str, Callable[[], ErrorNetwork]]] = {
    "cnn-150": Cnn,
    "cnn-100": lambda: Cnn(100),
    "cnn-200": lambda: Cnn(200),
    "lstm-v1": LstmV1,
    "lstm-v2": LstmV2,
    "autoencoder": AutoEncoder,
}
COMMAND: Final = "fdir train atmonsat --model {model} --data DIR --seed {seed}"
PARITY_WINDOWS: Final = 64
VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Bound:
    """How much is trained.

    Attributes
    ----------
    epochs : at most, in each training; None: the authors' 500.
    folds : days left out in turn for the threshold; None: every one.
    stride : samples between the windows that are trained on; the authors' is 1.

    """

    epochs: int | None = None
    folds: int | None = None
    stride: int = 1


def train_model(
    model: str,
    folder: Path,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    bound: Bound = Bound(),
) -> Card:
    """Train an architecture on the normal files in `folder` and write it to `out` with its thresholds.

    Raises
    ------
    DataSetError
        If the folder is not the data set.
    ParityError
        If the file does not reproduce the trained network.

    """
    days, watched = _trainable(folder, ARCHITECTURES[model]().history), _watched(folder)
    settings = NetworkTraining(stride=bound.stride)
    if bound.epochs:
        settings = replace(settings, epochs=bound.epochs)
    approach = Approach(ARCHITECTURES[model], offline_rows, settings)
    nominal = list(leave_one_day_out(approach, days, watched, seed, progress, bound.folds))
    fitted = fit_days(approach, days, watched, seed, progress)
    card = _card(model, days, nominal, fitted, seed, bound)
    some = windows(offline_rows(days[0].temperatures), fitted.network.history)[-PARITY_WINDOWS:]
    export(ErrorDetector(fitted.network, fitted.statistics), card, out, some)
    return card


def _trainable(folder: Path, history: int) -> tuple[Day, ...]:
    """Return the normal days, of which one can be left out and each fills a window."""
    days = normal_days(folder, replayed=True)
    if len(days) < 2:
        raise DataSetError(f"{folder}: {len(days)} file DAY_normal.parquet, one left out needs 2")
    for day in days:
        if len(day) <= history:
            raise DataSetError(
                f"{folder}: {day.name}: {len(day)} normal samples, a window needs {history + 1}"
            )
    return days


def _watched(folder: Path) -> Day | None:
    there = (folder / f"{WATCHED_DAY}_validation.parquet").is_file()
    return read_day(folder, WATCHED_DAY, "validation") if there else None


def _card(
    model: str, days: tuple[Day, ...], nominal: list[Nominal], fitted: Fitted, seed: int, bound: Bound
) -> Card:
    distance = np.concatenate([n.distance for n in nominal])
    euclidean = np.concatenate([n.euclidean for n in nominal])
    return Card(
        kind=f"AtMonSat {model}, error norms, offline ISLCC",
        channels=CHANNEL_NAMES,
        shape=(len(CHANNEL_NAMES),),
        period=None,
        window=fitted.network.history + 1,
        outputs=(_output("distance", distance), _output("euclidean", euclidean)),
        data={day.name: day.digest for day in days},
        command=COMMAND.format(model=model, seed=seed) + _options(bound),
        seed=seed,
        metrics={
            "epochs": fitted.epochs,
            "folds": len(nominal),
            "stride": bound.stride,
            **{f"left_out.{n.day}.epochs": n.epochs for n in nominal},
            **{f"left_out.{n.day}.threshold": round(threshold(n.distance), 2) for n in nominal},
            **{key(s): round(threshold(distance, s), 3) for s in SIGNIFICANCES},
        },
        version=VERSION,
    )


def _options(bound: Bound) -> str:
    """Return the options of the command line that say how much is trained."""
    given = {"epochs": bound.epochs, "folds": bound.folds, "stride": bound.stride}
    return "".join(f" --{name} {value}" for name, value in given.items() if value != getattr(Bound(), name))


def _output(name: str, nominal: Floats) -> Output:
    level = round(threshold(nominal), 3)
    return Output(name=name, on=level, off=level)
