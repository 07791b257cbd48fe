"""The evaluation: every detector on every day, counted; and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.atmonsat.contenders import CONTENDERS, Contender, Folders, Quiet, quiet
from fdir_service.evaluation.atmonsat.faithful import ModelFile, score
from fdir_service.evaluation.atmonsat.recordings import JudgedDay
from fdir_service.replay import Advance
from models.atmonsat.counting import Outcome, judge
from models.atmonsat.data import Day
from models.atmonsat.rule import judge_rule
from models.atmonsat.scored import Scored
from models.atmonsat.significance import SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Entry:
    """One detector, of one training seed, on all days: its scores and outcomes, by day."""

    detector: str
    role: str
    seed: int
    scored: tuple[Scored, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def pooled(self) -> Outcome:
        """All days together."""
        return reduce(add, self.outcomes)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was compared on which days, at which significance level; and what alarms on nominal files."""

    parts: tuple[JudgedDay, ...]
    files: tuple[ModelFile, ...]
    entries: tuple[Entry, ...]
    significance: float = SIGNIFICANCE
    quiet: tuple[Quiet, ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the entries, with the seed where a detector has several."""
        every = [entry.detector for entry in self.entries]
        return [
            f"{e.detector} seed {e.seed}" if every.count(e.detector) > 1 else e.detector for e in self.entries
        ]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is evaluated.

    Attributes
    ----------
    models : names of the detectors, all if empty.
    folders : where the contenders find the days; without, none of them is asked.

    """

    models: tuple[str, ...] = ()
    significance: float = SIGNIFICANCE
    folders: Folders | None = None
    contenders: Sequence[Contender] = field(default=CONTENDERS)


def silent(_: int) -> None:
    """Report nothing."""


def evaluate(
    parts: tuple[JudgedDay, ...], files: Sequence[ModelFile], choice: Choice, advance: Advance = silent
) -> Evaluation:
    """Judge the files and the contenders on all days.

    Raises
    ------
    EvaluationError
        If a named detector is none of them.

    """
    days = [part.day for part in parts]
    entries = []
    for scored in _every(days, files, choice):
        if not choice.models or scored[0].detector in choice.models:
            entries.append(_entry(scored, parts))
        advance(1)
    found = {entry.detector for entry in entries}
    if missing := [name for name in choice.models if name not in found]:
        raise EvaluationError(f"--model {missing[0]}: no such detector among the committed ones")
    chosen = tuple(file for file in files if file.model in found)
    nominal = quiet(choice.folders.train or choice.folders.data) if choice.folders else ()
    known = tuple(one for one in nominal if one.detector in found)
    return Evaluation(parts, chosen, tuple(entries), choice.significance, known)


def _every(days: Sequence[Day], files: Sequence[ModelFile], choice: Choice) -> Iterable[tuple[Scored, ...]]:
    if choice.folders:
        for contender in choice.contenders:
            yield from _by_detector(contender(days, choice.folders))
    for file in files:
        if not choice.models or file.model in choice.models:
            yield tuple(score(file, days, choice.significance))


def _by_detector(scored: Iterable[Scored]) -> list[tuple[Scored, ...]]:
    found: dict[tuple[str, int], list[Scored]] = {}
    for one in scored:
        found.setdefault((one.detector, one.seed), []).append(one)
    return [tuple(several) for several in found.values()]


def _entry(scored: tuple[Scored, ...], parts: Sequence[JudgedDay]) -> Entry:
    injections = {part.day.name: part.injections for part in parts}
    count = judge_rule if scored[0].role == "rule" else judge
    outcomes = tuple(count(one, injections[one.day.name]) for one in scored)
    return Entry(scored[0].detector, scored[0].role, scored[0].seed, scored, outcomes)
