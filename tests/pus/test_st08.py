"""ST[08] function management."""

import pytest

from pus import codec
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Tc
from pus.parameters import ValueType
from pus.st08 import Function, FunctionManagement
from tests.pus import vectors
from tests.pus.spacecraft import APID, FUNCTIONS, kinds, notices, request

POWER_CYCLE, SWITCH, NO_ARGUMENTS = FUNCTIONS
NAME, SWITCH_NAME = codec.characters("POWER_CYCLE"), codec.characters("SWITCH")


class Performed:
    """A process that notes what it is to perform."""

    def __init__(self, failure: Failure | None = None) -> None:
        self.calls: list[tuple[str, dict[int, float]]] = []
        self.failure = failure
        self.process = ApplicationProcess(APID, [FunctionManagement(FUNCTIONS, self._perform)])

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:
        self.calls.append((name, arguments))
        return self.failure

    def ask(self, data: bytes, ack: int = 0) -> list[tuple[int, FailureCode, int | None]]:
        return notices(self.process.execute(request(8, 1, data, ack=ack), 0))


def test_the_golden_request_performs_its_function() -> None:
    performed = Performed()
    assert kinds(performed.process.execute(vectors.TC["TC[8,1]"].packet, 0)) == [(1, 1), (1, 3), (1, 7)]
    assert performed.calls == [("POWER_CYCLE", {1: 5.0})]
    assert POWER_CYCLE.encode({1: 5}) == vectors.TC["TC[8,1]"].data
    assert Tc(APID, 8, 1, POWER_CYCLE.encode({1: 5})).pack() == vectors.TC["TC[8,1]"].packet


def test_arguments_come_in_any_order() -> None:
    performed = Performed()
    data = SWITCH.encode({2: -0.5, 1: 1})
    assert performed.ask(data) == []
    assert performed.calls == [("SWITCH", {2: -0.5, 1: 1.0})]


def test_a_function_without_arguments_has_no_count_of_them() -> None:
    performed = Performed()
    assert NO_ARGUMENTS.encode({}) == codec.characters("STOP")
    assert performed.ask(NO_ARGUMENTS.encode({})) == []
    assert performed.calls == [("STOP", {})]


def test_a_function_that_cannot_be_completed_says_why() -> None:
    performed = Performed(Failure(FailureCode.NOT_EXECUTED))
    assert performed.ask(NO_ARGUMENTS.encode({})) == [(8, FailureCode.NOT_EXECUTED, None)]


@pytest.mark.parametrize(
    ("data", "notice"),
    [
        (codec.characters("EXPLODE"), (4, FailureCode.UNKNOWN_FUNCTION, None)),
        (bytes(16), (2, FailureCode.UNDECODABLE, None)),
        (NAME[:-1], (2, FailureCode.UNDECODABLE, None)),
        (NAME + codec.u16(1) + codec.u16(9) + codec.u16(5), (4, FailureCode.BAD_ARGUMENT, 9)),
        (NAME + codec.u16(2) + 2 * (codec.u16(1) + codec.u16(5)), (4, FailureCode.BAD_ARGUMENT, 1)),
        (NAME + codec.u16(0), (4, FailureCode.BAD_ARGUMENT, 1)),
        (SWITCH_NAME + codec.u16(1) + codec.u16(1) + b"\1", (4, FailureCode.BAD_ARGUMENT, 2)),
        (POWER_CYCLE.encode({1: 5}) + b"\0", (4, FailureCode.BAD_ARGUMENT, None)),
        (POWER_CYCLE.encode({1: 5})[:-1], (2, FailureCode.UNDECODABLE, None)),
        (NO_ARGUMENTS.encode({}) + codec.u16(0), (4, FailureCode.BAD_ARGUMENT, None)),
    ],
    ids=[
        *("unknown function", "no name", "cut name", "unknown argument", "repeated argument"),
        *("no arguments", "missing argument", "trailing octet", "cut argument", "arguments too many"),
    ],
)
def test_a_faulty_request_is_refused_and_nothing_is_performed(
    data: bytes, notice: tuple[int, FailureCode, int | None]
) -> None:
    performed = Performed()
    assert performed.ask(data) == [notice]
    assert performed.calls == []


def test_a_function_cannot_have_a_name_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        Function("A_NAME_OF_17_CHAR", {1: ValueType.U8}).encode({1: 0})
