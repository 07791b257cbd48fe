"""Samples of one source into a file: a recording, CSV or Parquet, a row group at a time."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from fdir_service.recording import Recorder
from fdir_service.tables.csv_write import CsvRows
from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import SEQUENCE, SESSION, TIME, Source
from fdir_service.tables.parquet_write import ParquetRows
from pus.samples import Samples

MESSAGE_OCTETS = 1 << 20
"""Octets of samples in one message of a recording, about."""


class Rows(Protocol):
    """Takes samples in order."""

    def write(self, samples: Samples) -> None:
        """Append samples; raises OSError."""
        ...

    def close(self) -> None:
        """Write what is waiting and close."""
        ...


class Recorded:
    """A recording of one source."""

    def __init__(self, path: Path, source: Source) -> None:
        self._recorder = Recorder(path)
        self._rows = max(1, min(4096, MESSAGE_OCTETS // (8 * len(source.parameters))))

    def write(self, samples: Samples) -> None:
        """See `Rows`."""
        for start in range(0, len(samples), self._rows):
            self._recorder.write(with_period(samples[start : start + self._rows]))

    def close(self) -> None:
        """See `Rows`."""
        self._recorder.close()


def with_period(samples: Samples) -> Samples:
    """Return samples with their period if they have one: it takes the place of explicit times."""
    steps: NDArray[np.int64] = np.diff(samples.times)
    if samples.period or not len(steps) or (steps != steps[0]).any():
        return samples
    first = int(samples.times[0])
    return Samples.regular(
        samples.source, samples.session, samples.sequence, first, int(steps[0]), samples.values
    )


class Output:
    """A file that is there when all has been written, and not before; a context.

    Raises
    ------
    TableError
        If there is no such format to write.

    """

    def __init__(self, path: Path, source: Source) -> None:
        if path.suffix not in WRITERS:
            raise TableError(f"{path}: cannot be written: known are {', '.join(WRITERS)}")
        if taken := {TIME, SESSION, SEQUENCE} & {*source.parameters}:
            raise TableError(
                f"{path}: a parameter has the name of a column of ours: {', '.join(sorted(taken))}"
            )
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._part.unlink(missing_ok=True)
        self._rows = WRITERS[path.suffix](self._part, source)
        self.rows = 0

    def write(self, samples: Samples) -> None:
        """Append samples; raises OSError, for example when the disk is full."""
        self._rows.write(samples)
        self.rows += len(samples)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._rows.close()
            if kind is None:
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)


WRITERS: dict[str, Callable[[Path, Source], Rows]] = {
    ".rec": Recorded,
    ".csv": CsvRows,
    ".parquet": ParquetRows,
}
