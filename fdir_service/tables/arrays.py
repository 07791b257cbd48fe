"""Arrays in: what NPY and HDF5 files hold. An array is (rows, columns), or (rows,) with named fields."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, Source, TimeUnit, find_columns, split_unit
from fdir_service.tables.rows import ROWS, Block
from fdir_service.tables.times import scale

_DATETIME_NS = {"D": 86_400 * 10**9, "h": 3_600 * 10**9, "m": 60 * 10**9} | {u.value: u.ns for u in TimeUnit}
"""ns in the units of numpy's datetime64 that are of one length."""


class Table(Protocol):
    """Columns of equal length that are read in parts."""

    names: list[str]
    units: list[str]

    def count(self, columns: Sequence[int]) -> int:
        """Return how many rows some columns have; raises ValueError if they differ."""
        ...

    def part(self, start: int, stop: int, columns: Sequence[int]) -> list[NDArray[Any]]:
        """Return rows start to stop of some columns, each (stop - start,)."""
        ...


class Matrix:
    """One array; `open_array` returns what is sliced like one."""

    def __init__(
        self, path: Path, open_array: Callable[[], Any], source: Source, columns: Sequence[str]
    ) -> None:
        self._open = open_array
        array = open_array()
        self._fields: Sequence[str] = array.dtype.names or ()
        titles = [*(self._fields or columns or source.parameters)]
        width = _width(path, array)
        if len(titles) != width:
            raise TableError(f"{path}: {width} column(s), but {len(titles)} name(s): {', '.join(titles)}")
        pairs = [split_unit(title) for title in titles]
        self.names, self.units = [name for name, _ in pairs], [unit for _, unit in pairs]
        self._rows = int(array.shape[0])

    def count(self, columns: Sequence[int]) -> int:  # noqa: ARG002  all are equally long
        """See `Table`."""
        return self._rows

    def part(self, start: int, stop: int, columns: Sequence[int]) -> list[NDArray[Any]]:
        """See `Table`."""
        part = np.asarray(self._open()[start:stop])
        if self._fields:
            return [part[self._fields[k]] for k in columns]
        part = part.reshape(stop - start, -1)
        return [part[:, k] for k in columns]


def _width(path: Path, array: Any) -> int:
    dimensions, fields = len(array.shape), array.dtype.names
    if dimensions == 1:
        return len(fields) if fields else 1
    if dimensions == 2 and not fields:
        return int(array.shape[1])
    raise TableError(f"{path}: an array of shape {array.shape}, not (rows, columns)")


def npy_blocks(path: Path, source: Source, layout: Layout, faults: Faults) -> Iterator[Block]:
    """Yield the rows of an NPY file; raises `TableError` if it cannot be read or does not fit the source."""
    del faults  # an array has no row that cannot be read

    def mapped() -> Any:
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise TableError(f"{path}: {error}") from None
        if not isinstance(array, np.ndarray):
            raise TableError(f"{path}: an archive of arrays, not one array")
        return array

    # Mapped again for each block: pages that have been read would stay in memory as long as the map does.
    yield from table_blocks(path, Matrix(path, mapped, source, layout.columns), source, layout)


def table_blocks(path: Path, table: Table, source: Source, layout: Layout) -> Iterator[Block]:
    """Yield the rows of a table of arrays; raises `TableError` if it does not fit the source."""
    columns = find_columns(path, table.names, table.units, source, layout)
    present = columns.present
    end = table.count(present)
    for start in range(0, end, ROWS):
        stop = min(start + ROWS, end)
        part = dict(zip(present, table.part(start, stop, present), strict=True))
        for k in present:
            _check_type(path, table.names[k], part[k], layout, is_time=k == columns.time)
        rows = np.arange(start, stop, dtype=np.int64)
        values = np.stack([part[k].astype(np.float64) for k in columns.values], axis=1)
        times = None if columns.time is None else _times(part[columns.time], source, layout)
        sessions, sequences = (
            None if k is None else _integers(part[k]) for k in (columns.session, columns.sequence)
        )
        yield Block(rows, rows + 1, values, times, sessions, sequences)


def _check_type(path: Path, name: str, column: NDArray[Any], layout: Layout, *, is_time: bool) -> None:
    kind = column.dtype.kind
    if (
        kind == "M"
        and is_time
        and layout.time_unit is None
        and np.datetime_data(column.dtype)[0] in _DATETIME_NS
    ):
        return
    if kind not in "biuf":
        raise TableError(f"{path}: column {name} is {column.dtype}, not a number")
    if is_time and layout.time_unit is None:
        raise TableError(
            f"{path}: column {name} is {column.dtype}, not a timestamp; give the unit of a number"
        )


def _times(column: NDArray[Any], source: Source, layout: Layout) -> NDArray[np.int64]:
    if layout.time_unit is None:
        unit, count = np.datetime_data(column.dtype)
        return scale(column.astype(np.int64), _DATETIME_NS[unit] * count, 0)
    zero = source.epoch if layout.epoch is None else layout.epoch
    return scale(column, layout.time_unit.ns, zero)


def _integers(column: NDArray[Any]) -> NDArray[np.int64]:
    """Return integers, as they are kept; what is none becomes -1."""
    whole = np.isfinite(column) & (np.floor(column) == column) & (np.abs(column) < 2.0**62)
    return np.where(whole, column, -1).astype(np.int64)
