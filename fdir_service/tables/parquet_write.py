"""Parquet out, a row group at a time, with units and times in the schema's metadata (extra ``data``)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.tables.faults import TableError
from fdir_service.tables.layout import SEQUENCE, SESSION, TIME, Source
from fdir_service.tables.parquet import UNIT
from fdir_service.tables.times import iso
from pus.samples import Samples

GROUP_OCTETS = 1 << 23
"""Octets of the values in a row group, about: a reader holds less than one."""
LEAST_ROWS = 1024
"""Rows of a row group at least, however many parameters a sample has."""
FORMAT = b"1"


class ParquetRows:
    """A Parquet file of one source."""

    def __init__(self, path: Path, source: Source) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415  only with the extra "data"
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError:
            raise TableError(f"{path}: Parquet needs the extra: pip install 'fdir-service[data]'") from None
        self._epoch = source.epoch
        self._schema = _schema(pa, source)
        self._rows = max(LEAST_ROWS, GROUP_OCTETS // (8 * len(source.parameters)))
        self._waiting: list[Samples] = []
        self._size = 0
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            use_dictionary=[SESSION, *source.parameters],
            column_encoding={TIME: "DELTA_BINARY_PACKED", SEQUENCE: "DELTA_BINARY_PACKED"},
        )

    def write(self, samples: Samples) -> None:
        """Append samples; raises OSError."""
        while len(samples):
            part = samples[: self._rows - self._size]
            samples = samples[len(part) :]
            self._waiting.append(part)
            self._size += len(part)
            if self._size == self._rows:
                self._flush()

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        parts, self._waiting, self._size = self._waiting, [], 0
        times = np.concatenate([part.times for part in parts]) + self._epoch
        sessions = np.repeat([part.session for part in parts], [len(part) for part in parts])
        sequences = np.concatenate([_sequences(part) for part in parts])
        values = np.concatenate([np.asarray(part.values, np.float64) for part in parts])
        columns = [times, sessions, sequences, *np.ascontiguousarray(values.T)]
        arrays = [
            pa.array(column, type=field.type) for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=self._rows)

    def close(self) -> None:
        """Write what is waiting and close; raises OSError."""
        if self._waiting:
            self._flush()
        self._writer.close()


def _sequences(part: Samples) -> NDArray[np.int64]:
    return np.arange(part.sequence, part.sequence + len(part), dtype=np.int64)


def _schema(pa: Any, source: Source) -> Any:
    fields = [
        pa.field(TIME, pa.timestamp("ns", "UTC"), nullable=False),
        pa.field(SESSION, pa.int64(), nullable=False),
        pa.field(SEQUENCE, pa.int64(), nullable=False),
    ]
    for name, unit in zip(source.parameters, source.units, strict=True):
        fields.append(pa.field(name, pa.float64(), metadata={UNIT: unit.encode()} if unit else None))
    epoch = str(iso(np.array([source.epoch]))[0]).encode()
    return pa.schema(
        fields, metadata={b"fdir.format": FORMAT, b"fdir.source": source.name.encode(), b"fdir.epoch": epoch}
    )
