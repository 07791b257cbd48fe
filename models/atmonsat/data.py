"""The AtMonSat data set: temperatures of a CubeSat's power board in a laboratory, with injected heat.

Public repository ``andre-stemper/ATMonSAT`` (Apache-2.0, University of Luxembourg), here as one Parquet file
per day and kind, ``DAY_KIND.parquet``, with ``anomalies.csv``. Everything is counted in samples.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from models.metadata import digest

Floats = NDArray[np.float64]

SENSORS: Final = 9
TEMPERATURES: Final = tuple(f"temp_{i}" for i in range(SENSORS))
REPLAY_DAY: Final = "2022.06.15"
"""Shipped for replay, hence in no training and no threshold of what runs in the daemon."""
WATCHED_DAY: Final = "2022.03.23"
"""The authors' validation day, only watched."""
UNLABELLED_DAY: Final = "2022.05.13"
"""About forty injections of unknown length."""
CLEAN_FROM: Final = {"2022.06.03": datetime(2022, 6, 3, 13, 35)}  # noqa: DTZ001  laboratory wall clock
"""The normal file of that day overlaps the day's test part until then."""


INJECTION_COLUMNS: Final = frozenset({"day", "start", "duration_s", "scored_upstream"})
CONVERTERS_ON: Final = 30.0
"""``curSolar`` (mA likely) from which the solar converters count as on."""


class DataSetError(ValueError):
    """A folder or file that is not what the data set promises."""


@dataclass(frozen=True, slots=True)
class Day:
    """One file.

    Attributes
    ----------
    name : the day, ``2022.06.15``.
    times : (T,) datetime64[ms], laboratory wall clock.
    temperatures : (T, 9) degC, whole degrees.
    scored, hit : (T,) bool, inside the authors' evaluation range, inside the hit window of an injection;
        all False where the file does not say.
    reboot : (T,) bool, the satellite's uptime fell at this sample; all False where the file does not say.
    converters_on : (T,) bool, the solar converters deliver current; all True where the file does not say.
        The size of the current would leak the label, hence is not read.
    digest : SHA-256 of the file.

    """

    name: str
    times: NDArray[np.datetime64]
    temperatures: Floats
    scored: NDArray[np.bool_]
    hit: NDArray[np.bool_]
    reboot: NDArray[np.bool_]
    converters_on: NDArray[np.bool_]
    digest: str

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True, slots=True)
class Injection:
    """A heat pulse from `start` to `end`, laboratory wall clock."""

    start: datetime
    end: datetime


def read_day(folder: Path, day: str, kind: str) -> Day:
    """Read ``DAY_KIND.parquet``.

    Raises
    ------
    DataSetError
        If the file or one of its columns is missing, or it has no samples in order of time.

    """
    path = folder / f"{day}_{kind}.parquet"
    if not path.is_file():
        raise DataSetError(f"{path}: no such file")
    try:
        return _day(path, day, kind)
    except (pa.ArrowException, OSError, TypeError) as error:
        raise DataSetError(f"{path}: {str(error).splitlines()[0]}") from None


def _day(path: Path, day: str, kind: str) -> Day:
    table = pq.read_table(path)
    absent = {"time", *TEMPERATURES} - set(table.column_names)
    if absent:
        raise DataSetError(f"{path}: columns {', '.join(sorted(absent))} are missing")
    times = table["time"].to_numpy().astype("datetime64[ms]")
    if not len(times) or not (np.diff(times) >= np.timedelta64(0, "ms")).all():
        raise DataSetError(f"{path}: time: {len(times)} samples, at least one is needed, in order of time")
    start = CLEAN_FROM.get(day) if kind == "normal" else None
    keep = times >= np.datetime64(start, "ms") if start else np.ones(len(times), np.bool_)
    temperatures = np.stack([table[c].to_numpy().astype(np.float64) for c in TEMPERATURES], axis=1)
    scored, hit, reboot = (_flag(table, name)[keep] for name in ("scored", "hit_window", "reboot"))
    converters_on = _current(table)[keep] >= CONVERTERS_ON
    return Day(day, times[keep], temperatures[keep], scored, hit, reboot, converters_on, digest(path))


