"""Tables as a source: CSV and Parquet files with a time column and one column a parameter.

``time`` is ISO 8601 (without a zone it is taken as UTC) or, in Parquet, a timestamp;
the other columns are matched by parameter name, in any order; those the mission does not know are ignored.
An empty field is a value that is not known.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.mission import Mission
from fdir_service.mission.schema import SourceSection
from pus.samples import Samples

ROWS = 4096
TIME = "time"


class TableError(ValueError):
    """A table that cannot be replayed; the text names file, row or column, and reason."""


def epoch_ns(epoch: str) -> int:
    """Return the mission epoch in ns since 1970-01-01T00:00:00Z."""
    return int(np.datetime64(epoch.removesuffix("Z"), "ns").astype(np.int64))


def read(path: Path, mission: Mission) -> Iterator[Samples]:
    """Yield the rows of a table as samples of the mission's only source.

    Raises
    ------
    TableError
        If the file does not fit the mission.

    """
    if len(mission.file.source) != 1:
        raise TableError(f"{path}: a table holds one source, the mission {mission.name} has several")
    rows = _parquet if path.suffix == ".parquet" else _csv
    section = mission.file.source[0]
    epoch = epoch_ns(mission.profile.epoch)
    sequence, last = 0, -1
    for times, values in rows(path, section):
        stamps = times - epoch
        steps = np.diff(stamps, prepend=last)
        if (steps <= 0).any():
            row = sequence + int(np.argmax(steps <= 0)) + 1
            raise TableError(
                f"{path}: row {row}: time does not increase, or is before {mission.profile.epoch}"
            )
        last = int(stamps[-1])
        yield Samples(section.name, 0, sequence, stamps, values)
        sequence += len(stamps)


Rows = Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]
_Row = tuple[int, list[str]]
"""Number of the (last) line of a row, and its fields."""


def _csv(path: Path, section: SourceSection) -> Rows:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            columns = _columns(path, next(reader, []), section)
            chunk: list[_Row] = []
            for row in reader:
                if row:
                    chunk.append((reader.line_num, row))
                if len(chunk) == ROWS:
                    yield _convert(path, chunk, columns)
                    chunk = []
            if chunk:
                yield _convert(path, chunk, columns)
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: not UTF-8 text: {error.reason}") from None
    except csv.Error as error:
        raise TableError(f"{path}: line {reader.line_num}: {error}") from None


def _columns(path: Path, header: Sequence[str], section: SourceSection) -> list[int]:
    """Return the position of the time column and of each parameter, by its name with dots or underscores."""
    wanted = [TIME, *(parameter.name for parameter in section.parameters)]
    place = {name: k for k, name in reversed(list(enumerate(header)))}
    found = [place.get(name, place.get(name.replace(".", "_"))) for name in wanted]
    missing = [name for name, k in zip(wanted, found, strict=True) if k is None]
    if missing:
        raise TableError(f"{path}: column(s) missing: {', '.join(missing)}")
    return [k for k in found if k is not None]


def _convert(
    path: Path, chunk: list[_Row], columns: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    times = np.empty(len(chunk), np.int64)
    values = np.empty((len(chunk), len(columns) - 1))
    for k, (line, row) in enumerate(chunk):
        try:
            times[k] = parse_time(row[columns[0]])
            values[k] = [float(row[c]) if row[c] else np.nan for c in columns[1:]]
        except (ValueError, IndexError, OverflowError) as error:
            raise TableError(f"{path}: line {line}: {error}") from None
    return times, values


def parse_time(text: str) -> int:
    """Return an ISO 8601 time in ns since 1970 UTC; raises ValueError."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    whole = moment.replace(microsecond=0)
    return int(whole.timestamp()) * 1_000_000_000 + moment.microsecond * 1_000


def _parquet(path: Path, section: SourceSection) -> Rows:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  only with the extra "data"
    except ImportError:
        raise TableError(
            f"{path}: reading Parquet needs the extra: pip install 'fdir-service[data]'"
        ) from None
    try:
        file = pq.ParquetFile(path)
        header = file.schema_arrow.names
        names = [header[k] for k in _columns(path, header, section)]
        for batch in file.iter_batches(ROWS, columns=names):
            yield _arrow_times(path, batch.column(TIME)), _arrow_values(batch, names[1:])
    except (OSError, ValueError, TypeError) as error:
        raise error if isinstance(error, TableError) else TableError(f"{path}: {error}") from None


def _arrow_times(path: Path, column: Any) -> NDArray[np.int64]:
    import pyarrow as pa  # noqa: PLC0415

    if not pa.types.is_timestamp(column.type):
        raise TableError(f"{path}: column time is {column.type}, not a timestamp")
    stamps: NDArray[np.int64] = column.cast(pa.timestamp("ns")).cast(pa.int64()).to_numpy()
    return stamps


def _arrow_values(batch: Any, names: list[str]) -> NDArray[np.float64]:
    columns = [batch.column(n).to_numpy(zero_copy_only=False).astype(np.float64) for n in names]
    return np.column_stack(columns)


def count_rows(path: Path) -> int | None:
    """Return the number of rows of a Parquet file, or None if it cannot be told."""
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415

        return int(pq.read_metadata(path).num_rows)
    except (ImportError, OSError, ValueError):
        return None
