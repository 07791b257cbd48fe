"""The authors' counting: hit windows, raw and kept alarms, ROC and precision-recall curves.

Everything is counted in samples of the scored range of a file. Raw counts mix samples (true and false
positives) with injections (false negatives), as the authors do; the kept ones count alarms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.data import Day, Injection
from models.atmonsat.scored import Scored
from models.metrics import runs

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

REACH: Final = 60
"""Samples after the start of an injection up to which an alarm is its own."""


HOLD_OFF: Final = 60
"""Samples after a kept alarm in which further ones are dropped."""


def kept_alarms(index: Mask, repetition: int = 1) -> NDArray[np.int64]:
    """Return the samples (k,) of the kept alarms of a failure index (T,).

    An alarm is the sample at which the index has been 1 for `repetition` samples, once in each run; those
    within `HOLD_OFF` samples after a kept one are dropped (the notebooks' post-processing).
    """
    kept: list[int] = []
    for at in (runs(index).longer(repetition).start + repetition - 1).tolist():
        if not kept or at - kept[-1] > HOLD_OFF:
            kept.append(at)
    return np.array(kept, np.int64)


@dataclass(frozen=True, slots=True)
class Counts:
    """A confusion matrix; `tn` is what remains of all samples."""

    tp: int = 0
    fp: int = 0
    tn: int = 0
    fn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fp + other.fp, self.tn + other.tn, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """TP / (TP + FP), or None without an alarm."""
        return share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """TP / (TP + FN), or None where there is nothing to find."""
        return share(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; 0 where no alarm is true, None where there is nothing to find."""
        return share(2 * self.tp, 2 * self.tp + self.fp + self.fn) if self.tp + self.fn else None


def share(part: float, whole: float) -> float | None:
    """Return part / whole, or None where there is nothing to count."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Target:
    """An injection in a file: its alarms are those at samples `first` to `last`."""

    injection: Injection
    first: int
    last: int


def scored_range(day: Day) -> tuple[int, int]:
    """Return first and last sample of the authors' evaluation range, of the whole file if it names none."""
    at = np.flatnonzero(day.scored)
    return (int(at[0]), int(at[-1])) if len(at) else (0, len(day) - 1)


def scored_part(day: Day) -> Day:
    """Return the samples of the evaluation range alone.

    The authors cut before they compute anything: counters start anew and the first window fills anew.
    """
    low, high = scored_range(day)
    arrays = {f.name: getattr(day, f.name) for f in fields(day) if f.name not in {"name", "digest"}}
    return replace(day, **{name: array[low : high + 1] for name, array in arrays.items()})


def scored_alone(scored: Scored) -> Scored:
    """Return what a detector that has seen the whole file says on its evaluation range."""
    low, high = scored_range(scored.day)
    part = slice(low, high + 1)
    return replace(
        scored,
        day=scored_part(scored.day),
        scores=scored.scores[part],
        known_at=scored.known_at[part],
    )


def targets(day: Day, injections: Iterable[Injection]) -> tuple[Target, ...]:
    """Return the hit windows of the injections that start in the scored range.

    i0 is the first sample at or after the start. The window begins just after the last change of any
    temperature before i0, since offline counters look ahead, and ends `REACH` samples after i0.
    """
    low, high = scored_range(day)
    changes = np.flatnonzero(np.any(day.temperatures[1:] != day.temperatures[:-1], axis=1)) + 1
    found = []
    for injection in injections:
        at = int(np.searchsorted(day.times, np.datetime64(injection.start, "ms")))
        if low <= at <= high:
            before = changes[changes < at]
            first = int(before[-1]) + 1 if len(before) else at
            found.append(Target(injection, max(low, min(first, at)), min(high, at + REACH)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One detector on one file, or several together.

    Attributes
    ----------
    hours : of the scored ranges.
    injections, raw_hits, hits : how many there are, and how many raw and kept alarms found.
    delays : seconds from the start of each injection that was found to when its first kept alarm was known.
    inside, outside : scores of the samples in and outside hit windows; -inf where not judged.
    peaks : highest score in each hit window.

    """

    hours: float
    injections: int
    raw_hits: int
    hits: int
    raw: Counts
    kept: Counts
    delays: tuple[float, ...]
    inside: Floats
    outside: Floats
    peaks: Floats

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.hours + other.hours,
            self.injections + other.injections,
            self.raw_hits + other.raw_hits,
            self.hits + other.hits,
            self.raw + other.raw,
            self.kept + other.kept,
            self.delays + other.delays,
            np.concatenate([self.inside, other.inside]),
            np.concatenate([self.outside, other.outside]),
            np.concatenate([self.peaks, other.peaks]),
        )


@dataclass(frozen=True, slots=True)
class Alarms:
    """Samples of a file at which a detector is at its threshold (T,), and its kept alarms (k,)."""

    raw: Mask
    kept: NDArray[np.int64]


def alarms(scored: Scored) -> Alarms:
    """Return the raw and the kept alarms in the scored range of a file."""
    low, high = scored_range(scored.day)
    raw = np.zeros(len(scored.day), np.bool_)
    raw[low : high + 1] = scored.scores[low : high + 1] >= scored.threshold
    return Alarms(raw, kept_alarms(raw))


def judge(scored: Scored, injections: Iterable[Injection]) -> Outcome:
    """Count what a detector says on the scored range of one file."""
    day = scored.day
    low, high = scored_range(day)
    aims, found = targets(day, injections), alarms(scored)
    hit = np.zeros(len(day), np.bool_)
    for aim in aims:
        hit[aim.first : aim.last + 1] = True
    kept = np.zeros(len(day), np.bool_)
    kept[found.kept] = True
    levels = np.nan_to_num(scored.scores, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    samples = slice(low, high + 1)
    return Outcome(
        hours=float((day.times[high] - day.times[low]) / np.timedelta64(1, "h")),
        injections=len(aims),
        raw_hits=_hits(found.raw, aims),
        hits=_hits(kept, aims),
        raw=_count(found.raw[samples], hit[samples], len(aims) - _hits(found.raw, aims)),
        kept=_count(kept[samples], hit[samples], len(aims) - _hits(kept, aims)),
        delays=tuple(_delays(scored, aims, found.kept)),
        inside=levels[samples][hit[samples]],
        outside=levels[samples][~hit[samples]],
        peaks=np.array([levels[a.first : a.last + 1].max() for a in aims]),
    )


def _hits(flags: Mask, aims: Sequence[Target]) -> int:
    return sum(bool(flags[aim.first : aim.last + 1].any()) for aim in aims)


def _count(flags: Mask, hit: Mask, missed: int) -> Counts:
    tp, fp = int((flags & hit).sum()), int((flags & ~hit).sum())
    return Counts(tp, fp, len(flags) - tp - fp - missed, missed)


def _delays(scored: Scored, aims: Sequence[Target], kept: NDArray[np.int64]) -> Iterable[float]:
    for aim in aims:
        own = kept[(kept >= aim.first) & (kept <= aim.last)]
        if len(own):
            start = np.datetime64(aim.injection.start, "ms")
            yield float((scored.known_at[own].min() - start) / np.timedelta64(1, "s"))
