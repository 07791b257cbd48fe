"""ST[20] on-board parameter management: report and set parameter values (ECSS-E-ST-70-41C clause 6.20)."""

from collections.abc import Callable, Mapping

from pus.codec import DEFAULT, Codec, Reader
from pus.failure import Failure, FailureCode
from pus.instructions import Refusal, UnreadableError, read_each
from pus.parameters import Parameter, ParameterTable
from pus.records import mutable
from pus.service import Execution, Operation, listed

SERVICE = 20


@mutable
class ParameterManagement:
    """The service: reads any parameter, sets those that are settings.

    Attributes
    ----------
    parameters : all parameters.
    value : the newest value of a parameter by ID; NaN = not known.
    settings : values of the parameters that may be set, by ID; the service writes here.

    """

    parameters: ParameterTable
    value: Callable[[int], float]
    settings: dict[int, float]
    codec: Codec = DEFAULT

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        return {1: self.report, 3: self.set}

    def report(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[20,1] report parameter values: TM[20,2] with the parameters that are known."""
        wanted = reader.ids()
        table = self.parameters
        failures = tuple(Failure(FailureCode.UNKNOWN_PARAMETER, k) for k in wanted if k not in table.by_id)
        found = [table.by_id[k] for k in wanted if k in table.by_id]
        if not found:
            return Execution(failures=failures)
        entries = [self.codec.id(p.id) + p.type.pack_or_unknown(self.value(p.id)) for p in found]
        return Execution(listed(SERVICE, 2, entries, self.codec), failures)

    def set(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[20,3] set parameter values."""
        return read_each(reader, lambda: self._read(reader), self._set)

    def _read(self, reader: Reader) -> tuple[Parameter, float]:
        parameter_id = reader.id()
        parameter = self.parameters.get(parameter_id)
        if parameter is None:
            raise UnreadableError(Failure(FailureCode.UNKNOWN_PARAMETER, parameter_id))
        return parameter, reader.value(parameter.type)

    def _set(self, instruction: tuple[Parameter, float]) -> Refusal:
        parameter, value = instruction
        if parameter.id not in self.settings:
            return Failure(FailureCode.NOT_SETTABLE, parameter.id)
        if not parameter.type.holds(value):
            return Failure(FailureCode.VALUE_OUT_OF_RANGE, parameter.id)
        self.settings[parameter.id] = value
        return None
