"""How a table is laid out: what its user says of it, and which of its columns are wanted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fdir_service.mission.source_schema import SourceSection
from fdir_service.tables.faults import TableError

TIME = "time"
SESSION = "fdir.session"
SEQUENCE = "fdir.sequence"
"""Columns that keep what a recording knows of each sample beside its time and values."""

_WITH_UNIT = re.compile(r"(.*?)\s*\[(.*)\]", re.DOTALL)


class TimeUnit(StrEnum):
    """What a number in a time column counts."""

    S = "s"
    MS = "ms"
    US = "us"
    NS = "ns"

    @property
    def ns(self) -> int:
        """Nanoseconds in the unit."""
        return {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table does not say of itself.

    Attributes
    ----------
    time : name of the time column.
    time_unit : unit of numeric times; None: times are ISO 8601 or timestamps.
    epoch : what numeric times count from (ns since 1970); None: the mission epoch.
    period : ns from row to row of a table whose time column does not count; None: it does.
    start : time of the first row then (ns since 1970); None: the mission epoch.
    columns : names of an array's columns; empty: the parameters of the source, in order.
    dataset : HDF5 data set or group; empty: the file itself.

    """

    time: str = TIME
    time_unit: TimeUnit | None = None
    epoch: int | None = None
    period: int | None = None
    start: int | None = None
    columns: tuple[str, ...] = ()
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The source that a table holds: its section of the mission file; the mission epoch (ns since 1970)."""

    section: SourceSection
    epoch: int

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.section.name

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of a sample."""
        return tuple(parameter.name for parameter in self.section.parameters)

    @property
    def units(self) -> tuple[str, ...]:
        """Unit of each parameter, or an empty text."""
        return tuple(parameter.unit for parameter in self.section.parameters)


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the wanted columns; None: the table has no such column."""

    time: int | None
    session: int | None
    sequence: int | None
    values: tuple[int, ...]

    @property
    def present(self) -> tuple[int, ...]:
        """All positions, each once, in ascending order."""
        known = {self.time, self.session, self.sequence, *self.values}
        return tuple(sorted(k for k in known if k is not None))


def split_unit(title: str) -> tuple[str, str]:
    """Return name and unit of a column that is titled ``name [unit]``."""
    match = _WITH_UNIT.fullmatch(title)
    return (match[1], match[2]) if match else (title, "")


def with_unit(name: str, unit: str) -> str:
    """Return the title that `split_unit` takes apart."""
    return f"{name} [{unit}]" if unit else name


def find_columns(
    path: Path, names: Sequence[str], units: Sequence[str], source: Source, layout: Layout
) -> Columns:
    """Find the wanted columns by name, with dots or with underscores.

    Raises
    ------
    TableError
        If a column is missing, or is in another unit than the mission says.

    """
    place = {name: k for k, name in reversed(list(enumerate(names)))}

    def find(name: str) -> int | None:
        return place.get(name, place.get(name.replace(".", "_")))

    time = find(layout.time) if layout.period is None else None
    found = [find(name) for name in source.parameters]
    missing = [layout.time] if time is None and layout.period is None else []
    missing += [name for name, k in zip(source.parameters, found, strict=True) if k is None]
    if missing:
        raise TableError(f"{path}: column(s) missing: {', '.join(missing)}")
    values = tuple(k for k in found if k is not None)
    _check_units(path, [units[k] for k in values], source)
    return Columns(time, find(SESSION), find(SEQUENCE), values)


def _check_units(path: Path, units: Sequence[str], source: Source) -> None:
    for name, given, wanted in zip(source.parameters, units, source.units, strict=True):
        if given and wanted and given != wanted:
            raise TableError(f"{path}: column {name} is in {given}, the mission says {wanted}")
