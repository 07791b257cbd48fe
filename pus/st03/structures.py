"""Report structures: what a report carries, its layout in requests, and which structures are sound."""

from collections import Counter

from pus.codec import Codec, Reader, u8
from pus.failure import Failure, FailureCode
from pus.instructions import Refusal
from pus.parameters import ParameterTable
from pus.records import frozen
from pus.service import MAX_REPORT_DATA


@frozen
class ParameterSet:
    """Parameters that are sampled `repetition` times in a collection interval."""

    repetition: int
    parameters: tuple[int, ...]


@frozen
class Structure:
    """A report structure; the collection interval is in minimum sampling intervals."""

    id: int
    interval: int
    parameters: tuple[int, ...]
    sets: tuple[ParameterSet, ...] = ()

    def all_parameters(self) -> tuple[int, ...]:
        """Return every parameter of the structure."""
        return self.parameters + tuple(k for group in self.sets for k in group.parameters)

    def encode(self, codec: Codec, *, enabled: bool) -> bytes:
        """Encode the data of TM[3,10] (12): SID, status, interval, parameters, sets."""
        sets = [codec.repetition(g.repetition) + codec.ids(g.parameters) for g in self.sets]
        head = codec.id(self.id) + u8(enabled) + codec.interval(self.interval)
        return head + codec.ids(self.parameters) + codec.counted(sets)

    def is_countable(self, codec: Codec) -> bool:
        """Whether each list of the structure is one that N can count."""
        lists = (self.parameters, self.sets, *(group.parameters for group in self.sets))
        return max(map(len, lists)) <= codec.most_entries


def read_parameters(reader: Reader) -> tuple[tuple[int, ...], tuple[ParameterSet, ...]]:
    """Read N1 {parameter}, NFA {repetition, N2 {parameter}} to the end of the data."""

    def listed() -> tuple[int, ...]:
        return tuple(reader.id() for _ in range(reader.count(least=0)))

    simple = listed()
    sets = tuple(ParameterSet(reader.repetition(), listed()) for _ in range(reader.count(least=0)))
    reader.end()
    return simple, sets


def find_fault(structure: Structure, table: ParameterTable, codec: Codec) -> Refusal:
    """Return why `structure` is no acceptable definition, or None."""
    used = structure.all_parameters()
    for parameter in used:
        if parameter not in table.by_id:
            return Failure(FailureCode.UNKNOWN_PARAMETER, parameter)
    repeated = [k for k, times in Counter(used).items() if times > 1]
    if repeated:
        return Failure(FailureCode.BAD_STRUCTURE, repeated[0])
    sound = structure.interval and used and all(g.repetition and g.parameters for g in structure.sets)
    if not sound or not structure.is_countable(codec) or _size(structure, table, codec) > MAX_REPORT_DATA:
        return Failure(FailureCode.BAD_STRUCTURE, structure.id)
    return None


def _size(structure: Structure, table: ParameterTable, codec: Codec) -> int:
    """Return the octets of the longer one: the report of the structure, or that of its values."""

    def width(parameters: tuple[int, ...]) -> int:
        return sum(table.by_id[k].type.size for k in parameters)

    sampled = sum(g.repetition * width(g.parameters) for g in structure.sets)
    values = codec.widths.identifier + width(structure.parameters) + sampled
    return max(values, len(structure.encode(codec, enabled=False)))
