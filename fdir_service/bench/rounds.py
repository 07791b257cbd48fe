"""Two ways of doing the same, measured by turns: the ratio of their CPU times."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

NS = 1_000_000_000


class DisagreementError(RuntimeError):
    """Two contenders that should do the same and do not: their times cannot be compared."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that does `work` units of the same work at each call."""

    run: Callable[[], object]
    work: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the benchmark: `ours` against `theirs`, and how many times as fast it has to be.

    Attributes
    ----------
    key : name in the results, ``<ours>_vs_<theirs>``.
    measures : what is done, and what a unit of it is.
    must, aim : least ratio, and the one to strive for.
    prepare : makes both contenders, small ones if its argument is true; `DisagreementError` if they differ.

    """

    key: str
    measures: str
    must: float
    aim: float
    prepare: Callable[[bool], tuple[Contender, Contender]]


@dataclass(frozen=True, slots=True)
class Result:
    """What a row came to: the median of the rounds' ratios, their range, and the median costs of a unit."""

    row: Row
    value: float
    least: float
    most: float
    ours_ns: float
    theirs_ns: float

    @property
    def good(self) -> bool:
        """Whether the row is what it must be."""
        return self.value >= self.row.must


def measure(row: Row, rounds: int, *, quick: bool = False) -> Result:
    """Measure a row in `rounds` rounds of both contenders; which goes first changes from round to round."""
    ours, theirs = row.prepare(quick)
    ours.run()
    theirs.run()
    pairs = []
    for k in range(rounds):
        if k % 2:
            after, before = _cost(theirs), _cost(ours)
            pairs.append((before, after))
        else:
            pairs.append((_cost(ours), _cost(theirs)))
    ratios = [their / our for our, their in pairs]
    costs = [median(column) * NS for column in zip(*pairs, strict=True)]
    return Result(row, median(ratios), min(ratios), max(ratios), *costs)


def _cost(contender: Contender) -> float:
    """Return CPU seconds of this thread for a unit of work; without the garbage collector, as in `timeit`."""
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        start = time.thread_time()
        contender.run()
        return (time.thread_time() - start) / contender.work
    finally:
        if was_enabled:
            gc.enable()
