"""A table of samples x channels with named columns, from CSV or Parquet (extra ``data``)."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import TrainingDataError
from models.metadata import digest, digest_of

Floats = NDArray[np.float64]
Columns = dict[str, tuple[str, Floats]]

_WITH_UNIT = re.compile(r"(.*?)\s*\[(.*)\]", re.DOTALL)
_UNIT = b"unit"


@dataclass(frozen=True, slots=True)
class Table:
    """Samples of some channels.

    Attributes
    ----------
    names, units : of the channels, in the order of the columns.
    samples : (N, C) float64, all finite.
    dropped : rows of the file that were left out, for a value is missing or not finite.
    digest : SHA-256 of the file.

    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    samples: Floats
    dropped: int
    digest: str


def read_table(path: Path, columns: Sequence[str] = (), without: Sequence[str] = ()) -> Table:
    """Read the numeric columns of `path`, or those named; without some of them.

    Raises
    ------
    TrainingDataError
        If the file cannot be read, a named column is not there or not numeric, or nothing is left.

    """
    found = _read(path)
    absent = [name for name in (*columns, *without) if name not in found]
    if absent:
        raise TrainingDataError(f"{path}: no column {', '.join(absent)}, it has {', '.join(found)}")
    names = [name for name in columns or found if name not in without]
    numeric = [name for name in names if not np.isnan(found[name][1]).all()]
    if columns and numeric != names:
        raise TrainingDataError(f"{path}: no numbers in {', '.join(n for n in names if n not in numeric)}")
    if not numeric:
        raise TrainingDataError(f"{path}: no column with numbers")
    samples = np.column_stack([found[name][1] for name in numeric])
    whole = np.isfinite(samples).all(axis=1)
    if not whole.any():
        raise TrainingDataError(f"{path}: no row with a number in every column")
    units = tuple(found[name][0] for name in numeric)
    return Table(tuple(numeric), units, samples[whole], int((~whole).sum()), digest(path))


def joined(tables: Sequence[Table]) -> Table:
    """Return the rows of all tables, one table after the other.

    The digest of several is that of their digests in a row.

    Raises
    ------
    TrainingDataError
        If the channels differ.

    """
    first = tables[0]
    if len(tables) == 1:
        return first
    for table in tables[1:]:
        if (table.names, table.units) != (first.names, first.units):
            raise TrainingDataError(f"channels differ: {_titles(first)} and {_titles(table)}")
    digests = digest_of("".join(table.digest for table in tables).encode())
    samples = np.concatenate([table.samples for table in tables])
    return Table(first.names, first.units, samples, sum(table.dropped for table in tables), digests)


def _titles(table: Table) -> str:
    pairs = zip(table.names, table.units, strict=True)
    return ", ".join(f"{name} [{unit}]" if unit else name for name, unit in pairs)


def _read(path: Path) -> Columns:
    """Return unit and values (N,) of each column; NaN where there is no number."""
    if path.suffix not in {".csv", ".parquet"}:
        raise TrainingDataError(f"{path}: must be .csv or .parquet")
    try:
        return _read_csv(path) if path.suffix == ".csv" else _read_parquet(path)
    except ImportError:
        raise TrainingDataError(
            f"{path}: Parquet needs the extra: pip install 'fdir-service[data]'"
        ) from None
    except (OSError, ValueError, csv.Error) as error:
        raise TrainingDataError(f"{path}: {error}") from None


def _read_csv(path: Path) -> Columns:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    if any(len(row) != len(header) for row in rows):
        raise ValueError(f"a row has not the {len(header)} columns of the header")
    if not rows:
        raise ValueError("no rows")
    titles = [_split(title) for title in header]
    if len({name for name, _ in titles}) != len(titles):
        raise ValueError("names of columns repeat")
    values = zip(*rows, strict=True)
    return {
        name: (unit, np.array([_number(text) for text in column]))
        for (name, unit), column in zip(titles, values, strict=True)
    }


def _split(title: str) -> tuple[str, str]:
    """Split ``name [unit]``."""
    found = _WITH_UNIT.fullmatch(title)
    return (found[1], found[2]) if found else (title, "")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _read_parquet(path: Path) -> Columns:
    import pyarrow as pa  # noqa: PLC0415  only with the extra "data"
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pq.read_table(path)
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
    found: Columns = {}
    for field in table.schema:
        unit = (field.metadata or {}).get(_UNIT, b"").decode()
        numeric = any(test(field.type) for test in numbers)
        column = table[field.name].cast(pa.float64()).to_numpy() if numeric else np.full(len(table), np.nan)
        found[field.name] = unit, np.asarray(column, np.float64)
    return found
