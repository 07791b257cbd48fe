"""HDF5 in through h5py (extra ``data``): one data set, or a group that holds one data set for each column."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.tables.arrays import Matrix, Table, table_blocks
from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, Source
from fdir_service.tables.rows import Block

UNIT_ATTRIBUTES = ("unit", "units")


def blocks(path: Path, source: Source, layout: Layout, faults: Faults) -> Iterator[Block]:
    """Yield the rows of an HDF5 file.

    Raises
    ------
    TableError
        If the file cannot be read or does not fit the source.

    """
    try:
        import h5py  # noqa: PLC0415  only with the extra "data"
    except ImportError:
        raise TableError(f"{path}: HDF5 needs the extra: pip install 'fdir-service[data]'") from None
    del faults  # an array has no row that cannot be read
    try:
        with h5py.File(path, "r") as file:
            found = file[layout.dataset] if layout.dataset else file
            yield from table_blocks(path, _table(path, found, source, layout), source, layout)
    except TableError:
        raise
    except KeyError:
        raise TableError(f"{path}: no data set or group {layout.dataset}") from None
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise TableError(f"{path}: {error}") from None


def _table(path: Path, found: Any, source: Source, layout: Layout) -> Table:
    if hasattr(found, "shape"):
        return Matrix(path, lambda: found, source, layout.columns)
    # A data set of several numbers a row is no column, but may be a table itself.
    columns = {name: item for name, item in found.items() if _is_column(item)}
    if not columns and len(found) == 1:
        (item,) = found.values()
        return _table(path, item, source, layout)
    return Group(columns)


def _is_column(item: Any) -> bool:
    return len(getattr(item, "shape", ())) == 1 and not item.dtype.names


class Group:
    """Data sets (rows,) by the name of their column."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self._columns = [*columns.values()]
        self.names = [*columns]
        self.units = [_unit(item.attrs) for item in self._columns]

    def count(self, columns: Sequence[int]) -> int:
        """See `Table`."""
        rows = {self.names[k]: int(self._columns[k].shape[0]) for k in columns}
        if len({*rows.values()}) > 1:
            lengths = ", ".join(f"{name} {n}" for name, n in rows.items())
            raise ValueError(f"columns of different lengths: {lengths}")
        return max(rows.values())

    def part(self, start: int, stop: int, columns: Sequence[int]) -> list[NDArray[Any]]:
        """See `Table`."""
        return [np.asarray(self._columns[k][start:stop]) for k in columns]


def _unit(attributes: Any) -> str:
    for name in UNIT_ATTRIBUTES:
        if isinstance(unit := attributes.get(name), str):
            return unit
    return ""
