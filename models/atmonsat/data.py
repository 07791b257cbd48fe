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
"""Shipped for replay, hence in no training and no threshold."""
WATCHED_DAY: Final = "2022.03.23"
"""The authors' validation day, only watched."""
UNLABELLED_DAY: Final = "2022.05.13"
"""About forty injections of unknown length."""
CLEAN_FROM: Final = {"2022.06.03": datetime(2022, 6, 3, 13, 35)}  # noqa: DTZ001  laboratory wall clock
"""The normal file of that day overlaps the day's test part until then."""


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
        If the file or one of its columns is missing.

    """
    path = folder / f"{day}_{kind}.parquet"
    if not path.is_file():
        raise DataSetError(f"{path}: no such file")
    table = pq.read_table(path)
    absent = {"time", *TEMPERATURES} - set(table.column_names)
    if absent:
        raise DataSetError(f"{path}: columns {', '.join(sorted(absent))} are missing")
    times = table["time"].to_numpy().astype("datetime64[ms]")
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


def normal_days(folder: Path) -> tuple[Day, ...]:
    """Read the undisturbed files fit for training, by date: neither watched, unlabelled nor shipped days.

    Raises
    ------
    DataSetError
        If there is none.

    """
    names = sorted(path.name.removesuffix("_normal.parquet") for path in folder.glob("*_normal.parquet"))
    days = tuple(read_day(folder, n, "normal") for n in names if n not in {UNLABELLED_DAY, REPLAY_DAY})
    if not days:
        raise DataSetError(f"{folder}: no file DAY_normal.parquet")
    return days


def read_injections(folder: Path, day: str) -> tuple[Injection, ...]:
    """Read the injections of a day that the authors score, from ``anomalies.csv``."""
    path = folder / "anomalies.csv"
    try:
        with path.open(newline="") as file:
            rows = [r for r in csv.DictReader(file) if r["day"] == day and r["scored_upstream"] == "True"]
            starts = [(datetime.fromisoformat(r["start"]), float(r["duration_s"])) for r in rows]
    except (OSError, KeyError, ValueError) as error:
        raise DataSetError(f"{path}: {error}") from None
    return tuple(Injection(start, start + timedelta(seconds=seconds)) for start, seconds in starts)


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
