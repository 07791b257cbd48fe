"""The recipe of the detector of odd segments, end to end: a folder in, one ONNX file with its card out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from models.card import Card, Channel, Output
from models.hysteresis import Thresholds
from models.segments.export import export_mixture
from models.segments.left_out import CutRun, Figures, cut_day, cut_run, fitted, left_out
from models.segments.mixture import INPUTS
from models.segments.photodiodes import DIODES, REPLAY_RUN, read_ground, read_runs

COMMAND: Final = "fdir train opssat-stream --data DIR --seed {seed}"
VERSION: Final = "1"
_UNITS: Final = {"mean": "rad", "var": "rad2", "diff_var": "rad2", "diff2_var": "rad2"}


def train_opssat_stream(folder: Path, out: Path, seed: int) -> Card:
    """Fit the detector to the runs in `folder` but the shipped one, and write `out`.

    The figures on the card are those of all runs and days, each left out by a detector of its own; alarms per
    day are those of six diodes.

    Raises
    ------
    RunError
        If the folder is not the data set.
    TrainingDataError
        If it has too few segments, or too few runs to leave any out.
    DifferenceError
        If the file does not reproduce the mixture.

    """
    runs = [cut_run(run, seed) for run in read_runs(folder)]
    runs += [day for day in map(cut_day, read_ground(folder)) if len(day.inputs)]
    known = [one for one in runs if one.run.name != REPLAY_RUN]
    mixture, thresholds = fitted(known, seed)
    card = _card(known, thresholds, metrics(list(left_out(runs, seed))), seed)
    export_mixture(mixture, card, out, np.concatenate([one.inputs for one in runs]).astype(np.float32))
    return card


def metrics(figures: Sequence[Figures]) -> dict[str, float]:
    """Return the figures of all runs together."""
    hours = sum(f.diode_hours for f in figures)
    alarms = sum(f.alarms for f in figures)
    found = {
        "left_out.diode_hours": round(hours, 2),
        "left_out.alarms": alarms,
        "left_out.alarms_per_day": round(alarms / hours * 24 * len(DIODES), 2),
    }
    for kind in dict.fromkeys(kind for f in figures for kind in f.tried):
        delays = [d for f in figures for d in f.delays.get(kind, [])]
        key = f"left_out.{kind.replace(' ', '_')}"
        found[f"{key}.tried"] = sum(f.tried[kind] for f in figures)
        found[f"{key}.found"] = sum(f.found[kind] for f in figures)
        if delays:
            found[f"{key}.median_delay_s"] = round(float(np.median(delays)), 1)
    return found


def _card(runs: Sequence[CutRun], thresholds: Thresholds, figures: dict[str, float], seed: int) -> Card:
    return Card(
        kind="Gaussian mixture of segment features",
        channels=tuple(Channel(name=name, unit=_UNITS.get(name, "")) for name in INPUTS),
        shape=(len(INPUTS),),
        period=None,
        window=1,
        outputs=(Output(name="odd", on=round(thresholds.on, 3), off=round(thresholds.off, 3)),),
        data={one.run.name: one.run.digest for one in runs},
        command=COMMAND.format(seed=seed),
        seed=seed,
        metrics=figures,
        version=VERSION,
    )
