"""Tables of values in CSV: the column ``time_s``, and one column a parameter.

An empty field keeps the value, ``nan`` is a value that is not known. Lines that begin with ``#`` before the
header are the rest of a chain-test file, in TOML.
"""

import csv
from collections.abc import Iterable, Iterator

TIME = "time_s"

Step = dict[str, object]
"""A row as a step of a chain-test file: `at_s` and `set`."""


class RowError(ValueError):
    """A row or header that cannot be read; the text names line and reason."""


def front_matter(text: str) -> tuple[str, list[str]]:
    """Return the TOML in the comment lines at the top, and all lines with those left empty."""
    lines = text.splitlines()
    end = next((k for k, line in enumerate(lines) if not line.startswith("#")), len(lines))
    toml = "\n".join(line[1:].removeprefix(" ") for line in lines[:end])
    return toml, [""] * end + lines[end:]


def steps(lines: Iterable[str]) -> Iterator[Step]:
    """Yield the rows in order of time.

    Raises
    ------
    RowError
        With the number of the line.

    """
    reader = csv.reader(lines, strict=True)
    rows = ((reader.line_num, row) for row in reader if row)
    try:
        line, header = next(rows, (1, []))
        _check_header(line, header)
        last = -1.0
        for line, row in rows:
            step = _step(line, header, row)
            last = _later(line, step, last)
            yield step
    except csv.Error as error:
        raise RowError(f"line {reader.line_num}: {error}") from None


def _check_header(line: int, header: list[str]) -> None:
    if header[:1] != [TIME]:
        raise RowError(f"line {line}: the first column must be {TIME}")
    if twice := [name for k, name in enumerate(header) if name in header[:k]]:
        raise RowError(f"line {line}: column {twice[0]!r} appears twice")


def _step(line: int, header: list[str], row: list[str]) -> Step:
    if len(row) != len(header):
        raise RowError(f"line {line}: {len(row)} fields, the header has {len(header)}")
    values = {name: _number(line, name, field) for name, field in zip(header, row, strict=True) if field}
    if TIME not in values:
        raise RowError(f"line {line}: {TIME} is empty")
    return {"at_s": values.pop(TIME), "set": values}


def _number(line: int, name: str, field: str) -> float:
    try:
        return float(field)
    except ValueError:
        raise RowError(f"line {line}: {name}: {field!r} is no number") from None


def _later(line: int, step: Step, last: float) -> float:
    time = step["at_s"]
    if not isinstance(time, float) or not time > last:
        raise RowError(f"line {line}: {TIME} {time} does not increase")
    return time
