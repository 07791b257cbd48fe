"""The rise detectors judged on days that they have not seen, and by the committed file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.atmonsat.budget import threshold
from models.atmonsat.data import UNLABELLED_DAY, WATCHED_DAY, Day, read_day
from models.atmonsat.rise_filter import Form, Moments, RiseFilter, aware, fit, moments, temperatures_only
from models.atmonsat.rise_inputs import RiseInputs, ages, channels, judged
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
    return sum(RiseInputs.of(day).hours for day in days)


def fitted(form: Form, days: tuple[Day, ...], budget: float = BUDGET) -> tuple[RiseFilter, float]:
    """Return a filter fitted to nominal `days`, and its threshold by `budget` (alarms a day).

    Each of them is judged by a filter fitted to the others: `LEAST` days or more.
    """
    return fitted_to([Part.of(form, RiseInputs.of(day)) for day in days], budget)


@dataclass(frozen=True, slots=True)
class Part:
    """A nominal file as a form sees it."""

    form: Form
    inputs: RiseInputs
    moments: Moments

    @classmethod
    def of(cls, form: Form, inputs: RiseInputs) -> Self:
        """Return the part of a file."""
        return cls(form, inputs, moments(form, inputs))


def fitted_to(parts: Sequence[Part], budget: float = BUDGET) -> tuple[RiseFilter, float]:
    """Return the filter and its threshold as `fitted` does."""
    form = parts[0].form
    crossed = []
    for part in parts:
        others = [other.moments for other in parts if other is not part]
        crossed.append(fit(form, others).scores_of(part.inputs))
    level = threshold(crossed, sum(part.inputs.hours for part in parts), budget)
    return fit(form, [part.moments for part in parts]), level


def left_out(
    folder: Path, kind: Literal["anomalous", "normal"] = "anomalous", budget: float = BUDGET
) -> Iterator[Scored]:
    """Score a file of each day that has both parts by filters and thresholds of the other days alone."""
    nominal = nominal_days(folder)
    tested = [day.name for day in nominal if (folder / f"{day.name}_anomalous.parquet").is_file()]
    return without(nominal, [read_day(folder, name, kind) for name in tested], budget)


def without(nominal: tuple[Day, ...], tested: Sequence[Day], budget: float = BUDGET) -> Iterator[Scored]:
    """Score days by filters and thresholds of the nominal parts of other days alone, `LEAST` or more."""
    inputs = {day.name: RiseInputs.of(day) for day in nominal}
    for form in (aware(), temperatures_only()):
        parts = {name: Part.of(form, found) for name, found in inputs.items()}
        for day in tested:
            names = tuple(name for name in parts if name != day.name)
            rise, level = fitted_to([parts[name] for name in names], budget)
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
