"""The evaluation: every detector fitted to parts of the segments and judged on the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from fdir_service.replay import Advance
from models.opssat.contenders import CONTENDERS, EXPORTED, Contender
from models.opssat.data import TEST, TRAIN, Segments, read_segments
from models.opssat.folds import FOLDS, Split, blocked_splits, random_splits

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Protocol = Literal["cross-validation", "blocked cross-validation", "train and test"]
BLOCKED_REPEATS: Final = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """Scores (n,) and alarms (n,) of the judged segments, none of which was fitted to."""

    scores: Floats
    alarms: Mask


@dataclass(frozen=True, slots=True)
class Entry:
    """A detector with one outcome for each repeat."""

    contender: Contender
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was compared.

    Attributes
    ----------
    train, judged : segments that were fitted to and judged; equal in cross-validation.
    entries : in the main protocol.
    blocked : the exported detectors, cross-validated with neighbours kept together; empty with a test file.

    """

    protocol: Protocol
    train: Segments
    judged: Segments
    entries: tuple[Entry, ...]
    blocked: tuple[Entry, ...]
    seed: int
    repeats: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The segments of a folder and how often they are split."""

    train: Segments
    test: Segments | None
    seed: int
    repeats: int

    @classmethod
    def of(cls, folder: Path, seed: int, repeats: int) -> "Plan":
        """Read ``train.parquet`` and, if it is there, ``test.parquet``.

        Raises
        ------
        DataSetError
            See `read_segments`.

        """
        test = folder / TEST
        return cls(
            read_segments(folder / TRAIN), read_segments(test) if test.exists() else None, seed, repeats
        )

    @property
    def fits(self) -> int:
        """Number of fits in all."""
        if self.test is not None:
            return len(CONTENDERS)
        blocked = len(EXPORTED) * min(self.repeats, BLOCKED_REPEATS)
        return FOLDS * (len(CONTENDERS) * self.repeats + blocked)


def evaluate(plan: Plan, advance: Advance) -> Evaluation:
    """Fit and judge every detector; `advance` is called after each fit."""
    if plan.test is not None:
        entries = tuple(_tested(c, plan.train, plan.test, plan.seed, advance) for c in CONTENDERS)
        return Evaluation("train and test", plan.train, plan.test, entries, (), plan.seed, 1)
    seeds = range(plan.seed, plan.seed + plan.repeats)
    entries = tuple(_repeated(c, plan.train, random_splits, seeds, advance) for c in CONTENDERS)
    blocked = tuple(
        _repeated(c, plan.train, blocked_splits, seeds[:BLOCKED_REPEATS], advance) for c in EXPORTED
    )
    return Evaluation("cross-validation", plan.train, plan.train, entries, blocked, plan.seed, plan.repeats)


def _tested(contender: Contender, train: Segments, test: Segments, seed: int, advance: Advance) -> Entry:
    fitted = contender.fit(train, seed)
    scores = fitted.score(test)
    advance(1)
    return Entry(contender, (Outcome(scores, scores >= fitted.threshold),))


def _repeated(
    contender: Contender,
    segments: Segments,
    splits: Callable[[Segments, int], Iterable[Split]],
    seeds: Sequence[int],
    advance: Advance,
) -> Entry:
    found = (_cross_validated(contender, segments, splits(segments, seed), seed, advance) for seed in seeds)
    return Entry(contender, tuple(found))


def _cross_validated(
    contender: Contender, segments: Segments, splits: Iterable[Split], seed: int, advance: Advance
) -> Outcome:
    """Return what is said of every segment by the detector whose fit left it out."""
    scores, alarms = np.empty(len(segments)), np.empty(len(segments), np.bool_)
    for fitted_to, left_out in splits:
        fitted = contender.fit(segments[fitted_to], seed)
        scores[left_out] = fitted.score(segments[left_out])
        alarms[left_out] = scores[left_out] >= fitted.threshold
        advance(1)
    return Outcome(scores, alarms)
