"""Report structures: what a report carries, its layout in requests, and which structures are sound."""

from collections import Counter
from dataclasses import dataclass

from pus import codec
from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.instructions import Refusal
from pus.parameters import ParameterTable
from pus.service import MAX_REPORT_DATA


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """Parameters that are sampled `repetition` times in a collection interval."""

    repetition: int
    parameters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """A report structure; the collection interval is in minimum sampling intervals."""

    id: int
    interval: int
    parameters: tuple[int, ...]
    sets: tuple[ParameterSet, ...] = ()

    def all_parameters(self) -> tuple[int, ...]:
        """Return every parameter of the structure."""
        return self.parameters + tuple(k for group in self.sets for k in group.parameters)

    def encode(self, *, enabled: bool) -> bytes:
        """Encode the data of TM[3,10] (12): SID, status, interval, parameters, sets."""
        sets = b"".join(codec.u16(g.repetition) + codec.ids(list(g.parameters)) for g in self.sets)
        return (
            codec.u16(self.id)
            + codec.u8(enabled)
            + codec.u32(self.interval)
            + codec.ids(list(self.parameters))
            + codec.u16(len(self.sets))
            + sets
        )


def read_parameters(reader: Reader) -> tuple[tuple[int, ...], tuple[ParameterSet, ...]]:
    """Read N1 {parameter}, NFA {repetition, N2 {parameter}} to the end of the data."""
    simple = tuple(reader.u16() for _ in range(reader.u16()))
    sets = tuple(
        ParameterSet(reader.u16(), tuple(reader.u16() for _ in range(reader.u16())))
        for _ in range(reader.u16())
    )
    reader.end()
    return simple, sets


def find_fault(structure: Structure, table: ParameterTable) -> Refusal:
    """Return why `structure` is no acceptable definition, or None."""
    used = structure.all_parameters()
    for parameter in used:
        if parameter not in table.by_id:
            return Failure(FailureCode.UNKNOWN_PARAMETER, parameter)
    repeated = [k for k, times in Counter(used).items() if times > 1]
    if repeated:
        return Failure(FailureCode.BAD_STRUCTURE, repeated[0])
    sound = structure.interval and used and all(g.repetition and g.parameters for g in structure.sets)
    size = max(_report_size(structure, table), len(structure.encode(enabled=False)))
    if not sound or size > MAX_REPORT_DATA:
        return Failure(FailureCode.BAD_STRUCTURE, structure.id)
    return None


def _report_size(structure: Structure, table: ParameterTable) -> int:
    """Return how many octets a report carries: SID, simple values, sets."""

    def width(parameters: tuple[int, ...]) -> int:
        return sum(table.by_id[k].type.size for k in parameters)

    return 2 + width(structure.parameters) + sum(g.repetition * width(g.parameters) for g in structure.sets)
