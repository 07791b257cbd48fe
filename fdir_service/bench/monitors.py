"""Monitors checked per second: the tables of ST[12] against one Python object per monitor."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fdir_service.bench.measure import Contender, DisagreementError, Row
from fdir_service.bench.objects import Change, LimitMonitor, check_objects
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

    def part(self, chunks: int) -> "Workload":
        """Return the same monitors with the first `chunks` chunks."""
        return Workload(self.limits, self.chunks[:chunks])

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


def contenders(work: Workload, theirs: int) -> tuple[Contender, Contender]:
    """Return both on the same chunks; the slower one takes only the first `theirs` of them at a time.

    Raises
    ------
    DisagreementError
        If they do not find the same changes.

    """
    less = work.part(theirs)
    ours, objects = Tables(work), Objects(less)
    if Tables(less).changes() != objects.changes():
        raise DisagreementError("the table and the objects find different changes of status")
    return Contender(ours.run, work.checks), Contender(objects.run, less.checks)


def _chunks(monitors: int, chunks: int) -> Callable[[bool], tuple[Contender, Contender]]:
    return lambda quick: contenders(workload(monitors, CHUNK, 1 if quick else chunks), 1)


def _samples(quick: bool) -> tuple[Contender, Contender]:
    samples = 100 if quick else 20_000
    return contenders(workload(10, 1, samples), samples)


ROWS = (
    Row(
        "monitors_1000_vs_python_objects",
        "1,000 limit monitors, chunks of 256 samples, 1 % violating; a check",
        100,
        200,
        _chunks(1_000, 20),
    ),
    Row(
        "monitors_10000_vs_python_objects",
        "10,000 limit monitors, chunks of 256 samples, 1 % violating; a check",
        100,
        200,
        _chunks(10_000, 4),
    ),
    Row(
        "monitors_10_one_sample_vs_python_objects",
        "10 limit monitors, one sample at a time, 1 % violating; a check",
        0.9,
        1.0,
        _samples,
    ),
)
