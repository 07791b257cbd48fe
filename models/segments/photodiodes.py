"""The photodiode runs of OPS-SAT OrbitAI: six sun elevations, logged on board every five seconds.

Public repository ``georgeslabreche/opssat-orbitai`` (MIT), here one Parquet file a run in ``runs``, with the
times ``t_ms`` (Unix ms), the readings ``pd1 .. pd6`` (rad) and the quaternion ``q0 .. q3``. What the ground
received in November 2020 is ``ground_photodiodes.parquet`` with ``time``, ``pd3`` and ``pd6``; its publisher
removed rows that repeat.
"""

import csv
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

DIODES: Final = tuple(f"pd{k}" for k in range(1, 7))
GROUND: Final = ("pd3", "pd6")
SAFE: Final = ("hd_camera_safe", "optical_rx_safe", "star_tracker_safe")
_QUATERNION: Final = ("q0", "q1", "q2", "q3")
REPLAY_RUN: Final = "2021-04-17_21-20-34"
"""Shipped for replay, hence not in the training of what runs in the daemon."""


class RunError(ValueError):
    """A folder or file that is not what the data set promises."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, or one day on the ground.

    Attributes
    ----------
    name : its start, ``2021-04-17_21-20-34``, or ``ground-2020-11-15``.
    times : (T,) ns since 1970.
    values : (diodes, T) rad; NaN: not received.
    fresh : rows until the logger stopped being refreshed; behind them everything repeats to the last bit.
    digest : SHA-256 of the file.

    """

    name: str
    times: NDArray[np.int64]
    values: Floats
    fresh: int
    digest: str


def read_runs(folder: Path) -> tuple[Run, ...]:
    """Return all runs of a folder, in the order of time.

    Raises
    ------
    RunError
        If there is none, or a file cannot be used.

    """
    paths = sorted((folder / "runs").glob("*.parquet"))
    if not paths:
        raise RunError(f"{folder / 'runs'}: no .parquet files")
    return tuple(_run(path) for path in paths)


def _run(path: Path) -> Run:
    table = _table(path, ("t_ms", *DIODES, *_QUATERNION))
    columns = {name: table[name].to_numpy().astype(np.float64) for name in (*DIODES, *_QUATERNION)}
    every = np.stack(list(columns.values()))
    times = table["t_ms"].to_numpy().astype(np.int64) * 1_000_000
    return Run(path.stem, times, every[: len(DIODES)], fresh_rows(every), digest(path))


def _table(path: Path, columns: Sequence[str]) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"{path}: cannot be read: {error}") from None
    if missing := set(columns) - set(table.column_names):
        raise RunError(f"{path}: no column {min(missing)}")
    if not table.num_rows:
        raise RunError(f"{path}: no rows")
    return table


def read_ground(folder: Path) -> tuple[Run, ...]:
    """Return the days that the ground received; none if the file is not there.

    Raises
    ------
    RunError
        If the file cannot be used.

    """
    path = folder / "ground_photodiodes.parquet"
    if not path.is_file():
        return ()
    table = _table(path, ("time", *GROUND))
    times = table["time"].to_numpy().astype("datetime64[ns]")
    values = np.stack([table[name].to_numpy().astype(np.float64) for name in GROUND])
    days, sha256 = times.astype("datetime64[D]"), digest(path)
    masks = ((str(day), days == day) for day in np.unique(days))
    return tuple(
        Run(f"ground-{day}", times[mask].astype(np.int64), values[:, mask], int(mask.sum()), sha256)
        for day, mask in masks
    )


def fresh_rows(every: Floats) -> int:
    """Return the rows (of `every` (columns, T)) up to the last one that differs from its predecessor."""
    known = np.isfinite(every)
    same = (every[:, 1:] == every[:, :-1]) | ~(known[:, 1:] | known[:, :-1])
    changes = np.flatnonzero(~same.all(axis=0))
    return int(changes[-1]) + 2 if len(changes) else 1


def export_run(folder: Path, out: Path, name: str = REPLAY_RUN) -> tuple[Path, Path]:
    """Write a run and the intervals in which a device must be off as CSV; return both paths.

    ``NAME.csv`` has the columns time (ISO, UTC), pd1 .. pd6 (rad), pd1_valid .. pd6_valid, and the labels of
    the data, 1 where a device may be on; ``NAME.labels.csv`` has start, end, label.
    """
    table = pq.read_table(folder / "runs" / f"{name}.parquet")
    times = np.datetime_as_string(table["t_ms"].to_numpy().astype("datetime64[ms]"), unit="ms").tolist()
    names = [*DIODES, *(f"{diode}_valid" for diode in DIODES), *SAFE]
    columns = [["" if x is None else _text(x) for x in table[column].to_pylist()] for column in names]
    samples, labels = out / f"{name}.csv", out / f"{name}.labels.csv"
    _write_csv(samples, [["time", *names], *zip(times, *columns, strict=True)])
    unsafe = [
        (times[start], times[stop - 1], f"{column.removesuffix('_safe')} must be off")
        for column in SAFE
        for start, stop in intervals(np.array([x == 0 for x in table[column].to_pylist()]))
    ]
    _write_csv(labels, [["start", "end", "label"], *sorted(unsafe)])
    return samples, labels


def intervals(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _text(value: float) -> str:
    """Return a number as short as it comes back the same in the data's single precision."""
    return str(value) if isinstance(value, int) else str(np.float32(value))


def _write_csv(path: Path, lines: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
