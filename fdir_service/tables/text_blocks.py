"""CSV text cut into blocks of whole rows: a line break inside quotes does not end a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from fdir_service.tables.faults import TableError

BLOCK = 1 << 22
"""Octets of a block."""
LONGEST = 1 << 26
"""Octets that a row, and so a block, may have at most."""


@dataclass(frozen=True, slots=True)
class Text:
    """Whole rows of CSV; `line` is the number of the first one's line from 1."""

    line: int
    octets: bytes


def cut(path: Path, block: int = BLOCK) -> Iterator[Text]:
    """Yield the header's row alone, then blocks of rows.

    Raises
    ------
    TableError
        If the file cannot be read or holds a row of more than `LONGEST` octets.

    """
    try:
        with path.open("rb") as file:
            yield from _cut(path, file, block)
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror}") from None


def _cut(path: Path, file: IO[bytes], block: int) -> Iterator[Text]:
    waiting, line, header = b"", 1, True
    while octets := file.read(block):
        waiting += octets
        if header and (end := _row_end(waiting, first=True)):
            yield Text(line, waiting[:end])
            line += waiting.count(b"\n", 0, end)
            waiting, header = waiting[end:], False
        if not header and (end := _row_end(waiting)):
            yield Text(line, waiting[:end])
            line += waiting.count(b"\n", 0, end)
            waiting = waiting[end:]
        if len(waiting) > LONGEST:
            raise TableError(
                f"{path}: line {line}: a row of more than {LONGEST} octets, or a quote left open"
            )
    if waiting:
        yield Text(line, waiting)


def _row_end(octets: bytes, *, first: bool = False) -> int:
    """Return where the first or the last whole row ends, 0 if none does."""
    if b'"' not in octets:
        return (octets.find(b"\n") if first else octets.rfind(b"\n")) + 1
    text = np.frombuffer(octets, np.uint8)
    outside = np.bitwise_xor.accumulate(text == ord('"')) == 0
    ends = np.flatnonzero((text == ord("\n")) & outside)
    return int(ends[0 if first else -1]) + 1 if len(ends) else 0
