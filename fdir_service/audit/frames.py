"""Freeze frames: the values behind a failure, from some seconds before its confirmation to some after.

A frame is written in two records: the part before at once, the part after when on-board time has reached its
end. What is remembered is bounded: `LIMIT` values a source.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fdir_service.journal import Journal, Record
from fdir_service.origins import Origins
from fdir_service.stream import Output, Stream
from pus.block import Block
from pus.st12.definitions import FmonChecking
from pus.st12.monitoring import FmonChange

LIMIT = 1 << 21
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Frame:
    """A failure, and the parameters behind it by source."""

    change: FmonChange
    parameters: dict[str, list[int]]


class Past:
    """The latest values of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._blocks: deque[Block] = deque()
        self._values = 0

    def put(self, block: Block) -> None:
        """Remember a block, up to the limit."""
        self._blocks.append(Block(block.source, block.times.copy(), block.values.copy()))
        self._values += block.values.size
        while self._values > LIMIT and len(self._blocks) > 1:
            self._drop()

    def forget(self, time: int) -> None:
        """Forget the blocks that end before `time` (ns)."""
        while self._blocks and self._blocks[0].times[-1] < time:
            self._drop()

    def _drop(self) -> None:
        self._values -= self._blocks.popleft().values.size

    def between(self, after: int, until: int, rows: list[int]) -> tuple[NDArray[np.int64], list[list[float]]]:
        """Return times and values of some rows with after < time <= until (ns)."""
        times, values = [np.empty(0, np.int64)], [np.empty((len(rows), 0))]
        for block in self._blocks:
            inside = (block.times > after) & (block.times <= until)
            times.append(block.times[inside])
            values.append(block.values[rows][:, inside])
        return np.concatenate(times), np.concatenate(values, axis=1).tolist()


class FreezeFrames:
    """Remembers what is checked, and makes the frames of the FMONs that fail.

    Parameters
    ----------
    before_s, after_s : how far a frame reaches, s.

    """

    def __init__(self, stream: Stream, journal: Journal, before_s: float, after_s: float) -> None:
        self._stream = stream
        self._journal = journal
        self._before, self._after = round(before_s * _NS), round(after_s * _NS)
        self._origins = Origins(stream.mission)
        self._past = {source: Past(source) for source in stream.accounts}
        self._open: dict[int, _Frame] = {}

    def take(self, output: Output) -> list[Record]:
        """Take what one round produced; return the parts of frames that are ready."""
        for block in output.blocks:
            self._past[block.source].put(block)
        failed = [c for i in output.instants for c in i.fmon_changes if c.current is FmonChecking.FAILED]
        records = [record for change in failed for record in self._begin(change)]
        over = [k for k, f in self._open.items() if self._stream.time >= f.change.time + self._after]
        records += [self._end(k) for k in over]
        oldest = min((frame.change.time for frame in self._open.values()), default=self._stream.time)
        for past in self._past.values():
            past.forget(min(oldest, self._stream.time - self._before))
        return records

    def flush(self) -> list[Record]:
        """Return the frames that are under way, as far as they have come."""
        return [self._end(k) for k in list(self._open)]

    def _begin(self, change: FmonChange) -> Iterator[Record]:
        if change.fmon.id in self._open:
            yield self._end(change.fmon.id)
        frame = _Frame(change, self._behind(change))
        self._open[change.fmon.id] = frame
        yield self._record(frame, "before", change.time - self._before - 1, change.time)

    def _end(self, fmon: int) -> Record:
        frame = self._open.pop(fmon)
        end = frame.change.time + self._after
        record = self._record(frame, "after", frame.change.time, end)
        return record | {"complete": self._stream.time >= end}

    def _behind(self, change: FmonChange) -> dict[str, list[int]]:
        """Return the parameters that the FMON's PMONs check, and what those are computed from, by source."""
        pmons, parameters = self._stream.chain.monitoring.pmons, self._stream.mission.parameters
        found: dict[str, list[int]] = {}
        for k in self._origins.behind(pmons[p].parameter for p in change.fmon.pmons if p in pmons):
            found.setdefault(parameters.by_id[k].source, []).append(k)
        return found

    def _record(self, frame: _Frame, part: str, after: int, until: int) -> Record:
        fmon = frame.change.fmon.id
        names = self._stream.mission.parameters.by_id
        known = {names[k].name: self._origins.model(k) for ks in frame.parameters.values() for k in ks}
        return self._journal.head("frame", frame.change.time) | {
            "fmon": fmon,
            "name": self._journal.fmon_name(fmon),
            "part": part,
            "models": {name: model for name, model in known.items() if model},
            "sources": [self._values(s, ks, after, until) for s, ks in frame.parameters.items()],
        }

    def _values(self, source: str, parameters: list[int], after: int, until: int) -> Record:
        table = self._stream.mission.parameters
        times, rows = self._past[source].between(after, until, [table.row[k] for k in parameters])
        names = (table.by_id[k].name for k in parameters)
        values = {
            n: [v if math.isfinite(v) else None for v in row] for n, row in zip(names, rows, strict=True)
        }
        return {"source": source, "times_ns": times.tolist(), "values": values}
