"""The rise detectors judged on days that they have not seen, and by the committed file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.atmonsat.budget import threshold
from models.atmonsat.data import UNLABELLED_DAY, WATCHED_DAY, Day, read_day
from models.atmonsat.rise_filter import Form, Moments, RiseFilter, aware, fit, moments, temperatures_only
from models.atmonsat.rise_inputs import ages, channels, judged
from models.atmonsat.scored import Scored
from models.card import INPUT_NAME
from models.metadata import read_card

Floats = NDArray[np.float64]

LEAST: Final = 3
"""Nominal days that a filter and its threshold need."""
BUDGET: Final = 6.0
"""Kept alarms a day that a threshold may raise on nominal days."""


def nominal_days(folder: Path) -> tuple[Day, ...]:
    """Read all undisturbed files in `folder` by date: the watched day as well, not the unlabelled one."""
    names = {path.name.removesuffix("_normal.parquet") for path in folder.glob("*_normal.parquet")}
    days = [read_day(folder, name, "normal") for name in names - {UNLABELLED_DAY}]
    if (folder / f"{WATCHED_DAY}_validation.parquet").is_file():
        days.append(read_day(folder, WATCHED_DAY, "validation"))
    return tuple(sorted(days, key=lambda day: day.name))


def hours(days: Iterable[Day]) -> float:
    """Return the time in which the files are judged."""
    found = 0.0
    for day in days:
        period = float(np.median(np.diff(day.times)) / np.timedelta64(1, "h"))
        found += period * int(judged(ages(day)).sum())
    return found


def fitted(form: Form, days: tuple[Day, ...], budget: float = BUDGET) -> tuple[RiseFilter, float]:
    """Return a filter fitted to nominal `days`, and its threshold by `budget` (alarms a day).

    Each of them is judged by a filter fitted to the others: `LEAST` days or more.
    """
    return _fitted(form, days, {day.name: moments(form, day) for day in days}, budget)


def _fitted(
    form: Form, days: tuple[Day, ...], parts: Mapping[str, Moments], budget: float
) -> tuple[RiseFilter, float]:
    crossed = []
    for day in days:
        others = [parts[other.name] for other in days if other.name != day.name]
        crossed.append(fit(form, others).scores(day))
    return fit(form, [parts[day.name] for day in days]), threshold(crossed, hours(days), budget)


def left_out(
    folder: Path, kind: Literal["anomalous", "normal"] = "anomalous", budget: float = BUDGET
) -> Iterator[Scored]:
    """Score a file of each day that has both parts by filters and thresholds of the other days alone."""
    nominal = nominal_days(folder)
    tested = [day.name for day in nominal if (folder / f"{day.name}_anomalous.parquet").is_file()]
    return without(nominal, [read_day(folder, name, kind) for name in tested], budget)


def without(nominal: tuple[Day, ...], tested: Sequence[Day], budget: float = BUDGET) -> Iterator[Scored]:
    """Score days by filters and thresholds of the nominal parts of other days alone, `LEAST` or more."""
    for form in (aware(), temperatures_only()):
        parts = {day.name: moments(form, day) for day in nominal}
        for day in tested:
            others = tuple(other for other in nominal if other.name != day.name)
            rise, level = _fitted(form, others, parts, budget)
            names = tuple(other.name for other in others)
            yield Scored(form.name, "ours", day, rise.scores(day), level, day.times, trained_on=names)


def scored_by(path: Path, days: Iterable[Day]) -> Iterator[Scored]:
    """Score `days` with the committed file at `path` and the thresholds of its card, one row an output."""
    card, _ = read_card(path)
    names = tuple(sorted(card.data))
    session = ort.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    for day in days:
        window = channels(day).astype(np.float32)[:, None]
        [scores] = session.run(None, {INPUT_NAME: window})
        found = np.where(judged(ages(day))[:, None], scores.astype(np.float64), np.nan)
        for column, output in enumerate(card.outputs):
            if output.on is not None:
                rows, level = found[:, column], output.on
                yield Scored(output.name, "ours", day, rows, level, day.times, trained_on=names)
