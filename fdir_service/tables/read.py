"""A table as samples of one source, whatever its format; the suffix says which one it is."""

from collections.abc import Callable, Iterator
from pathlib import Path

from fdir_service.tables import arrays, csv_read, hdf5, parquet
from fdir_service.tables.faults import Faults
from fdir_service.tables.layout import Layout, Source
from fdir_service.tables.rows import Block, to_samples
from pus.samples import Samples

Blocks = Callable[[Path, Source, Layout, Faults], Iterator[Block]]
FORMATS: dict[str, Blocks] = {
    ".csv": csv_read.blocks,
    ".parquet": parquet.blocks,
    ".npy": arrays.npy_blocks,
    ".h5": hdf5.blocks,
    ".hdf5": hdf5.blocks,
}
ARRAYS = (".npy", ".h5", ".hdf5")
"""Formats that keep arrays: no timestamps, and mostly no names."""


def read(path: Path, source: Source, layout: Layout, faults: Faults) -> Iterator[Samples]:
    """Yield the rows of a table in order; rows that cannot be used go to `faults`.

    Raises
    ------
    TableError
        If the file does not fit the source; at the first bad row, if `faults` is strict.

    """
    return to_samples(FORMATS[path.suffix](path, source, layout, faults), source, layout, faults)
