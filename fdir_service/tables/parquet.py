"""Parquet in and out, a row group at a time, through pyarrow (extra ``data``)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Columns, Layout, Source, TimeUnit, find_columns
from fdir_service.tables.rows import ROWS, Block
from fdir_service.tables.times import NO_TIME, scale

UNIT = b"unit"
"""Key of a column's unit in its metadata."""
_BUFFER = 1 << 20
"""Octets read at once: a column of a row group is streamed, however large the row group is."""


def blocks(path: Path, source: Source, layout: Layout, faults: Faults) -> Iterator[Block]:
    """Yield the rows of a Parquet file.

    Raises
    ------
    TableError
        If the file cannot be read or does not fit the source.

    """
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  only with the extra "data"
    except ImportError:
        raise TableError(f"{path}: Parquet needs the extra: pip install 'fdir-service[data]'") from None
    del faults  # a Parquet file has no row that cannot be read
    try:
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            yield from _blocks(path, file, source, layout)
    except TableError:
        raise
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TableError(f"{path}: {error}") from None


def _blocks(path: Path, file: Any, source: Source, layout: Layout) -> Iterator[Block]:
    schema = file.schema_arrow
    units = [_unit(field.metadata) for field in schema]
    columns = find_columns(path, schema.names, units, source, layout)
    _check_types(path, schema, columns, layout)
    names = {k: schema.names[k] for k in columns.present}
    first = 0
    for batch in file.iter_batches(ROWS, columns=[*names.values()], use_threads=False):
        part = {k: batch.column(name) for k, name in names.items()}
        rows = np.arange(first, first + batch.num_rows, dtype=np.int64)
        first += batch.num_rows
        values = np.empty((batch.num_rows, len(columns.values)))
        for k, column in enumerate(columns.values):
            values[:, k] = _numbers(part[column])
        times = None if columns.time is None else _times(part[columns.time], source, layout)
        sessions, sequences = (
            None if k is None else _integers(part[k]) for k in (columns.session, columns.sequence)
        )
        yield Block(rows, rows + 1, values, times, sessions, sequences)


def _unit(metadata: dict[bytes, bytes] | None) -> str:
    return (metadata or {}).get(UNIT, b"").decode("utf-8", "replace")


def _check_types(path: Path, schema: Any, columns: Columns, layout: Layout) -> None:
    from pyarrow import types  # noqa: PLC0415

    def is_number(kind: Any) -> bool:
        return bool(types.is_integer(kind) or types.is_floating(kind))

    for k in columns.values:
        kind = schema.types[k]
        if not (is_number(kind) or types.is_boolean(kind) or types.is_decimal(kind) or types.is_null(kind)):
            raise TableError(f"{path}: column {schema.names[k]} is {kind}, not a number")
    for column in (columns.session, columns.sequence):
        if column is not None and not types.is_integer(schema.types[column]):
            raise TableError(
                f"{path}: column {schema.names[column]} is {schema.types[column]}, not an integer"
            )
    if columns.time is None:
        return
    kind = schema.types[columns.time]
    if layout.time_unit is None and not types.is_timestamp(kind):
        raise TableError(
            f"{path}: column {layout.time} is {kind}, not a timestamp; give the unit of a number"
        )
    if layout.time_unit is not None and not is_number(kind):
        raise TableError(f"{path}: column {layout.time} is {kind}, not a number of {layout.time_unit}")


def _numbers(column: Any) -> NDArray[Any]:
    """Return numbers of any type; null becomes NaN."""
    import pyarrow as pa  # noqa: PLC0415

    if column.null_count or not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        column = column.cast(pa.float64(), safe=False)
    numbers: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return numbers


def _integers(column: Any) -> NDArray[np.int64]:
    """Return integers; null and what int64 cannot tell become negative."""
    import pyarrow as pa  # noqa: PLC0415

    return np.asarray(column.cast(pa.int64(), safe=False).fill_null(-1).to_numpy(zero_copy_only=False))


def _times(column: Any, source: Source, layout: Layout) -> NDArray[np.int64]:
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_timestamp(column.type):
        unit, zero = TimeUnit(column.type.unit), 0
        column = column.cast(pa.int64())
    else:
        unit, zero = layout.time_unit or TimeUnit.S, source.epoch if layout.epoch is None else layout.epoch
    numbers = np.asarray(
        (column.fill_null(0) if column.null_count else column).to_numpy(zero_copy_only=False)
    )
    exact = unit.ns == 1 and zero == 0 and numbers.dtype == np.int64
    times = numbers if exact else scale(numbers, unit.ns, zero)
    if not column.null_count:
        return times
    return np.where(column.is_valid().to_numpy(zero_copy_only=False), times, NO_TIME)


def count_rows(path: Path) -> int | None:
    """Return the number of rows of a Parquet file, or None if it cannot be told."""
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415

        return int(pq.read_metadata(path).num_rows)
    except (ImportError, OSError, ValueError):
        return None
