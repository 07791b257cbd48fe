"""Rows of a table become samples: checked for order of time and sequence, cut where something is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fdir_service.account import END_OF_TIME
from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, Source
from pus.samples import Samples

ROWS = 16_384
"""Rows of a block: large enough that nothing counts but the rows, small enough for the processor's cache."""
_END_OF_SEQUENCE = 1 << 62
_TIME_RANGE = "the time is not known, before the mission epoch, or more than 2^32 s after it"


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive rows of a table, without those that could not be read.

    Attributes
    ----------
    rows : (n,) number of each row from 0, of those that could not be read too.
    places : (n,) what a message calls the row: its line or its number from 1.
    values : (n, parameters) in the order of the source; NaN: not known.
    times : (n,) ns since 1970, `NO_TIME` where not known; None: the table has no times.
    sessions, sequences : (n,) what a recording knew, or None.

    """

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    values: NDArray[np.float64]
    times: NDArray[np.int64] | None
    sessions: NDArray[np.int64] | None = None
    sequences: NDArray[np.int64] | None = None


@dataclass(slots=True)
class _Rows:
    """Rows with all that a sample needs; `times` are on-board times."""

    places: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    sessions: NDArray[np.int64]
    sequences: NDArray[np.int64]

    def __getitem__(self, part: slice | NDArray[np.bool_]) -> "_Rows":
        return _Rows(
            self.places[part], self.times[part], self.values[part], self.sessions[part], self.sequences[part]
        )


def to_samples(blocks: Iterable[Block], source: Source, layout: Layout, faults: Faults) -> Iterator[Samples]:
    """Yield the good rows of a table as samples; a row that is left out is missing in the sequence.

    Raises
    ------
    TableError
        At the first bad row, if `faults` is strict.

    """
    order = _Order(faults)
    for block in blocks:
        rows = _complete(block, source, layout, faults)
        for start, stop in _parts(rows.sessions[1:] != rows.sessions[:-1], len(rows.times)):
            yield from _runs(order.check(rows[start:stop]), source.name)


def _parts(breaks: NDArray[np.bool_], n: int) -> Iterator[tuple[int, int]]:
    """Yield start and stop of the parts of n rows; `breaks` (n - 1,) says where one ends."""
    if n:
        yield from pairwise([0, *(np.flatnonzero(breaks) + 1).tolist(), n])


def _complete(block: Block, source: Source, layout: Layout, faults: Faults) -> _Rows:
    """Return rows with on-board times, sessions and sequence numbers; those out of range are left out."""
    times = block.times if layout.period is None else _regular(block, source, layout, faults)
    assert times is not None  # noqa: S101  a table without times has a period (see find_columns)
    sessions = np.zeros_like(block.rows) if block.sessions is None else block.sessions
    sequences = block.rows if block.sequences is None else block.sequences
    # The last on-board time is within int64 for every epoch that a mission may have.
    good = (times >= source.epoch) & (times < source.epoch + END_OF_TIME)
    faults.check(good, block.places, "time", _TIME_RANGE)
    for numbers, name in ((block.sessions, "session"), (block.sequences, "sequence")):
        if numbers is not None:
            known = (numbers >= 0) & (numbers < _END_OF_SEQUENCE)
            faults.check(known | ~good, block.places, name, f"the {name} number is not known or out of range")
            good &= known
    rows = _Rows(block.places, times, block.values, sessions, sequences)
    rows = rows if good.all() else rows[good]
    rows.times = rows.times - source.epoch
    return rows


def _regular(block: Block, source: Source, layout: Layout, faults: Faults) -> NDArray[np.int64]:
    """Return times that follow from the numbers of the rows."""
    start = source.epoch if layout.start is None else layout.start
    period = layout.period or 0
    if len(block.rows) and start + period * int(block.rows[-1]) >= source.epoch + END_OF_TIME:
        raise TableError(
            f"{faults.path}: row {block.rows[-1] + 1} is more than 2^32 s after the mission epoch"
        )
    return start + period * block.rows


class _Order:
    """What the last row was, so that the next one can be said to come after it."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._session = -1
        self._time = self._sequence = -1

    def check(self, rows: _Rows) -> _Rows:
        """Return the rows of one session that come after all before them in time and sequence."""
        session = int(rows.sessions[0])
        if session != self._session:
            self._session, self._time, self._sequence = session, -1, -1
        later, self._time = _increases(rows.times, self._time)
        next_, self._sequence = _increases(rows.sequences, self._sequence)
        if later.all() and next_.all():
            return rows
        self._faults.check(later, rows.places, "time order", "time does not increase")
        self._faults.check(next_ | ~later, rows.places, "sequence order", "sequence does not increase")
        return rows[later & next_]


def _increases(numbers: NDArray[np.int64], before: int) -> tuple[NDArray[np.bool_], int]:
    """Return which numbers (n,) exceed `before` and all numbers before them, and the highest."""
    steps = np.empty(len(numbers), np.bool_)
    steps[0] = numbers[0] > before
    np.greater(numbers[1:], numbers[:-1], out=steps[1:])
    if steps.all():
        return steps, int(numbers[-1])
    highest = np.maximum.accumulate(np.concatenate(([before], numbers)))
    return numbers > highest[:-1], int(highest[-1])


def _runs(rows: _Rows, source: str) -> Iterator[Samples]:
    """Yield rows of one session as samples without a gap."""
    for start, stop in _parts(rows.sequences[1:] != rows.sequences[:-1] + 1, len(rows.times)):
        session, sequence = int(rows.sessions[start]), int(rows.sequences[start])
        yield Samples(source, session, sequence, rows.times[start:stop], rows.values[start:stop])
