"""Recordings of real inertial sensors: a folder of Parquet files, one a trial, without faults.

Columns are ``acc_x .. acc_z`` (m/s2) and ``gyr_x .. gyr_z`` (rad/s), or ``acc_x_g ..`` (g) and
``gyr_x_dps ..`` (deg/s). The rate is that of a column ``t_s`` (s), or else of ``trials.csv``
(``trial,...,rate_hz,...``) beside the files. What else is there is not read.
"""

import csv
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from fdir_service.tables.faults import TableError
from sim.draws import Floats
from sim.recorded import RecordedSensor
from sim.sensors import STANDARD_GRAVITY, Sensor

TRIALS: Final = "trials.csv"
TIME: Final = "t_s"
_COLUMNS: Final[Mapping[Sensor, Sequence[tuple[str, float]]]] = {
    Sensor.ACC: (("acc_{}", 1.0), ("acc_{}_g", STANDARD_GRAVITY)),
    Sensor.IMU: (("gyr_{}", 1.0), ("gyr_{}_dps", math.pi / 180)),
}
"""Names of columns and the factor to m/s2 or rad/s."""


@dataclass(frozen=True, slots=True)
class ImuRecording:
    """One trial.

    Attributes
    ----------
    name : of the file.
    rate : Hz.
    sha256 : of the readings, whatever the file around them.

    """

    name: str
    rate: float
    sha256: str
    sensors: Mapping[Sensor, RecordedSensor]

    @property
    def hours(self) -> float:
        """How long it is."""
        return len(self.sensors[Sensor.ACC].measured) / self.rate / 3600

    def every(self, period: float) -> int:
        """Return how many samples apart readings are that come about every `period` seconds."""
        return max(1, round(period * self.rate))


def read_recordings(folder: Path, rate: float | None = None) -> list[ImuRecording]:
    """Read every Parquet file of a folder.

    Parameters
    ----------
    rate : Hz, where a recording does not tell.

    Raises
    ------
    TableError
        If there is none, or one lacks a column, a value, a known rate, or motion on an axis.

    """
    paths = sorted(folder.glob("*.parquet"))
    if not paths:
        raise TableError(f"{folder}: no folder with .parquet files")
    rates = _rates(folder / TRIALS)
    return [_read(path, rates, rate) for path in paths]


def _read(path: Path, rates: Mapping[str, float], given: float | None) -> ImuRecording:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  only with the extra "data"
    except ImportError:
        raise TableError(f"{path}: Parquet needs the extra: pip install 'fdir-service[data]'") from None
    try:
        table = pq.read_table(path)
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: {error}") from None
    rate = _rate(path, table, rates) or given
    if rate is None:
        raise TableError(f"{path}: rate not known: no column {TIME}, no row in {TRIALS}, no --rate")
    readings = {sensor: _readings(path, table, sensor) for sensor in Sensor}
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(r).tobytes() for r in readings.values()))
    try:
        sensors = {sensor: RecordedSensor.of(r, rate) for sensor, r in readings.items()}
    except ValueError as error:
        raise TableError(f"{path}: {error}") from None
    return ImuRecording(path.stem, rate, digest.hexdigest(), sensors)


def _readings(path: Path, table: Any, sensor: Sensor) -> Floats:
    """Return (T, 3) in m/s2 or rad/s."""
    for pattern, factor in _COLUMNS[sensor]:
        names = [pattern.format(axis) for axis in "xyz"]
        if set(names) <= set(table.column_names):
            return np.stack([_numbers(path, table, name) for name in names], axis=1) * factor
    wanted = " or ".join(pattern.format("x, y, z") for pattern, _ in _COLUMNS[sensor])
    raise TableError(f"{path}: column(s) missing: {wanted}")


def _numbers(path: Path, table: Any, name: str) -> Floats:
    try:
        values: Floats = table[name].to_numpy().astype(np.float64)
    except (TypeError, ValueError):
        raise TableError(f"{path}: column {name} is {table[name].type}, not a number") from None
    if unknown := int((~np.isfinite(values)).sum()):
        raise TableError(f"{path}: column {name}: {unknown} value(s) missing")
    return values


def _rate(path: Path, table: Any, rates: Mapping[str, float]) -> float | None:
    """Return the rate in Hz, or None; that of the other trials will do if they agree."""
    if TIME in table.column_names:
        steps = np.diff(_numbers(path, table, TIME))
        if not len(steps) or np.median(steps) <= 0:
            raise TableError(f"{path}: column {TIME} does not increase")
        return float(1 / np.median(steps))
    known = set(rates.values())
    return rates.get(path.stem, known.pop() if len(known) == 1 else None)


def _rates(path: Path) -> dict[str, float]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        try:
            rates = {row["trial"]: float(row["rate_hz"]) for row in csv.DictReader(file)}
        except (KeyError, TypeError, ValueError) as error:
            raise TableError(f"{path}: columns trial and rate_hz: {error!r}") from None
    if bad := [name for name, rate in rates.items() if not (math.isfinite(rate) and rate > 0)]:
        raise TableError(f"{path}: rate_hz of {bad[0]}: {rates[bad[0]]}")
    return rates
