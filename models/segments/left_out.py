"""Leave one run out: thresholds from runs a mixture has not seen, and figures of runs that neither has."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.hysteresis import Thresholds
from models.segments.cutting import Segments, cut
from models.segments.injection import LIT, REACH, trials
from models.segments.mixture import COLUMNS, INPUTS, Mixture, fit
from models.segments.photodiodes import Run

Floats = NDArray[np.float64]

MARGIN: Final = 1.25
"""The threshold is so much farther from the median than the largest score of runs left out."""
STALE: Final = "stale log"
"""What no one injected: the logger stopped being refreshed while the diode was lit."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault: its kind, the row of its onset, and the segments that can tell of it."""

    kind: str
    onset: int
    segments: Segments


@dataclass(frozen=True, slots=True)
class CutRun:
    """A run, the nominal segments of its diodes, and its faults; none of a day on the ground."""

    run: Run
    nominal: tuple[Segments, ...]
    faults: tuple[Trial, ...]

    @property
    def inputs(self) -> Floats:
        """What a mixture sees of the nominal segments (n, D)."""
        return np.concatenate([segments.features[:, COLUMNS] for segments in self.nominal])


@dataclass(slots=True)
class Figures:
    """What a detector did with a run it has not seen.

    Attributes
    ----------
    diode_hours : nominal hours judged, over all diodes.
    alarms : rises of the index meanwhile.
    tried, found : faults by kind.
    delays : seconds from the onset to the end of the segment that told, by kind.

    """

    name: str
    diode_hours: float
    alarms: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    delays: dict[str, list[float]] = field(default_factory=dict)


def cut_run(run: Run, seed: int) -> CutRun:
    """Cut a run, as it is and with every fault."""
    whole = [cut(run.times, values) for values in run.values]
    nominal = tuple(segments.before(run.fresh) for segments in whole)
    return CutRun(run, nominal, (*_injected(run, seed), *_stale(run, whole)))


def cut_day(run: Run) -> CutRun:
    """Cut a day on the ground as it is."""
    return CutRun(run, tuple(cut(run.times, values) for values in run.values), ())


def _injected(run: Run, seed: int) -> Iterator[Trial]:
    for kind, onset, values in trials(run, seed):
        stop = min(run.fresh, onset + REACH)
        yield Trial(kind, onset, cut(run.times[:stop], values[:stop], onset))


def _stale(run: Run, whole: Sequence[Segments]) -> Iterator[Trial]:
    for values, segments in zip(run.values, whole, strict=True):
        if values[run.fresh - 1] > LIT and len(values) - run.fresh >= REACH:
            reach = (segments.ends >= run.fresh) & (segments.ends < run.fresh + REACH)
            yield Trial(STALE, run.fresh, segments.chosen(reach))


def fitted(runs: Sequence[CutRun], seed: int) -> tuple[Mixture, Thresholds]:
    """Return a mixture of all the runs, and thresholds from each of them left out in turn."""
    scores = np.concatenate([_without(runs, left, seed).score(left.inputs) for left in runs])
    middle, most = float(np.median(scores)), float(scores.max())
    return _mixture(runs, seed), Thresholds(middle + MARGIN * (most - middle), most)


def _without(runs: Sequence[CutRun], left: CutRun, seed: int) -> Mixture:
    return _mixture([one for one in runs if one is not left], seed)


def _mixture(runs: Sequence[CutRun], seed: int) -> Mixture:
    empty = np.zeros((0, len(INPUTS)))
    return fit(np.concatenate([empty, *(one.inputs for one in runs)]), seed)


def left_out(runs: Sequence[CutRun], seed: int) -> Iterator[Figures]:
    """Yield the figures of each run, by a detector that knows only the others."""
    for one in runs:
        mixture, thresholds = fitted([other for other in runs if other is not one], seed)
        yield judged(one, mixture, thresholds)


def judged(one: CutRun, mixture: Mixture, thresholds: Thresholds) -> Figures:
    """Return what a detector does with a run."""
    figures = Figures(one.run.name, sum(segments.hours for segments in one.nominal))
    for segments in one.nominal:
        index = thresholds(mixture.score(segments.features[:, COLUMNS]))
        figures.alarms += int(np.count_nonzero(index & ~np.concatenate([[False], index[:-1]])))
    for trial in one.faults:
        figures.tried[trial.kind] += 1
        scores = mixture.score(trial.segments.features[:, COLUMNS])
        told = trial.segments.ends[scores >= thresholds.on]
        if len(told):
            figures.found[trial.kind] += 1
            seconds = float(one.run.times[told[0]] - one.run.times[trial.onset]) / 1e9
            figures.delays.setdefault(trial.kind, []).append(seconds)
    return figures
