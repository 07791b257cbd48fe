"""The service: generates reports by sample time, and executes the requests on structures."""

from collections.abc import Mapping
from dataclasses import field, replace

from pus.codec import DEFAULT, Codec, Reader, u8
from pus.failure import Failure, FailureCode
from pus.instructions import Refusal, each, read_each
from pus.packets import Report
from pus.parameters import ParameterTable
from pus.records import mutable
from pus.service import Execution, Operation, listed
from pus.st03.collection import Collection, Value, pack
from pus.st03.structures import Structure, find_fault, read_parameters

SERVICE = 3
HOUSEKEEPING, DIAGNOSTIC = 0, 1
"""What to add to the message subtypes of housekeeping to get those of diagnostic reports."""


@mutable
class Housekeeping:
    """Housekeeping (or, with offset 1, diagnostic) reporting of one application process.

    Attributes
    ----------
    unit : the minimum sampling interval in ns.
    structures : definitions by SID; those in `collections` are generated periodically.

    """

    parameters: ParameterTable
    value: Value
    unit: int
    offset: int = HOUSEKEEPING
    capacity: int = 256
    codec: Codec = DEFAULT
    structures: dict[int, Structure] = field(default_factory=dict)
    collections: dict[int, Collection] = field(default_factory=dict)

    number = SERVICE

    @property
    def operations(self) -> dict[int, Operation]:
        """Message subtypes that the ground may request."""
        enable, disable = (7, 8) if self.offset else (5, 6)
        paired = {
            1: self.create,
            3: self.delete,
            27: self.report_once,
            29: self.append,
            31: self.change_interval,
            33: self.report_properties,
        }
        return {
            **{subtype + self.offset: operation for subtype, operation in paired.items()},
            enable: self.enable,
            disable: self.disable,
            9 + 2 * self.offset: self.report_structures,
        }

    def define(self, structure: Structure, *, enabled: bool, time: int = 0) -> None:
        """Add a structure that is known to be sound."""
        self.structures[structure.id] = structure
        if enabled:
            self._enable(structure.id, time)

    # --- generation --------------------------------------------------------------------------------

    @property
    def deadline(self) -> int | None:
        """When the next value is to be collected or the next report is due (ns)."""
        if not self.collections:
            return None
        return min([self._due(sid) for sid in self.collections])

    def _length(self, sid: int) -> int:
        """Return the collection interval in ns."""
        return self.structures[sid].interval * self.unit

    def _due(self, sid: int) -> int:
        return self.collections[sid].due(self.structures[sid], self._length(sid))

    def collect(self, time: int, value: Value) -> list[Report]:
        """Collect what is due at `time` with the values of that sample; return the reports that are full."""
        reports = []
        for sid in sorted(self.collections):
            if self._due(sid) <= time:
                reports += self._collect(sid, time, value)
        return reports

    def _collect(self, sid: int, time: int, value: Value) -> list[Report]:
        structure, collection, length = self.structures[sid], self.collections[sid], self._length(sid)
        collection.collect(structure, length, time, value, self.parameters)
        if time - collection.began < length:
            return []
        # The grid of intervals stays where it began; intervals without a sample are left out.
        began = collection.began + (time - collection.began) // length * length
        self.collections[sid] = Collection.of(structure, began)
        return [self._report(structure, collection, value)]

    def _report(self, structure: Structure, collection: Collection, value: Value) -> Report:
        data = collection.data(structure, value, self.parameters, self.codec)
        return Report(SERVICE, 25 + self.offset, data)

    # --- requests ----------------------------------------------------------------------------------

    def create(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[3,1] (2) create a report structure; generation starts disabled."""
        sid, interval = reader.id(), reader.interval()
        structure = Structure(sid, interval, *read_parameters(reader))
        if sid in self.structures:
            return Execution.refused(Failure(FailureCode.SID_EXISTS, sid))
        if failure := self._find_fault(structure):
            return Execution.refused(failure)
        self.structures[sid] = structure
        return Execution()

    def _find_fault(self, structure: Structure) -> Refusal:
        if failure := find_fault(structure, self.parameters, self.codec):
            return failure
        is_full = len(self.structures) >= self.capacity
        return Failure(FailureCode.BAD_STRUCTURE, structure.id) if is_full else None

    def delete(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[3,3] (4) delete report structures."""
        return each(reader.ids(), self._delete)

    def _delete(self, sid: int) -> Refusal:
        if failure := self._unknown(sid) or self._enabled(sid):
            return failure
        del self.structures[sid]
        return None

    def _unknown(self, sid: int) -> Refusal:
        return None if sid in self.structures else Failure(FailureCode.UNKNOWN_SID, sid)

    def _enabled(self, sid: int) -> Refusal:
        return Failure(FailureCode.GENERATION_ENABLED, sid) if sid in self.collections else None

    def enable(self, reader: Reader, time: int) -> Execution:
        """TC[3,5] (7) enable periodic generation; the first interval begins now."""
        return each(reader.ids(), lambda sid: self._enable(sid, time))

    def _enable(self, sid: int, time: int) -> Refusal:
        if failure := self._unknown(sid):
            return failure
        self.collections.setdefault(sid, Collection.of(self.structures[sid], time))
        return None

    def disable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[3,6] (8) disable periodic generation."""
        return each(reader.ids(), self._disable)

    def _disable(self, sid: int) -> Refusal:
        if failure := self._unknown(sid):
            return failure
        self.collections.pop(sid, None)
        return None

    def report_structures(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[3,9] (11) report structures: one TM[3,10] (12) each."""
        known, failures = self._known(reader)
        encoded = (self.structures[k].encode(self.codec, enabled=k in self.collections) for k in known)
        return Execution(tuple(Report(SERVICE, 10 + 2 * self.offset, data) for data in encoded), failures)

    def report_once(self, reader: Reader, time: int) -> Execution:
        """TC[3,27] (28) generate one report now; sets repeat the newest values."""
        known, failures = self._known(reader)
        reports = []
        for sid in known:
            structure = self.structures[sid]
            full = [[pack(g.parameters, self.value, self.parameters)] * g.repetition for g in structure.sets]
            reports.append(self._report(structure, Collection(time, full), self.value))
        return Execution(tuple(reports), failures)

    def _known(self, reader: Reader) -> tuple[list[int], tuple[Failure, ...]]:
        wanted = reader.ids()
        failures = tuple(failure for sid in wanted if (failure := self._unknown(sid)))
        return [sid for sid in wanted if sid in self.structures], failures

    def append(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[3,29] (30) append parameters to a structure while its generation is disabled."""
        sid = reader.id()
        parameters, sets = read_parameters(reader)
        if failure := self._unknown(sid) or self._enabled(sid):
            return Execution.refused(failure)
        old = self.structures.pop(sid)
        longer = replace(old, parameters=old.parameters + parameters, sets=old.sets + sets)
        failure = self._find_fault(longer)
        self.structures[sid] = old if failure else longer
        return Execution.refused(failure) if failure else Execution()

    def change_interval(self, reader: Reader, time: int) -> Execution:
        """TC[3,31] (32) change collection intervals; an interval under way begins anew."""
        return read_each(
            reader,
            lambda: (reader.id(), reader.interval()),
            lambda change: self._change_interval(*change, time),
        )

    def _change_interval(self, sid: int, interval: int, time: int) -> Refusal:
        if failure := self._unknown(sid):
            return failure
        if interval < 1:
            return Failure(FailureCode.BAD_STRUCTURE, sid)
        self.structures[sid] = replace(self.structures[sid], interval=interval)
        if sid in self.collections:
            self.collections[sid] = Collection.of(self.structures[sid], time)
        return None

    def report_properties(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[3,33] (34) report periodic generation properties: TM[3,35] (36)."""
        known, failures = self._known(reader)
        entries = [self._properties(sid) for sid in known]
        reports = listed(SERVICE, 35 + self.offset, entries, self.codec) if entries else ()
        return Execution(reports, failures)

    def _properties(self, sid: int) -> bytes:
        interval = self.codec.interval(self.structures[sid].interval)
        return self.codec.id(sid) + u8(sid in self.collections) + interval


@mutable
class HousekeepingService:
    """ST[03]: housekeeping and diagnostic reporting."""

    housekeeping: Housekeeping
    diagnostic: Housekeeping

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        return self.housekeeping.operations | self.diagnostic.operations

    @property
    def deadline(self) -> int | None:
        """When the next value or report is due (ns), or None."""
        due, other = self.housekeeping.deadline, self.diagnostic.deadline
        if due is None or (other is not None and other < due):
            return other
        return due

    def collect(self, time: int, value: Value) -> list[Report]:
        """Collect and report what is due at `time`."""
        return self.housekeeping.collect(time, value) + self.diagnostic.collect(time, value)
