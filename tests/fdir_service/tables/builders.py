"""The source that the tables of these tests hold, and what was read in a form that can be compared."""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from fdir_service.mission.source_schema import ParameterSection, SourceSection
from fdir_service.tables.faults import Faults
from fdir_service.tables.layout import Layout, Source
from fdir_service.tables.read import read
from fdir_service.tables.times import epoch_ns
from pus.samples import Samples

EPOCH = epoch_ns("2030-01-01T00:00:00Z")
SECOND = 10**9

Row = tuple[int, int, int, tuple[float | None, ...]]
"""Session, sequence number, time and values of a sample; None: not known."""


def source(*names: str, epoch: int = EPOCH) -> Source:
    """Return a source; a name may carry a unit, as in ``a [V]``."""
    parameters = []
    for k, title in enumerate(names or ("a", "b"), 1):
        name, _, unit = title.partition(" ")
        parameters.append(ParameterSection(id=k, name=name, unit=unit.strip("[]")))
    return Source(SourceSection(name="board", parameters=tuple(parameters)), epoch)


def rows(samples: Iterable[Samples]) -> list[Row]:
    """Return all samples, one by one; zeros keep their sign."""
    return [
        (part.session, part.sequence + k, int(part.times[k]), tuple(map(_value, part.values[k].tolist())))
        for part in samples
        for k in range(len(part))
    ]


def _value(value: float) -> float | str | None:
    return None if math.isnan(value) else "-0" if value == 0 and math.copysign(1, value) < 0 else value


def read_all(
    path: Path, of: Source | None = None, layout: Layout | None = None, *, strict: bool = False
) -> tuple[list[Row], Faults]:
    """Read a table; return its rows and what was wrong."""
    faults = Faults(path, strict=strict)
    return rows(read(path, of or source(), layout or Layout(), faults)), faults


def samples(
    sequence: int, times: Iterable[int], values: object, session: int = 0, name: str = "board"
) -> Samples:
    """Return samples with explicit times (ns)."""
    return Samples(name, session, sequence, np.array([*times], np.int64), np.asarray(values, np.float64))
