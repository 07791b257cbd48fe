"""CSV in: blocks of text become rows, at once through pyarrow where it is installed, else row by row.

What pyarrow refuses is read again row by row, so that both ways know the same rows, and bad rows have a line.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from fdir_service.tables import csv_arrow, csv_plain
from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, Source, find_columns, split_unit
from fdir_service.tables.rows import Block
from fdir_service.tables.text_blocks import BLOCK, Text, cut


def blocks(
    path: Path, source: Source, layout: Layout, faults: Faults, octets: int = BLOCK
) -> Iterator[Block]:
    """Yield the rows of a CSV file, about `octets` of it at a time; bad rows go to `faults`.

    Raises
    ------
    TableError
        If the file cannot be read or does not fit the source.

    """
    faults.word = "line"
    texts = cut(path, octets)
    titles = [split_unit(title) for title in _header(path, next(texts, Text(1, b"")))]
    names = tuple(name for name, _ in titles)
    columns = find_columns(path, names, [unit for _, unit in titles], source, layout)
    zero = source.epoch if layout.epoch is None else layout.epoch
    reader = csv_plain.Reader(names, columns, layout, zero)
    first = 0
    for text in texts:
        block = csv_arrow.parse(text, first, len(names), columns, layout, zero)
        n = 0 if block is None else len(block.rows)
        if block is None:
            block, n = csv_plain.parse(text, first, reader, faults)
        first += n
        yield block


def _header(path: Path, text: Text) -> list[str]:
    try:
        line = text.octets.decode("utf-8-sig").rstrip("\r\n")
        if "\r" in line:
            raise TableError(f"{path}: lines must end with LF or CR LF")
        return next(csv.reader(io.StringIO(line, newline="")), [])
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: line 1: not UTF-8 text: {error.reason}") from None
    except csv.Error as error:
        raise TableError(f"{path}: line 1: {error}") from None
