"""CSV in without pyarrow, and wherever a row needs a closer look: field by field."""

import csv
import io
import re
from dataclasses import dataclass, field

import numpy as np

from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Columns, Layout
from fdir_service.tables.rows import Block
from fdir_service.tables.text_blocks import Text
from fdir_service.tables.times import NO_TIME, parse_time, scale

_INTEGER = re.compile(r"\s*[+-]?\d{1,18}\s*", re.ASCII)


class _RowError(ValueError):
    """A row that cannot be read; `reason` is one or two words."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file: `names` of its columns, the wanted ones, and the zero of numeric times."""

    names: tuple[str, ...]
    columns: Columns
    layout: Layout
    zero: int

    def row(self, fields: list[str]) -> tuple[int, int, int, list[float]]:
        """Return time, session, sequence and values of a row; 0 for what the table does not have."""
        columns = self.columns
        try:
            time = 0 if columns.time is None else self._time(fields[columns.time])
            session = 0 if columns.session is None else self._integer("session", fields[columns.session])
            sequence = 0 if columns.sequence is None else self._integer("sequence", fields[columns.sequence])
            return time, session, sequence, self._values([fields[k] for k in columns.values])
        except IndexError:
            detail = f"{len(fields)} field(s), the header has {len(self.names)}"
            raise _RowError("fields", detail) from None

    def _time(self, text: str) -> int:
        try:
            if self.layout.time_unit is None:
                return parse_time(text)
            return _parse_number(text, self.layout.time_unit.ns, self.zero)
        except ValueError as error:
            raise _RowError("time", f"column {self.layout.time}: {error}") from None

    def _integer(self, reason: str, text: str) -> int:
        if not _INTEGER.fullmatch(text):
            raise _RowError(reason, f"the {reason} number is {text!r}")
        return int(text)

    def _values(self, texts: list[str]) -> list[float]:
        try:
            if "_" not in "".join(texts):
                return [float(text) if text else np.nan for text in texts]
        except ValueError:
            pass
        return [self._value(k, text) for k, text in zip(self.columns.values, texts, strict=True)]

    def _value(self, column: int, text: str) -> float:
        """Return a value, or name the column that has none."""
        try:
            return _number(text) if text else np.nan
        except ValueError as error:
            raise _RowError("value", f"column {self.names[column]}: {error}") from None


def _number(text: str) -> float:
    if "_" in text:  # Python's own notation
        raise ValueError(f"could not convert string to float: {text!r}")
    return float(text)


def _parse_number(text: str, unit: int, zero: int) -> int:
    number = np.array([int(text)]) if _INTEGER.fullmatch(text) else np.array([_number(text)])
    time = int(scale(number, unit, zero)[0])
    if time == NO_TIME:
        raise ValueError(f"{text} is no time from 1678 to 2261")
    return time


@dataclass(slots=True)
class _Lists:
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    read: list[tuple[int, int, int, list[float]]] = field(default_factory=list)

    def block(self, columns: Columns) -> Block:
        """Return the rows as arrays."""
        times, sessions, sequences = (
            None if column is None else np.array([row[k] for row in self.read], np.int64)
            for k, column in enumerate((columns.time, columns.session, columns.sequence))
        )
        values = np.array([row[3] for row in self.read], np.float64).reshape(-1, len(columns.values))
        places = np.array(self.lines, np.int64)
        return Block(np.array(self.rows, np.int64), places, values, times, sessions, sequences)


def parse(text: Text, first: int, reader: Reader, faults: Faults) -> tuple[Block, int]:
    """Return the good rows of a block whose first row has number `first`, and how many rows it has.

    Raises
    ------
    TableError
        If the text is no CSV, or at the first bad row if `faults` is strict.

    """
    # An octet that is no text makes a field of a wanted column unreadable, and does not matter elsewhere.
    lines = csv.reader(io.StringIO(text.octets.decode("utf-8", "replace"), newline=""))
    lists, n = _Lists(), 0
    try:
        for fields in filter(None, lines):
            line, n = text.line + lines.line_num - 1, n + 1
            try:
                lists.read.append(reader.row(fields))
            except _RowError as error:
                faults.add(error.reason, line, str(error))
                continue
            lists.rows.append(first + n - 1)
            lists.lines.append(line)
    except csv.Error as error:
        raise TableError(f"{faults.path}: line {text.line + lines.line_num - 1}: {error}") from None
    return lists.block(reader.columns), n
