"""The OPS-SAT-AD data set: segments of real CubeSat telemetry, described by features, labelled by operators.

Ruszczak, Kotowski, Evans, Nalepa, "The OPS-SAT benchmark for detecting anomalies in satellite telemetry",
Scientific Data 2025, doi:10.1038/s41597-025-05035-3; data doi:10.5281/zenodo.12588359 (MIT). One row of
``train.parquet`` or ``test.parquet`` is one segment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.metadata import digest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TRAIN: Final = "train.parquet"
TEST: Final = "test.parquet"
PEAKS: Final = ("n_peaks", "smooth10_n_peaks", "smooth20_n_peaks", "diff_peaks", "diff2_peaks")
"""Counts of peaks: of the signal, of two smoothed ones, of its first and second difference."""
PUBLISHED: Final = (
    *("mean", "var", "std", "kurtosis", "skew", *PEAKS, "diff_var", "diff2_var", "gaps_squared"),
    *("len_weighted", "var_div_duration", "var_div_len", "duration", "len"),
)
"""The 18 features that the published detectors use."""
COLUMNS: Final = (*PUBLISHED, "sampling")
"""All columns with numbers; ``sampling`` is the time between samples, s."""


class DataSetError(ValueError):
    """A folder or file that is not what the data set promises."""


@dataclass(frozen=True, slots=True)
class Segments:
    """n segments.

    Attributes
    ----------
    segment : (n,) ids in order of time.
    channel : (n,) channel numbers, 872 for ``CADC0872``.
    anomaly : (n,) the operators' labels.
    values : (n, 19) `COLUMNS` in order, float64.
    digest : SHA-256 of the file.
    dropped : rows that are left out because a feature is not known.

    """

    segment: Integers
    channel: Integers
    anomaly: NDArray[np.bool_]
    values: Floats
    digest: str
    dropped: int = 0

    def __len__(self) -> int:
        return len(self.segment)

    def __getitem__(self, rows: NDArray[np.generic]) -> "Segments":
        """Return the segments at `rows`, positions or a mask."""
        parts = self.segment[rows], self.channel[rows], self.anomaly[rows], self.values[rows]
        return Segments(*parts, self.digest, self.dropped)

    @property
    def channels(self) -> tuple[int, ...]:
        """The channels that are there, in order."""
        return tuple(np.unique(self.channel).tolist())

    def columns(self, names: Sequence[str]) -> Floats:
        """Return columns (n, len(names)) by name."""
        return self.values[:, [COLUMNS.index(name) for name in names]]


def channel_name(number: int) -> str:
    """Return ``CADC0872`` for 872."""
    return f"CADC{number:04d}"


def read_segments(path: Path) -> Segments:
    """Read one file.

    Raises
    ------
    DataSetError
        If the file or one of its columns is missing or of another type, or no segment is left.

    """
    if not path.is_file():
        raise DataSetError(f"{path}: no such file")
    try:
        return _segments(pq.read_table(path), path)
    except (pa.ArrowException, OSError, TypeError) as error:
        raise DataSetError(f"{path}: {str(error).splitlines()[0]}") from None


def _segments(table: pa.Table, path: Path) -> Segments:
    absent = {"segment", "channel", "anomaly", *COLUMNS} - set(table.column_names)
    if absent:
        raise DataSetError(f"{path}: columns {', '.join(sorted(absent))} are missing")
    values = np.stack([_numbers(table, name, path) for name in COLUMNS], axis=1)
    # A segment without samples, or values beyond single precision, cannot be put before a detector.
    known = np.asarray((np.abs(values) < float(np.finfo(np.float32).max)).all(axis=1), np.bool_)
    label = _numbers(table, "anomaly", path)
    if not np.isin(label, (0, 1)).all():
        raise DataSetError(f"{path}: anomaly: labels must be 0 or 1")
    names = table["channel"].to_pylist()
    found = Segments(
        _numbers(table, "segment", path).astype(np.int64),
        np.array([_channel(name, path) for name in names], np.int64),
        label == 1,
        values,
        digest(path),
        int((~known).sum()),
    )[known]
    if not len(found):
        raise DataSetError(f"{path}: no segment with known features")
    return found


def _numbers(table: pa.Table, name: str, path: Path) -> Floats:
    column = table[name].to_numpy()
    if column.dtype.kind not in "iufb":
        raise DataSetError(f"{path}: column {name} is {table[name].type}, must be numbers")
    return np.asarray(column, np.float64)


def _channel(name: object, path: Path) -> int:
    match = re.fullmatch(r"CADC(\d{4})", str(name))
    if match is None:
        raise DataSetError(f"{path}: channel {name!r} is not of the form CADC0872")
    return int(match[1])
