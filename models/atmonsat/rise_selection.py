"""Nested selection of the rise detector's form.

For each scored day the form is picked by the other scored days alone, each of these judged by filters and
thresholds that have seen neither of the two; then the picked form is judged on the day. What this gives is
what one may expect of the way the form was found, not only of its parameters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from operator import add
from pathlib import Path
from typing import Final

from models.atmonsat.counting import Counts, judge
from models.atmonsat.data import Day, Injection, read_day, read_injections
from models.atmonsat.rise_evaluation import Part, fitted_to, nominal_days
from models.atmonsat.rise_filter import Form, RiseFilter, aware
from models.atmonsat.rise_inputs import RiseInputs
from models.atmonsat.scored import Scored

LOOK_BACKS: Final = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3))
"""Nearest and farthest lag of the mean that a rise is above, as places in `LAGS_S`."""
OLDEST: Final = (5, 6, 7)
"""Place of the lag at which the history ends."""
WHITENINGS: Final = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class InjectedDay:
    """A file with injections, and what filters see of it."""

    day: Day
    inputs: RiseInputs
    injections: tuple[Injection, ...]

    def counts(self, rise: RiseFilter, level: float) -> Counts:
        """Return the kept alarms of a filter with a threshold."""
        scores = rise.scores_of(self.inputs)
        return judge(Scored("rise", "ours", self.day, scores, level, self.day.times), self.injections).kept


@dataclass(frozen=True, slots=True)
class Choice:
    """The form that was picked for a day, its F1 on the days it was picked by, and its counts on the day."""

    day: str
    form: Form
    inner_f1: float
    kept: Counts


def forms() -> Iterator[Form]:
    """Yield all forms that are compared, each with a name that tells them apart."""
    for first, last in LOOK_BACKS:
        for oldest in OLDEST:
            for whitening in WHITENINGS:
                form = aware(first, last, oldest=oldest, whitening=whitening)
                yield replace(form, name=f"lags {first}-{last}, oldest {oldest}, whitening {whitening}")


def injected_days(folder: Path) -> tuple[InjectedDay, ...]:
    """Read the days in `folder` that have both a nominal part and one with scored injections."""
    found = []
    for nominal in nominal_days(folder):
        if (folder / f"{nominal.name}_anomalous.parquet").is_file():
            day = read_day(folder, nominal.name, "anomalous")
            found.append(InjectedDay(day, RiseInputs.of(day), read_injections(folder, day.name)))
    return tuple(found)


def select(candidates: Iterable[Form], nominal: Sequence[Day], tested: Sequence[InjectedDay]) -> list[Choice]:
    """Pick a form for each day of `tested` by the others; the first of equals, so simple ones go first."""
    inputs = {day.name: RiseInputs.of(day) for day in nominal}
    best: dict[str, Choice] = {}
    for form in candidates:
        parts = {name: Part.of(form, found) for name, found in inputs.items()}
        inner = _inner(parts, tested)
        for aim in tested:
            f1 = inner[aim.day.name].f1 or 0.0
            if aim.day.name not in best or f1 > best[aim.day.name].inner_f1:
                kept = aim.counts(*fitted_to(_without(parts, aim.day.name)))
                best[aim.day.name] = Choice(aim.day.name, form, f1, kept)
    return [best[aim.day.name] for aim in tested]


def _inner(parts: Mapping[str, Part], tested: Sequence[InjectedDay]) -> dict[str, Counts]:
    """Return what each day sees of a form: its counts on all other days, by filters of all but the two."""
    found = dict.fromkeys((aim.day.name for aim in tested), Counts())
    for one, other in combinations(tested, 2):
        rise, level = fitted_to(_without(parts, one.day.name, other.day.name))
        found[one.day.name] += other.counts(rise, level)
        found[other.day.name] += one.counts(rise, level)
    return found


def _without(parts: Mapping[str, Part], *names: str) -> list[Part]:
    return [part for name, part in parts.items() if name not in names]


def pooled(choices: Sequence[Choice]) -> Counts:
    """Return the counts of all days together."""
    return reduce(add, (choice.kept for choice in choices))


def lines(choices: Sequence[Choice]) -> Iterator[str]:
    """Yield the table for people."""
    for choice in choices:
        kept = choice.kept
        yield (
            f"{choice.day}  TP {kept.tp}  FP {kept.fp}  FN {kept.fn}  "
            f"inner F1 {choice.inner_f1:.3f}  {choice.form.name}"
        )
    total = pooled(choices)
    yield f"pooled      TP {total.tp}  FP {total.fp}  FN {total.fn}  F1 {total.f1 or 0.0:.3f}"
