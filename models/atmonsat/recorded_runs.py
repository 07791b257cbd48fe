"""Runs of the AtMonSat firmware on its microcontroller: what was sent, and what came back.

A folder has ``DAY_inputs.parquet`` and, where the answers were recorded, ``DAY_outputs.parquet``;
``runs.csv`` tells counts. See ``docs/reference/atmonsat-stm32.md``.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.atmonsat.firmware import FirmwareError

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

INPUTS: Final = "_inputs.parquet"
OUTPUTS: Final = "_outputs.parquet"
RUNS: Final = "runs.csv"
EXECUTION: Final = "execution_us"
COUNTS: Final = (
    *("rows", "outputs", "unjudged", "replies", "longest_reply", "overflows", "over_threshold"),
    "detections",
)
"""Columns of ``runs.csv`` that can be compared."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """One entry per inference (N,), in the order received.

    Attributes
    ----------
    row, reply_row : the input row judged, and the one in whose reply the answer came.
    distance : squared Mahalanobis distance.
    detection : alarm.

    """

    row: Numbers
    reply_row: Numbers
    distance: Floats
    detection: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Run:
    """One day.

    Attributes
    ----------
    temperatures : (T, sensors) degC, in the order sent.
    execution : us that the target spent on all rows, None where it is not recorded.
    outputs : what it answered, None where it is not recorded.
    counts : what ``runs.csv`` says by name, empty where it does not.

    """

    day: str
    temperatures: Floats
    execution: int | None
    outputs: Outputs | None
    counts: Mapping[str, int]


def read_runs(folder: Path, sensors: int) -> list[Run]:
    """Read all days of a folder, by date.

    Raises
    ------
    FirmwareError
        If there is none, or a file lacks a column or a value.

    """
    days = sorted(path.name.removesuffix(INPUTS) for path in folder.glob(f"*{INPUTS}"))
    if not days:
        raise FirmwareError(f"{folder}: no file DAY{INPUTS}")
    for path in sorted(folder.glob(f"*{OUTPUTS}")):
        if path.name.removesuffix(OUTPUTS) not in days:
            raise FirmwareError(f"{path}: no {path.name.removesuffix(OUTPUTS)}{INPUTS} beside it")
    counts = _counts(folder / RUNS)
    return [_run(folder, day, sensors, counts.get(day, {})) for day in days]


def _run(folder: Path, day: str, sensors: int, counts: Mapping[str, int]) -> Run:
    path = folder / f"{day}{INPUTS}"
    table = _table(path)
    columns = [_numbers(path, table, f"temp_{k}") for k in range(sensors)]
    if not len(table):
        raise FirmwareError(f"{path}: no rows")
    execution = None
    if EXECUTION in table.column_names:
        execution = int(_numbers(path, table, EXECUTION).sum())
    beside = folder / f"{day}{OUTPUTS}"
    outputs = _outputs(beside) if beside.is_file() else None
    return Run(day, np.stack(columns, axis=1), execution, outputs, counts)


def _outputs(path: Path) -> Outputs:
    table = _table(path)
    row, reply_row, distance, detection = (
        _numbers(path, table, name) for name in ("row", "reply_row", "distance", "detection")
    )
    return Outputs(row.astype(np.int64), reply_row.astype(np.int64), distance, detection != 0)


def _table(path: Path) -> Any:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  only with the extra "data"
    except ImportError:
        raise FirmwareError(f"{path}: Parquet needs the extra: pip install 'fdir-service[data]'") from None
    try:
        return pq.read_table(path)
    except (OSError, ValueError) as error:
        raise FirmwareError(f"{path}: {error}") from None


def _numbers(path: Path, table: Any, name: str) -> Floats:
    """Return a column (T,)."""
    if name not in table.column_names:
        raise FirmwareError(f"{path}: column {name}: missing")
    try:
        values = np.asarray(table[name].to_numpy(), np.float64)
    except (TypeError, ValueError):
        raise FirmwareError(f"{path}: column {name}: {table[name].type} is no number") from None
    if unknown := int((~np.isfinite(values)).sum()):
        raise FirmwareError(f"{path}: column {name}: {unknown} value(s) missing")
    return values


def _counts(path: Path) -> dict[str, dict[str, int]]:
    """Return the counts of each day; none if there is no such file."""
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["day"]: {name: int(row[name]) for name in COUNTS} for row in csv.DictReader(file)}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise FirmwareError(f"{path}: day and {', '.join(COUNTS)}: {error!r}") from None


def write_outputs(folder: Path, day: str, outputs: Outputs) -> Path:
    """Write ``DAY_outputs.parquet`` in the recordings' own form; return its path."""
    import pyarrow as pa  # noqa: PLC0415  only with the extra "data"
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns: Sequence[tuple[str, NDArray[Any]]] = (
        ("row", outputs.row.astype(np.int32)),
        ("reply_row", outputs.reply_row.astype(np.int32)),
        ("distance", outputs.distance.astype(np.float32)),
        ("detection", outputs.detection),
    )
    path = folder / f"{day}{OUTPUTS}"
    pq.write_table(pa.table(dict(columns)), path)
    return path
