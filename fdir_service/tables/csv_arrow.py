"""CSV in through pyarrow: a block of text as rows at once, or nothing where a row needs a closer look."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.tables.layout import Columns, Layout
from fdir_service.tables.rows import Block
from fdir_service.tables.text_blocks import Text
from fdir_service.tables.times import NO_TIME, scale

_EXACT = 1 << 53
"""From here on a float does not tell every integer."""


def parse(text: Text, first: int, width: int, columns: Columns, layout: Layout, zero: int) -> Block | None:
    """Return the rows of a block whose first row has number `first`.

    None if pyarrow is not installed, if any field is unreadable, or if rows and lines are not the same.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  only with the extra "data"
    except ImportError:
        return None
    if columns.time in columns.values:
        return None
    lines = text.octets.count(b"\n") + (not text.octets.endswith(b"\n"))
    try:
        table = _read(text.octets, width, columns)
        if table.num_rows != lines:
            return None
        times = None if columns.time is None else _times(table[str(columns.time)], layout, zero)
        sessions, sequences = (
            None if k is None else _integers(table[str(k)]) for k in (columns.session, columns.sequence)
        )
    except pa.ArrowInvalid:
        return None
    if times is not None and (times == NO_TIME).any():
        return None
    values = np.empty((lines, len(columns.values)))
    for k, column in enumerate(columns.values):
        values[:, k] = table[str(column)].to_numpy()
    rows = np.arange(first, first + lines, dtype=np.int64)
    return Block(rows, np.arange(text.line, text.line + lines), values, times, sessions, sequences)


def _read(octets: bytes, width: int, columns: Columns) -> Any:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    texts = [str(k) for k in (columns.time, columns.session, columns.sequence) if k is not None]
    types = {str(k): pa.float64() for k in columns.values} | dict.fromkeys(texts, pa.string())
    return csv.read_csv(
        io.BytesIO(octets),
        csv.ReadOptions(
            use_threads=False, column_names=[str(k) for k in range(width)], block_size=len(octets) + 1
        ),
        csv.ParseOptions(newlines_in_values=b'"' in octets),
        csv.ConvertOptions(
            column_types=types, include_columns=[*types], null_values=[""], strings_can_be_null=True
        ),
    )


def _times(column: Any, layout: Layout, zero: int) -> NDArray[np.int64]:
    import pyarrow as pa  # noqa: PLC0415

    if column.null_count:
        raise pa.ArrowInvalid("a row without a time")
    if layout.time_unit is not None:
        return scale(_numbers(column), layout.time_unit.ns, zero)
    try:
        stamps = column.cast(pa.timestamp("ns"))
    except pa.ArrowInvalid:
        stamps = column.cast(pa.timestamp("ns", "UTC"))
    return np.asarray(stamps.cast(pa.int64()).to_numpy())


def _numbers(column: Any) -> NDArray[Any]:
    """Return numbers: exact if all are integers."""
    import pyarrow as pa  # noqa: PLC0415

    numbers = np.asarray(column.cast(pa.float64()).to_numpy())
    try:
        return np.asarray(column.cast(pa.int64()).to_numpy())
    except pa.ArrowInvalid:
        if (np.abs(numbers) < _EXACT).all():
            return numbers
        raise  # an integer among fractions may be exact only by itself


def _integers(column: Any) -> NDArray[np.int64]:
    import pyarrow as pa  # noqa: PLC0415

    if column.null_count:
        raise pa.ArrowInvalid("a row without a number")
    column.cast(pa.float64())  # refuses 0x10, which is an integer to pyarrow
    return np.asarray(column.cast(pa.int64()).to_numpy())
