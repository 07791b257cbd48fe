"""Two ways of doing the same, measured by turns; or a fact, found once."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

NS = 1_000_000_000


class DisagreementError(RuntimeError):
    """Two contenders that should do the same and do not: their times cannot be compared."""


class UnavailableError(RuntimeError):
    """A row that cannot be measured here; the text says what is missing."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that does `work` units of the same work at each call; CPU time of this thread counts."""

    run: Callable[[], object]
    work: int
    close: Callable[[], None] = _nothing

    def cost(self) -> float:
        """Return CPU seconds for a unit of work; without the garbage collector, as in `timeit`."""
        was_enabled = gc.isenabled()
        gc.collect()
        gc.disable()
        try:
            start = time.thread_time()
            self.run()
            return (time.thread_time() - start) / self.work
        finally:
            if was_enabled:
                gc.enable()


@dataclass(frozen=True, slots=True)
class Timed:
    """A contender that says itself how many seconds a unit has cost: processes, latencies."""

    cost: Callable[[], float]
    close: Callable[[], None] = _nothing

    def run(self) -> object:
        """Do it once, to warm up."""
        return self.cost()


@dataclass(frozen=True, slots=True)
class Fact:
    """What is found once and needs no rounds: a difference, a count, whether an account balances."""

    value: float


Pair = tuple[Contender | Timed, Contender | Timed]


def speed(ours: float, theirs: float) -> float:
    """Return how many times as fast we are."""
    return theirs / ours


def multiple(ours: float, theirs: float) -> float:
    """Return how many times as long we take."""
    return ours / theirs


def share(ours: float, theirs: float) -> float:
    """Return which share of our cost is what they leave out."""
    return 1 - theirs / ours


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the benchmark, and what its value has to be.

    Attributes
    ----------
    key : name in the results.
    measures : what is done, and what a unit of it is.
    must, aim : least value (most, if `at_most`), and the one to strive for.
    prepare : makes both contenders, or finds the fact; small ones if its argument is true. It raises
        `DisagreementError` if they differ, `UnavailableError` if something is not installed.
    value : of a round, from the costs of a unit, ours and theirs.

    """

    key: str
    measures: str
    must: float
    aim: float
    prepare: Callable[[bool], Pair | Fact]
    value: Callable[[float, float], float] = speed
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a row came to: the median of the rounds' values, their range, and the median costs of a unit."""

    row: Row
    value: float
    least: float
    most: float
    ours_ns: float | None = None
    theirs_ns: float | None = None

    @property
    def good(self) -> bool:
        """Whether the row is what it must be."""
        return self.value <= self.row.must if self.row.at_most else self.value >= self.row.must


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that could not be measured, and why."""

    row: Row
    reason: str


def measure(row: Row, rounds: int, *, quick: bool = False) -> Result | Skipped:
    """Measure a row in `rounds` rounds of both contenders; which goes first changes from round to round."""
    try:
        prepared = row.prepare(quick)
    except UnavailableError as error:
        return Skipped(row, str(error))
    if isinstance(prepared, Fact):
        return Result(row, prepared.value, prepared.value, prepared.value)
    try:
        return _by_turns(row, prepared, rounds)
    finally:
        for contender in prepared:
            contender.close()


def _by_turns(row: Row, pair: Pair, rounds: int) -> Result:
    ours, theirs = pair
    ours.run()
    theirs.run()
    costs = []
    for k in range(rounds):
        if k % 2:
            after, before = theirs.cost(), ours.cost()
            costs.append((before, after))
        else:
            costs.append((ours.cost(), theirs.cost()))
    values = [row.value(our, their) for our, their in costs]
    our_ns, their_ns = (median(column) * NS for column in zip(*costs, strict=True))
    return Result(row, median(values), min(values), max(values), our_ns, their_ns)
