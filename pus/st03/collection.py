"""The collection interval under way: what is due when, and what has been collected."""

from collections.abc import Callable

from pus.codec import Codec
from pus.parameters import ParameterTable
from pus.records import mutable
from pus.st03.structures import Structure

Value = Callable[[int], float]
"""Looks up the value of a parameter by ID; NaN = not known."""


@mutable
class Collection:
    """The interval under way: when it began (ns) and what the sets have collected."""

    began: int
    taken: list[list[bytes]]

    @staticmethod
    def of(structure: Structure, began: int) -> "Collection":
        """Return the collection of an interval that begins."""
        return Collection(began, [[] for _ in structure.sets])

    def due(self, structure: Structure, length: int) -> int:
        """Return when the next set is to be sampled or the interval of `length` ns ends (ns)."""
        if not structure.sets:
            return self.began + length
        # Rounded up: at that very ns `collect` counts the sample.
        pending = [
            self.began - (-length * (len(taken) + 1) // group.repetition)
            for group, taken in zip(structure.sets, self.taken, strict=True)
            if len(taken) < group.repetition
        ]
        return min([*pending, self.began + length])

    def collect(
        self, structure: Structure, length: int, time: int, value: Value, table: ParameterTable
    ) -> None:
        """Sample the sets that are due at `time`."""
        for group, taken in zip(structure.sets, self.taken, strict=True):
            due = min(group.repetition, (time - self.began) * group.repetition // length)
            if due > len(taken):
                # Samples that were missed while nothing came are filled with what is known now.
                taken.extend([pack(group.parameters, value, table)] * (due - len(taken)))

    def data(self, structure: Structure, value: Value, table: ParameterTable, codec: Codec) -> bytes:
        """Return the data of TM[3,25] (26): SID, simple values now, sets as collected."""
        sets = b"".join(b"".join(taken) for taken in self.taken)
        return codec.id(structure.id) + pack(structure.parameters, value, table) + sets


def pack(parameters: tuple[int, ...], value: Value, table: ParameterTable) -> bytes:
    """Encode the values of parameters."""
    return b"".join(table.by_id[k].type.pack_or_unknown(value(k)) for k in parameters)
