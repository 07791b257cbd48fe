"""ST[21] request sequencing: requests with delays, loaded and activated by name (ECSS clause 6.21)."""

import binascii
from collections.abc import Callable, Mapping
from dataclasses import field

from pus.codec import CHARACTERS, DEFAULT, Codec, Reader, characters, u8, u16
from pus.failure import Failure, FailureCode
from pus.packets import Report, Tc
from pus.procedure import Run, Step, encode_steps, is_executable, read_delay, read_request
from pus.records import mutable
from pus.service import MAX_REPORT_DATA, Execution, Operation, listed

SERVICE = 21
ACTIVATE = 4
PROCEDURES = 18
Refusal = Failure | None
Steps = tuple[Step, ...]


@mutable
class RequestSequencing:
    """The service.

    Attributes
    ----------
    apid : our application process; a sequence may not address its ST[21], nor its ST[18], whose procedures
        may activate sequences: so none can loop.
    accepts : whether a request could be executed by anyone on board.
    repository : sequences that can be loaded by reference.
    sequences, runs : loaded sequences, and those under execution, by name.

    """

    apid: int
    accepts: Callable[[Tc], bool]
    repository: Mapping[str, Steps] = field(default_factory=dict)
    capacity: int = 256
    codec: Codec = DEFAULT
    sequences: dict[str, Steps] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        return {
            1: self.load,
            2: lambda reader, _: self._named(reader, self._load_by_reference),
            3: lambda reader, _: self._named(reader, self._unload),
            ACTIVATE: lambda reader, time: self._named(reader, lambda name: self._activate(name, time)),
            5: lambda reader, _: self._named(reader, self._abort),
            6: self.report_statuses,
            8: self.load_and_activate,
            9: lambda reader, _: self._report(reader, 10, self._checksum),
            11: lambda reader, _: self._report(reader, 12, self._content),
            13: self.abort_all,
        }

    # --- execution ---------------------------------------------------------------------------------

    @property
    def deadline(self) -> int | None:
        """When the next request leaves or a run ends (ns), or None."""
        if not self.runs:
            return None
        return min((run.due for run in self.runs.values() if run.due is not None), default=None)

    def release(self, time: int) -> list[bytes]:
        """Return the requests that are due at `time`; runs in order of their names."""
        released = []
        for name in sorted(self.runs):
            released += self.runs[name].release(time)
            if self.runs[name].is_over:
                del self.runs[name]
        return released

    # --- requests ----------------------------------------------------------------------------------

    def load(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[21,1] direct-load a request sequence."""
        name = reader.characters()
        steps = tuple(Step(read_request(reader), read_delay(reader)) for _ in range(reader.count(least=0)))
        reader.end()
        return Execution.of(self._load(name, steps))

    def _load(self, name: str, steps: Steps) -> Refusal:
        if name in self.sequences:
            return Failure(FailureCode.SEQUENCE_LOADED)
        is_full = len(self.sequences) >= self.capacity
        if is_full or not (steps and self._fits(steps) and all(map(self._is_sound, steps))):
            return Failure(FailureCode.BAD_SEQUENCE)
        self.sequences[name] = steps
        return None

    def _fits(self, steps: Steps) -> bool:
        """Whether TM[21,12] can report the sequence."""
        room = MAX_REPORT_DATA - CHARACTERS - self.codec.widths.count
        return len(steps) <= self.codec.most_entries and len(encode_steps(steps)) <= room

    def _is_sound(self, step: Step) -> bool:
        return is_executable(step.request, self.accepts, self.apid, (SERVICE, PROCEDURES))

    def _load_by_reference(self, name: str) -> Refusal:
        if name not in self.repository:
            return Failure(FailureCode.UNKNOWN_SEQUENCE)
        return self._load(name, self.repository[name])

    def _unload(self, name: str) -> Refusal:
        if failure := self._idle(name):
            return failure
        del self.sequences[name]
        return None

    def _idle(self, name: str) -> Refusal:
        if name not in self.sequences:
            return Failure(FailureCode.UNKNOWN_SEQUENCE)
        return Failure(FailureCode.WRONG_SEQUENCE_STATE) if name in self.runs else None

    def _activate(self, name: str, time: int) -> Refusal:
        if failure := self._idle(name):
            return failure
        self.runs[name] = Run(self.sequences[name], time)
        return None

    def _abort(self, name: str) -> Refusal:
        if name not in self.sequences:
            return Failure(FailureCode.UNKNOWN_SEQUENCE)
        if name not in self.runs:
            return Failure(FailureCode.WRONG_SEQUENCE_STATE)
        del self.runs[name]
        return None

    def load_and_activate(self, reader: Reader, time: int) -> Execution:
        """TC[21,8] load by reference and activate."""
        return self._named(reader, lambda name: self._load_by_reference(name) or self._activate(name, time))

    def abort_all(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[21,13] abort all sequences: TM[21,14] with those that were."""
        reader.end()
        aborted = sorted(self.runs)
        self.runs.clear()
        return Execution(reports=listed(SERVICE, 14, [characters(k) for k in aborted], self.codec))

    def report_statuses(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[21,6] report the execution status of each sequence: TM[21,7]."""
        reader.end()
        entries = [characters(k) + u8(k in self.runs) for k in sorted(self.sequences)]
        return Execution(reports=listed(SERVICE, 7, entries, self.codec))

    def _checksum(self, name: str) -> bytes:
        body = encode_steps(self.sequences[name])
        return characters(name) + u16(binascii.crc_hqx(body, 0xFFFF))

    def _content(self, name: str) -> bytes:
        steps = self.sequences[name]
        return characters(name) + self.codec.count(len(steps)) + encode_steps(steps)

    def _report(self, reader: Reader, subtype: int, encode: Callable[[str], bytes]) -> Execution:
        name = reader.characters()
        reader.end()
        if name not in self.sequences:
            return Execution.refused(Failure(FailureCode.UNKNOWN_SEQUENCE))
        return Execution(reports=(Report(SERVICE, subtype, encode(name)),))

    def _named(self, reader: Reader, apply: Callable[[str], Refusal]) -> Execution:
        """Read one sequence ID and apply an operation to it."""
        name = reader.characters()
        reader.end()
        return Execution.of(apply(name))
