"""The service: loads procedures, runs them and answers for their state."""

from collections.abc import Callable, Mapping
from dataclasses import field

from pus.codec import DEFAULT, Codec, Reader, characters, u8
from pus.failure import Failure, FailureCode, RequestError
from pus.instructions import Refusal, read_each
from pus.packets import Tc
from pus.procedure import Run, Step, is_executable
from pus.records import mutable
from pus.service import Execution, Operation, listed
from pus.st18.code import read_code
from pus.st18.status import ObcpStatus, Progress

SERVICE = 18
STEP_LEVEL, MAX_LEVEL = 2, 3


@mutable
class ControlProcedures:
    """The service.

    Attributes
    ----------
    apid : our application process; a procedure may not address its ST[18], so that none can loop. It may
        address ST[21], whose sequences may not address ST[18].
    accepts : whether a request could be executed by anyone on board.
    repository : code of procedures that can be loaded by reference.
    procedures, runs, levels : loaded procedures, those active, observability levels, by name.
    engine : whether the procedure engine runs.
    watched : procedures that were activated with step observability: their activation is a request whose
        progress and end are reported.
    news : what is to be reported of them, see `Progress`.

    """

    apid: int
    accepts: Callable[[Tc], bool]
    repository: Mapping[str, bytes] = field(default_factory=dict)
    capacity: int = 256
    codec: Codec = DEFAULT
    procedures: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    engine: bool = True
    watched: set[str] = field(default_factory=set)
    news: list[Progress] = field(default_factory=list)

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        named: dict[int, Callable[[str, int], Refusal]] = {
            2: lambda name, _: self._unload(name),
            6: self._resume,
            7: lambda name, _: self._communicate(name),
            12: lambda name, _: self._abort(name),
            13: lambda name, _: self._load_by_reference(name),
            15: lambda name, time: self._resume(name, time, steps=1),
        }
        stepped: dict[int, Callable[[str, int], Refusal]] = {
            4: self._stop,
            5: self._suspend,
            20: self._stop_and_unload,
        }
        return {
            1: self.load,
            3: lambda reader, time: self._start(reader, time, hold=None, by_reference=False),
            14: lambda reader, time: self._start(reader, time, hold=0, by_reference=False),
            19: lambda reader, time: self._start(reader, time, hold=None, by_reference=True),
            8: self.report_statuses,
            16: self.set_observability,
            17: self.abort_all,
            21: self.start_engine,
            22: self.stop_engine,
            **{k: _of_name(apply) for k, apply in named.items()},
            **{k: _of_step(apply) for k, apply in stepped.items()},
        }

    # --- execution ---------------------------------------------------------------------------------

    @property
    def deadline(self) -> int | None:
        """When the next step leaves or a run ends (ns), or None."""
        if not self.engine or not self.runs:
            return None
        return min((run.due for run in self.runs.values() if run.due is not None), default=None)

    def release(self, time: int) -> list[bytes]:
        """Return the requests that are due at `time`; procedures in order of their names."""
        released: list[bytes] = []
        for name in sorted(self.runs) if self.engine else ():
            run = self.runs[name]
            told = run.left
            released += run.release(time)
            if name in self.watched and run.left > told:
                self.news.append(Progress(name, tuple(step.id for step in run.steps[told : run.left])))
            if run.is_over:
                self._end(name)
        return released

    def _end(self, name: str) -> None:
        """Forget a run; one that was watched has completed if all its steps have left."""
        run = self.runs.pop(name)
        if name in self.watched:
            self.watched.remove(name)
            self.news.append(Progress(name, (), completed=run.left == len(run.steps)))

    def take_news(self) -> list[Progress]:
        """Return and forget what is to be reported of procedures that are watched."""
        news, self.news = self.news, []
        return news

    # --- loading -----------------------------------------------------------------------------------

    def load(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[18,1] direct-load a procedure: ID, code as u16 length and octets."""
        name, code = reader.characters(), reader.octets(reader.u16())
        reader.end()
        return Execution.of(self._load(name, code))

    def _load(self, name: str, code: bytes) -> Refusal:
        if name in self.procedures:
            return Failure(FailureCode.WRONG_OBCP_STATE)
        try:
            steps = read_code(code, self.codec)
        except RequestError:
            return Failure(FailureCode.OBCP_LOAD_FAILED)
        sound = all(self._is_sound(step) for step in steps)
        if not steps or not sound or len(self.procedures) >= self.capacity:
            return Failure(FailureCode.OBCP_LOAD_FAILED)
        self.procedures[name] = steps
        return None

    def _is_sound(self, step: Step) -> bool:
        return step.id > 0 and is_executable(step.request, self.accepts, self.apid, (SERVICE,))

    def _load_by_reference(self, name: str) -> Refusal:
        if name not in self.repository:
            return Failure(FailureCode.OBCP_LOAD_FAILED)
        return self._load(name, self.repository[name])

    def _unload(self, name: str) -> Refusal:
        if failure := self._inactive(name):
            return failure
        del self.procedures[name]
        self.levels.pop(name, None)
        return None

    def _inactive(self, name: str) -> Refusal:
        if name not in self.procedures:
            return Failure(FailureCode.UNKNOWN_OBCP)
        return Failure(FailureCode.WRONG_OBCP_STATE) if name in self.runs else None

    def _active(self, name: str) -> Refusal:
        if name not in self.procedures:
            return Failure(FailureCode.UNKNOWN_OBCP)
        return None if name in self.runs else Failure(FailureCode.WRONG_OBCP_STATE)

    # --- running -----------------------------------------------------------------------------------

    def _start(self, reader: Reader, time: int, *, hold: int | None, by_reference: bool) -> Execution:
        """TC[18,3] [18,14] [18,19]: ID, observability level; our procedures take no arguments."""
        name, level = reader.characters(), reader.u8()
        reader.end()
        if level > MAX_LEVEL or not self.engine:
            return Execution.refused(Failure(FailureCode.WRONG_OBCP_STATE))
        failure = (self._load_by_reference(name) if by_reference else None) or self._inactive(name)
        if failure is None:
            self.runs[name] = Run(self.procedures[name], time, hold_after=hold)
            self.levels[name] = level
            if level >= STEP_LEVEL:
                self.watched.add(name)
                return Execution(pending=(SERVICE, name))
        return Execution.of(failure)

    def _stop(self, name: str, step: int) -> Refusal:
        if failure := self._active(name):
            return failure
        run = self.runs[name]
        if step not in (0, run.current) and not run.is_ahead(step):
            return Failure(FailureCode.WRONG_OBCP_STATE)
        if step in (0, run.current) or run.due is None:
            self._end(name)
        else:
            run.stop_after = step
        return None

    def _stop_and_unload(self, name: str, step: int) -> Refusal:
        failure = self._active(name) or (None if step == 0 else Failure(FailureCode.WRONG_OBCP_STATE))
        return failure or self._stop(name, step) or self._unload(name)

    def _suspend(self, name: str, step: int) -> Refusal:
        if failure := self._active(name):
            return failure
        run = self.runs[name]
        if run.due is None or not (step in (0, run.current) or run.is_ahead(step)):
            return Failure(FailureCode.WRONG_OBCP_STATE)
        if step in (0, run.current):
            run.due = None
        else:
            run.hold_after = step
        return None

    def _resume(self, name: str, time: int, steps: int | None = None) -> Refusal:
        if failure := self._active(name):
            return failure
        run = self.runs[name]
        if run.due is not None:
            return Failure(FailureCode.WRONG_OBCP_STATE)
        run.resume(time)
        run.hold_after = None if steps is None else 0
        return None

    def _communicate(self, name: str) -> Refusal:
        """TC[18,7]: our procedures take no parameters, so only the state is checked."""
        return self._active(name)

    def _abort(self, name: str) -> Refusal:
        if failure := self._active(name):
            return failure
        self._end(name)
        return None

    def abort_all(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[18,17] abort all procedures: TM[18,18] with those that were."""
        reader.end()
        aborted = sorted(self.runs)
        for name in aborted:
            self._end(name)
        return Execution(reports=listed(SERVICE, 18, [characters(k) for k in aborted], self.codec))

    # --- the rest ----------------------------------------------------------------------------------

    def report_statuses(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[18,8] report the execution status of each procedure: TM[18,9]."""
        reader.end()
        entries = [characters(k) + u8(self.status(k)) for k in sorted(self.procedures)]
        return Execution(reports=listed(SERVICE, 9, entries, self.codec))

    def status(self, name: str) -> ObcpStatus:
        """Return the execution status of a loaded procedure."""
        run = self.runs.get(name)
        if run is None:
            return ObcpStatus.INACTIVE
        return ObcpStatus.HELD if run.due is None else ObcpStatus.RUNNING

    def set_observability(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[18,16] set observability levels: N, {ID, level}."""
        return read_each(
            reader, lambda: (reader.characters(), reader.u8()), lambda pair: self._set_level(*pair)
        )

    def _set_level(self, name: str, level: int) -> Refusal:
        if name not in self.procedures:
            return Failure(FailureCode.UNKNOWN_OBCP)
        if level > MAX_LEVEL:
            return Failure(FailureCode.WRONG_OBCP_STATE)
        self.levels[name] = level
        return None

    def start_engine(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[18,21] start the procedure engine."""
        reader.end()
        self.engine = True
        return Execution()

    def stop_engine(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[18,22] stop the engine: all procedures are aborted."""
        reader.end()
        self.engine = False
        for name in sorted(self.runs):
            self._end(name)
        return Execution()


def _of_name(apply: Callable[[str, int], Refusal]) -> Operation:
    def execute(reader: Reader, time: int) -> Execution:
        name = reader.characters()
        reader.end()
        return Execution.of(apply(name, time))

    return execute


def _of_step(apply: Callable[[str, int], Refusal]) -> Operation:
    def execute(reader: Reader, time: int) -> Execution:  # noqa: ARG001
        name, step = reader.characters(), reader.id()
        reader.end()
        return Execution.of(apply(name, step))

    return execute
