"""Simulated ADCS telemetry as files: rows as the mission ``cubesat-adcs`` reads them, labels beside them."""

import csv
from pathlib import Path

import numpy as np

from fdir_service.labels import HEADER
from fdir_service.tables.layout import Source
from fdir_service.tables.times import iso
from fdir_service.tables.write import Output
from pus.samples import Samples
from sim.adcs.dataset import Telemetry
from sim.draws import Floats

MISSION = "cubesat-adcs"
_IN_USE = {"mag.x": "mag1.x", "mag.y": "mag1.y", "mag.z": "mag1.z"}
"""In the data sets magnetometer 1 is the one in use."""
_UNIT = "mag.unit"


def labels_path(path: Path) -> Path:
    """Return where the labels of a file go."""
    return path.with_suffix(".labels.csv")


def write(telemetry: Telemetry, session: int, path: Path, source: Source) -> Path:
    """Write telemetry and its labels, in the form that ``fdir replay --labels`` reads.

    Parameters
    ----------
    telemetry : what was received.
    session : session of the samples.
    path : file to write, .parquet, .csv or .rec.
    source : the source of the mission that the rows are of.

    Returns
    -------
    The file of the labels.

    Raises
    ------
    TableError, OSError
        If the file cannot be written.

    """
    values = _columns(telemetry, source)
    with Output(path, source) as output:
        output.write(Samples(source.name, session, 0, telemetry.times, values))
    with labels_path(path).open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEADER)
        for time, kind in zip(
            iso(telemetry.times[telemetry.labels] + source.epoch).tolist(),
            telemetry.kinds[telemetry.labels].tolist(),
            strict=True,
        ):
            rows.writerow([time, time, kind])
    return labels_path(path)


def _columns(telemetry: Telemetry, source: Source) -> Floats:
    """Return the values in the order of the source's parameters, (n, P); unit A is in use throughout."""
    place = {name: k for k, name in enumerate(telemetry.names)}
    columns = [
        np.zeros(len(telemetry.values))
        if name == _UNIT
        else telemetry.values[:, place[_IN_USE.get(name, name)]]
        for name in source.parameters
    ]
    return np.stack(columns, axis=1)
