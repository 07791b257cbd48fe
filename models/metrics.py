"""Detection and reaction metrics of a failure index against its label, counted in runs.

Shapes: `labels` and `index` are boolean arrays (n, T), n records of T samples, or (T,). A run is a maximal
block of ones inside one record; a fault is a run of the labels. Definitions follow the detection and system
metrics of the stuck-value CNN paper (its Tables 2 and 3); where the paper's words are ambiguous, the
docstring says what is counted. The *strict* forms are ours: the literal ones leave out every fault that is
predicted but never triggers, so that a detector that flickers at random scores nearly perfectly.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs by first sample and the sample after the last, (r,) each, in the numbering of `flat`."""

    start: Counts
    stop: Counts

    def __len__(self) -> int:
        return len(self.start)

    @property
    def length(self) -> Counts:
        """Samples in each run (r,)."""
        return self.stop - self.start

    def longer(self, least: int) -> "Runs":
        """Return the runs of at least `least` samples."""
        keep = self.length >= least
        return Runs(self.start[keep], self.stop[keep])


def flat(mask: Mask) -> Mask:
    """Return the records of (n, T) or (T,) one after the other, each followed by one False, so none touch."""
    rows = np.atleast_2d(mask)
    return np.pad(rows, ((0, 0), (0, 1))).ravel()


def runs(flags: Mask) -> Runs:
    """Return the runs of ones of `flags` (N,)."""
    edges = np.diff(flags.astype(np.int8), prepend=0, append=0)
    return Runs(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0))


def inside(flags: Mask, where: Runs) -> Counts:
    """Return how many ones of `flags` (N,) lie in each run (r,)."""
    total = np.concatenate([[0], np.cumsum(flags)])
    return np.asarray(total[where.stop] - total[where.start], np.int64)


def fill(where: Runs, n: int) -> Mask:
    """Return (n,) flags that are one exactly in the runs."""
    steps = np.zeros(n + 1, np.int64)
    np.add.at(steps, where.start, 1)
    np.add.at(steps, where.stop, -1)
    return np.cumsum(steps[:-1]) > 0


def _share(part: float, whole: float) -> float:
    """Return part / whole, NaN where there is nothing to count."""
    return float(part / whole) if whole else float("nan")


def missed(labels: Mask, index: Mask) -> float:
    """Return M = #{faults without a one of the index inside} / #faults (Table 2, missed faults score)."""
    faults = runs(flat(labels))
    return _share(int((inside(flat(index), faults) == 0).sum()), len(faults))


def delays(labels: Mask, index: Mask) -> Counts:
    """Return the samples from onset to the first one of the index, of each fault not missed (Table 2)."""
    y, q = flat(labels), flat(index)
    faults = runs(y)
    found = inside(q, faults) > 0
    ones = np.flatnonzero(q)
    first = ones[np.searchsorted(ones, faults.start[found])] if found.any() else np.zeros(0, np.int64)
    return np.asarray(first - faults.start[found], np.int64)


def uncertain(labels: Mask, index: Mask) -> float:
    """Return U = #{faults with two or more separate runs of the index inside} / #faults (Table 2).

    Missed faults and an index that falls early without coming back are not counted.
    """
    y, q = flat(labels), flat(index)
    faults, pieces = runs(y), runs(y & q)
    count = np.searchsorted(pieces.start, faults.stop) - np.searchsorted(pieces.start, faults.start)
    return _share(int((count >= 2).sum()), len(faults))


def false_positive_durations(labels: Mask, index: Mask) -> Counts:
    """Return the lengths of the runs of index AND NOT label (Table 2); tails after a fault's end count."""
    return runs(flat(index) & ~flat(labels)).length


@dataclass(frozen=True, slots=True)
class Reactions:
    """Counts of reactions: a run of the index of at least the persistency fires one, at its p-th sample.

    Attributes
    ----------
    faults : number of faults N.
    true : faults answered.
    false : reactions without cause.
    lost : the faults that count against the recall.
    untriggered : faults that are predicted somewhere but not answered.

    """

    faults: int
    true: int
    false: int
    lost: int
    untriggered: int

    @property
    def precision(self) -> float:
        """TP / (TP + FP) (Table 3)."""
        return _share(self.true, self.true + self.false)

    @property
    def recall(self) -> float:
        """TP / (TP + FN) (Table 3)."""
        return _share(self.true, self.true + self.lost)

    @property
    def false_share(self) -> float:
        """FP / N, false reactions over those of a perfect detector (Table 3); a fraction."""
        return _share(self.false, self.faults)

    @property
    def untriggered_share(self) -> float:
        """T = #{faults that are predicted somewhere but not answered} / N; ours.

        The literal recall leaves them out, which is what makes a flickering index look good.
        """
        return _share(self.untriggered, self.faults)

    def __add__(self, other: "Reactions") -> "Reactions":
        """Return the counts of both data sets together."""
        return Reactions(
            self.faults + other.faults,
            self.true + other.true,
            self.false + other.false,
            self.lost + other.lost,
            self.untriggered + other.untriggered,
        )


NO_REACTIONS = Reactions(0, 0, 0, 0, 0)


def literal_reactions(labels: Mask, index: Mask, persistency: int) -> Reactions:
    """Count as the paper's section 5.2 says.

    TP = faults touched by a run of at least `persistency`; FP = such runs that touch no fault; FN = faults
    without any one of the index. A fault that is predicted without a reaction takes no part.
    """
    y, q = flat(labels), flat(index)
    faults, reactions = runs(y), runs(q).longer(persistency)
    touched = inside(fill(reactions, len(q)), faults) > 0
    predicted = inside(q, faults) > 0
    false = int((inside(y, reactions) == 0).sum())
    return Reactions(
        len(faults), int(touched.sum()), false, int((~predicted).sum()), int((predicted & ~touched).sum())
    )


def strict_reactions(labels: Mask, index: Mask, persistency: int) -> Reactions:
    """Count by the sample at which a reaction fires.

    TP = faults during which a reaction fires; FP = reactions that fire on a sample that is not faulty;
    FN = all other faults, so recall = TP / N.
    """
    y, q = flat(labels), flat(index)
    faults, reactions = runs(y), runs(q).longer(persistency)
    fired = np.zeros(len(q), np.bool_)
    fired[reactions.start + persistency - 1] = True
    answered = inside(fired, faults) > 0
    predicted = inside(q, faults) > 0
    true = int(answered.sum())
    return Reactions(
        len(faults), true, int((fired & ~y).sum()), len(faults) - true, int((predicted & ~answered).sum())
    )


def f_beta(precision: float, recall: float, beta: float = 0.5) -> float:
    """Return (1 + b^2) P R / (b^2 P + R), the term of Equation 1; NaN and 0/0 count as 0."""
    p, r = np.nan_to_num([precision, recall])
    return _share((1 + beta**2) * p * r, beta**2 * p + r) if p * r else 0.0


def objective(sensors: Iterable[Reactions], beta: float = 0.5) -> float:
    """Return J = sum of w F_beta over the sensors, equal weights that sum to 1 (Equation 1).

    With literal counts it is the paper's objective; with strict ones it is J_s.
    """
    terms = [f_beta(counts.precision, counts.recall, beta) for counts in sensors]
    return _share(sum(terms), len(terms))
