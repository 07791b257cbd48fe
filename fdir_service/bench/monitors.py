"""Monitors checked per second: the tables of ST[12] against one Python object per monitor."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fdir_service.bench.objects import Change, LimitMonitor, check_objects
from fdir_service.bench.rounds import Contender, DisagreementError, Row
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.st12.checks import Checks, CheckState, Floats, check
from pus.st12.definitions import Limit, Pmon

CHUNK = 256
REPETITION = 3
VIOLATING = 0.01
"""Share of the samples that violate a limit."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Workload:
    """Monitors with a limit each, and chunks (monitors, K) of their values."""

    limits: tuple[Limit, ...]
    chunks: tuple[Floats, ...]

    @property
    def checks(self) -> int:
        """Checks in all chunks."""
        return sum(chunk.size for chunk in self.chunks)


def workload(monitors: int, samples: int, chunks: int, violating: float = VIOLATING) -> Workload:
    """Draw limits, values evenly between them, and violations on either side."""
    rng = np.random.default_rng(SEED)
    low, width = rng.uniform(-10, 10, (monitors, 1)), rng.uniform(1, 10, (monitors, 1))
    drawn = []
    for _ in range(chunks):
        place = rng.uniform(0.01, 0.99, (monitors, samples))
        outside = np.flatnonzero(rng.random(place.shape) < violating)
        place.flat[outside] += rng.choice([-1.0, 1.0], len(outside))
        drawn.append(low + width * place)
    bounds = zip(low.ravel().tolist(), (low + width).ravel().tolist(), strict=True)
    return Workload(tuple(Limit(*pair) for pair in bounds), tuple(drawn))


class Tables:
    """Our contender: a table, its state, and a pure function over chunks."""

    def __init__(self, work: Workload) -> None:
        ids = range(len(work.limits))
        parameters = (Parameter(k, f"p{k}", ValueType.F64, "bench") for k in ids)
        pmons = tuple(Pmon(k, k, limit, REPETITION) for k, limit in enumerate(work.limits))
        self.table = Checks(pmons, ParameterTable(tuple(parameters)))
        fresh = CheckState.fresh(self.table)
        self.state = replace(fresh, enabled=np.ones_like(fresh.enabled))
        self.chunks = work.chunks

    def run(self) -> None:
        """Check all chunks."""
        table, state = self.table, self.state
        for chunk in self.chunks:
            _, state = check(table, state, chunk)
        self.state = state

    def changes(self) -> list[list[Change]]:
        """Check all chunks; return the changes of status in each."""
        result = []
        for chunk in self.chunks:
            found, self.state = check(self.table, self.state, chunk)
            columns = (found.sample.tolist(), found.monitor.tolist(), found.current.tolist())
            result.append(list(zip(*columns, strict=True)))
        return result


class Objects:
    """The contender that comes to mind first: one object per monitor."""

    def __init__(self, work: Workload) -> None:
        self.monitors = [
            LimitMonitor(k, limit.low, limit.high, REPETITION) for k, limit in enumerate(work.limits)
        ]
        self.chunks = work.chunks

    def run(self) -> None:
        """Check all chunks."""
        for chunk in self.chunks:
            check_objects(self.monitors, chunk)

    def changes(self) -> list[list[Change]]:
        """Check all chunks; return the changes of status in each."""
        return [check_objects(self.monitors, chunk) for chunk in self.chunks]


def contenders(work: Workload, laps: int, their_laps: int) -> tuple[Contender, Contender]:
    """Return both on the same chunks, which each goes through several times.

    Raises
    ------
    DisagreementError
        If they do not find the same changes.

    """
    ours, theirs = Tables(work), Objects(work)
    if ours.changes() != theirs.changes():
        raise DisagreementError("the table and the objects find different changes of status")
    return _repeated(ours.run, work, laps), _repeated(theirs.run, work, their_laps)


def _repeated(run: Callable[[], None], work: Workload, laps: int) -> Contender:
    def go() -> None:
        for _ in range(laps):
            run()

    return Contender(go, work.checks * laps)


def _in_chunks(monitors: int, chunks: int) -> Callable[[bool], tuple[Contender, Contender]]:
    def prepare(quick: bool) -> tuple[Contender, Contender]:
        return contenders(workload(monitors, CHUNK, 1 if quick else chunks), 1 if quick else 10, 1)

    return prepare


def _one_by_one(quick: bool) -> tuple[Contender, Contender]:
    laps = 1 if quick else 10
    return contenders(workload(10, 1, 100 if quick else 2_000), laps, laps)


ROWS = (
    Row(
        "monitors_1000_vs_python_objects",
        "1,000 limit monitors, chunks of 256 samples, 1 % violating; a check",
        100,
        200,
        _in_chunks(1_000, 4),
    ),
    Row(
        "monitors_10000_vs_python_objects",
        "10,000 limit monitors, chunks of 256 samples, 1 % violating; a check",
        100,
        200,
        _in_chunks(10_000, 1),
    ),
    Row(
        "monitors_10_one_sample_vs_python_objects",
        "10 limit monitors, one sample at a time, 1 % violating; a check",
        0.9,
        1.0,
        _one_by_one,
    ),
)
