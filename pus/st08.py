"""ST[08] function management: perform a function by name (ECSS-E-ST-70-41C clause 6.8).

TC[8,1]: function ID (16 characters), then, for functions with arguments, N and {argument ID, value}.
"""

from collections.abc import Callable, Mapping

from pus.codec import DEFAULT, Codec, Reader, characters
from pus.failure import Failure, FailureCode
from pus.parameters import ValueType
from pus.records import frozen
from pus.service import Execution, Operation

SERVICE = 8
PERFORM = 1


@frozen
class Function:
    """A function that an application process offers; argument types by argument ID."""

    name: str
    arguments: Mapping[int, ValueType]

    def encode(self, values: Mapping[int, float], codec: Codec = DEFAULT) -> bytes:
        """Encode the application data of TC[8,1] for `values` by argument ID."""
        fields = [codec.id(k) + self.arguments[k].pack(value) for k, value in values.items()]
        return characters(self.name) + (codec.counted(fields) if self.arguments else b"")


Performer = Callable[[str, dict[int, float]], Failure | None]
"""Performs a function with its arguments; returns why it could not be completed, or None."""


class FunctionManagement:
    """The service: decodes a request against the table of functions and calls the performer."""

    number = SERVICE

    def __init__(self, functions: tuple[Function, ...], perform: Performer) -> None:
        self._functions = {function.name: function for function in functions}
        self._perform = perform
        self.operations: Mapping[int, Operation] = {PERFORM: self.perform}

    def perform(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[8,1] perform a function."""
        function = self._functions.get(reader.characters())
        if function is None:
            return Execution.refused(Failure(FailureCode.UNKNOWN_FUNCTION))
        arguments: dict[int, float] = {}
        for _ in range(reader.count(least=0) if function.arguments else 0):
            argument = reader.id()
            if argument not in function.arguments or argument in arguments:
                return Execution.refused(Failure(FailureCode.BAD_ARGUMENT, argument))
            arguments[argument] = reader.value(function.arguments[argument])
        if reader.left:
            return Execution.refused(Failure(FailureCode.BAD_ARGUMENT))
        if missing := function.arguments.keys() - arguments.keys():
            return Execution.refused(Failure(FailureCode.BAD_ARGUMENT, min(missing)))
        failure = self._perform(function.name, arguments)
        return Execution() if failure is None else Execution(incomplete=failure)