def _flag(table: pa.Table, column: str) -> NDArray[np.bool_]:
    """Return a column of flags (T,), False where it is absent or null."""
    if column not in table.column_names:
        return np.zeros(len(table), np.bool_)
    return np.asarray(pc.fill_null(table[column], False).to_numpy(), np.bool_)  # noqa: FBT003


def _current(table: pa.Table) -> Floats:
    """Return the converters' current (T,), infinite where the file does not have it."""
    if "curSolar" not in table.column_names:
        return np.full(len(table), np.inf)
    return np.asarray(table["curSolar"].to_numpy(), np.float64)


def normal_days(folder: Path, *, replayed: bool = False) -> tuple[Day, ...]:
    """Read the undisturbed files fit for training, by date: neither watched nor unlabelled days.

    Parameters
    ----------
    replayed : with the day that is shipped for replay: the authors' protocol trains on the normal part of
        every day whose other part it judges. What watches the replay in the daemon has seen nothing of it.

    Raises
    ------
    DataSetError
        If there is none.

    """
    names = sorted(path.name.removesuffix("_normal.parquet") for path in folder.glob("*_normal.parquet"))
    unfit = {UNLABELLED_DAY} if replayed else {UNLABELLED_DAY, REPLAY_DAY}
    days = tuple(read_day(folder, name, "normal") for name in names if name not in unfit)
    if not days:
        raise DataSetError(f"{folder}: no file DAY_normal.parquet")
    return days


def read_injections(folder: Path, day: str) -> tuple[Injection, ...]:
    """Read the injections of a day that the authors score, from ``anomalies.csv``.

    Raises
    ------
    DataSetError
        If the table, a column or a value in it is not what it should be.

    """
    path = folder / "anomalies.csv"
    try:
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            absent = INJECTION_COLUMNS - set(reader.fieldnames or ())
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataSetError(f"{path}: cannot be read: {error}") from None
    if absent:
        raise DataSetError(f"{path}: columns {', '.join(sorted(absent))} are missing")
    return tuple(_injection(path, *numbered) for numbered in rows if _is_scored(numbered[1], day))


def _is_scored(row: dict[str, str], day: str) -> bool:
    return row["day"] == day and (row["scored_upstream"] or "").lower() == "true"


def _injection(path: Path, line: int, row: dict[str, str]) -> Injection:
    try:
        start, seconds = datetime.fromisoformat(row["start"]), float(row["duration_s"])
        return Injection(start, start + timedelta(seconds=seconds))
    except (TypeError, ValueError, OverflowError) as error:
        raise DataSetError(f"{path}: line {line}: start, duration_s: {error}") from None


def export_day(folder: Path, out: Path, day: str = REPLAY_DAY) -> tuple[Path, Path]:
    """Write the scored range of a day's anomalous file and its scored injections as CSV; return both paths.

    ``DAY.csv`` has the columns time (ISO, laboratory wall clock), temp.0 .. temp.8 (whole degC),
    curSolar (the converters' current, mA likely) and reboot (0 or 1),
    ``DAY.labels.csv`` has start, end, label.
    """
    data = read_day(folder, day, "anomalous")
    samples = out / f"{day}.csv"
    labels = out / f"{day}.labels.csv"
    stamps = np.datetime_as_string(data.times[data.scored], unit="s")
    current = _current(pq.read_table(folder / f"{day}_anomalous.parquet"))
    columns = np.column_stack([data.temperatures, current, data.reboot])
    readings = columns[data.scored].astype(int).tolist()
    header = ["time", *(f"temp.{i}" for i in range(SENSORS)), "curSolar", "reboot"]
    _write_csv(samples, [header, *([t, *r] for t, r in zip(stamps, readings, strict=True))])
    injected = [(i.start.isoformat(), i.end.isoformat(), "heat") for i in read_injections(folder, day)]
    _write_csv(labels, [["start", "end", "label"], *injected])
    return samples, labels


def _write_csv(path: Path, lines: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
