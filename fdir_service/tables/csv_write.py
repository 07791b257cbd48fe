"""CSV out: a header with units, ISO 8601 times, numbers that read back as they were."""

import csv
from pathlib import Path

import numpy as np

from fdir_service.tables.layout import SEQUENCE, SESSION, TIME, Source, with_unit
from fdir_service.tables.times import iso
from pus.samples import Samples

ROWS = 4096
"""Rows formatted at once."""


class CsvRows:
    """A CSV file of one source; a value that is not known is an empty field."""

    def __init__(self, path: Path, source: Source) -> None:
        self._epoch = source.epoch
        self._file = path.open("w", newline="", encoding="utf-8")
        titles = map(with_unit, source.parameters, source.units)
        csv.writer(self._file, lineterminator="\n").writerow([TIME, SESSION, SEQUENCE, *titles])

    def write(self, samples: Samples) -> None:
        """Append samples; raises OSError."""
        for start in range(0, len(samples), ROWS):
            self._write(samples[start : start + ROWS])

    def _write(self, part: Samples) -> None:
        times = iso(part.times + self._epoch).tolist()
        rows = np.asarray(part.values, np.float64).tolist()
        lines = (
            f"{time},{part.session},{sequence},{','.join(map(_text, row))}\n"
            for sequence, (time, row) in enumerate(zip(times, rows, strict=True), part.sequence)
        )
        self._file.writelines(lines)

    def close(self) -> None:
        """Close the file; raises OSError."""
        self._file.close()


def _text(value: float) -> str:
    """Return the shortest text that reads back as the value."""
    return "" if value != value else repr(value).removesuffix(".0")  # noqa: PLR0124  NaN alone
