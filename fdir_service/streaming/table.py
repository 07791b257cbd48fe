"""The layer table: a plan as plain numbers that an interpreter runs for one sample."""

import numpy as np

from fdir_service.streaming.kernel import Ints, Singles
from pus.records import frozen


@frozen
class Table:
    """A model's streams in order, as rows of numbers, and where everything is in one memory of float32.

    Attributes
    ----------
    rows : int64, `kernel.WIDTH` a row; the first one puts a sample in, the last one has the scores.
    index : int64, what the rows refer to: places relative to a column.
    constants : (place, float32) of what is in the memory from the first; the rest is zero.
    size : elements of the memory.
    columns : (start, earlier columns, channels, whether they are carried) of each stream of which later ones
        are read; those that are carried stand in the order of the streaming graph's states.
    most : samples in one call up to which it costs less than the streaming graph.

    """

    rows: bytes
    index: bytes
    constants: tuple[tuple[int, bytes], ...]
    size: int
    columns: tuple[tuple[int, int, int, bool], ...]
    most: int

    def memory(self) -> Singles:
        """Return a memory in which no sample has been."""
        memory = np.zeros(self.size, np.float32)
        for start, octets in self.constants:
            values = np.frombuffer(octets, np.float32)
            memory[start : start + len(values)] = values
        return memory


def integers(octets: bytes, width: int) -> Ints:
    """Return integers of the table as rows (n, width)."""
    return np.frombuffer(octets, np.int64).reshape(-1, width).copy()
