"""Options that say how a table is laid out where it does not say so itself."""

import math
from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import UsageError
from fdir_service.tables.layout import TIME, Layout, TimeUnit
from fdir_service.tables.read import ARRAYS, FORMATS
from fdir_service.tables.times import parse_time

Time = Annotated[str | None, typer.Option("--time", help="Time column, if it is not `time`.")]
Unit = Annotated[TimeUnit | None, typer.Option("--time-unit", help="Unit of numeric times.")]
Epoch = Annotated[
    str | None, typer.Option(help="ISO 8601: what numeric times count from, if not the mission epoch.")
]
Period = Annotated[float | None, typer.Option(help="Seconds from row to row of a table without times.")]
Start = Annotated[str | None, typer.Option(help="ISO 8601: its first row, if not the mission epoch.")]
Columns = Annotated[
    str | None, typer.Option(help="Names of an array's columns, a,b,c; else the parameters in order.")
]
Dataset = Annotated[str | None, typer.Option(help="HDF5 data set or group; else the file itself.")]

_NS = 1_000_000_000


def layout(
    file: Path,
    time: str | None,
    unit: TimeUnit | None,
    epoch: str | None,
    period: float | None,
    start: str | None,
    columns: str | None,
    dataset: str | None,
) -> Layout:
    """Return the layout that the options describe; raises `UsageError` if they do not fit together."""
    given = {
        "--time": time,
        "--time-unit": unit,
        "--epoch": epoch,
        "--period": period,
        "--start": start,
        "--columns": columns,
        "--dataset": dataset,
    }
    _check({name for name, value in given.items() if value is not None}, file)
    return Layout(
        time or TIME,
        unit,
        _moment("--epoch", epoch),
        _period(period),
        _moment("--start", start),
        tuple(name.strip() for name in columns.split(",")) if columns else (),
        dataset or "",
    )


def _check(given: set[str], file: Path) -> None:
    if given and file.suffix not in FORMATS:
        raise UsageError(f"{', '.join(sorted(given))}: {file} is a recording, which says so itself")
    if file.suffix not in ARRAYS and "--columns" in given:
        raise UsageError(f"--columns: {file} has column names")
    if file.suffix not in (".h5", ".hdf5") and "--dataset" in given:
        raise UsageError(f"--dataset: {file} is no HDF5 file")
    if "--period" in given and (times := sorted(given & {"--time", "--time-unit", "--epoch"})):
        raise UsageError(f"--period is for tables without times, {', '.join(times)} for tables with times")
    if "--start" in given and "--period" not in given:
        raise UsageError("--start needs --period")
    if "--epoch" in given and "--time-unit" not in given:
        raise UsageError("--epoch needs --time-unit")


def _period(seconds: float | None) -> int | None:
    if seconds is None:
        return None
    period = round(seconds * _NS) if math.isfinite(seconds) else 0
    if not 0 < period < 1 << 62:
        raise UsageError(f"--period: {seconds} s is not a time of 1 ns or more")
    return period


def _moment(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
