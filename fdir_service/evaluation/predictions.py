"""Predictions: every sample of every flight with faults, so that others can count (extra ``data``)."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import DetectorFile, Entry, line_up
from fdir_service.evaluation.flights import COLUMNS_OF, SENSORS
from fdir_service.evaluation.run import Judged
from sim.sensors import Sensor

AXIS_SETS: Final = ("", "x", "y", "xy", "z", "xz", "yz", "xyz")
"""Name of a set of axes by 1 for x + 2 for y + 4 for z."""


class Predictions:
    """A Parquet file with one row a sample, sensor and detector, written batch by batch.

    Columns: trajectory, sample, sensor; axes (which are stuck), label, judged; detector, role, seed of its
    training; score and index (null: none), reaction (the chain's event-action released its request here).
    """

    def __init__(self, path: Path, files: Sequence[DetectorFile]) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415  only with the extra "data"
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError:
            raise EvaluationError(
                f"--predictions {path}: Parquet needs the extra: pip install 'fdir-service[data]'"
            ) from None
        self._pa = pa
        self._entries = line_up(files)
        self._path = path
        self._schema = _schema(pa)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def __enter__(self) -> Self:
        """Return the writer; it is closed at the end, and its file removed if there is an error."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._writer.close()
        if kind is not None:
            self._path.unlink()

    def write(self, found: Judged) -> None:
        """Append a batch."""
        for k, entry in enumerate(self._entries):
            for sensor in SENSORS:
                columns = [*self._known(found, sensor), *self._said(found, k, entry, sensor)]
                self._writer.write_table(self._pa.Table.from_arrays(columns, schema=self._schema))

    def _known(self, found: Judged, sensor: Sensor) -> list[Any]:
        """Return what is the same for all detectors."""
        n, samples = found.counted.shape
        axes = found.batch.axis_labels[..., COLUMNS_OF[sensor]]
        flights = np.repeat(np.arange(found.first, found.first + n, dtype=np.int32), samples)
        return [
            self._pa.array(flights),
            self._pa.array(np.tile(np.arange(samples, dtype=np.int32), n)),
            self._named(np.full(n * samples, SENSORS.index(sensor)), [str(s) for s in SENSORS]),
            self._named((axes @ np.array((1, 2, 4))).ravel(), AXIS_SETS),
            self._pa.array(axes.any(axis=-1).ravel()),
            self._pa.array(found.counted.ravel()),
        ]

    def _said(self, found: Judged, k: int, entry: Entry, sensor: Sensor) -> list[Any]:
        """Return what an entry says."""
        place = SENSORS.index(sensor)
        scores, indices = (
            np.concatenate([getattr(watched, name)[k, place] for watched in found.watched])
            for name in ("scores", "indices")
        )
        reactions = np.zeros(found.counted.shape, np.bool_)
        for row, samples in zip(reactions, found.reactions(k, sensor), strict=True):
            row[samples] = True
        nothing = np.zeros(len(scores), np.int64)
        return [
            self._named(nothing, [entry.name]),
            self._named(nothing, [str(entry.role)]),
            self._pa.array([entry.seed] * len(scores), self._pa.int64()),
            self._pa.array(scores.astype(np.float32), from_pandas=True),
            self._pa.array(indices, self._pa.int8(), from_pandas=True),
            self._pa.array(reactions.ravel()),
        ]

    def _named(self, codes: NDArray[np.integer[Any]], names: Sequence[str]) -> Any:
        return self._pa.DictionaryArray.from_arrays(codes.astype(np.int8), self._pa.array(names))


def _schema(pa: Any) -> Any:
    name = pa.dictionary(pa.int8(), pa.string())
    kinds = {
        "trajectory": pa.int32(),
        "sample": pa.int32(),
        "sensor": name,
        "axes": name,
        "label": pa.bool_(),
        "judged": pa.bool_(),
        "detector": name,
        "role": name,
        "seed": pa.int64(),
        "score": pa.float32(),
        "index": pa.int8(),
        "reaction": pa.bool_(),
    }
    return pa.schema(list(kinds.items()))
