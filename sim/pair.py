"""A redundant pair of sensor units: an application process that obeys ST[08], ST[17] and reports ST[01].

Both units are powered; each has its own errors and noise. Faults sit in one unit, so that selecting the
other one recovers. A request addressed to a unit that does not answer comes to nothing, unless it is a
power cycle that brings the unit back.
"""

from typing import Final

from pus.application import ApplicationProcess
from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.packets import Tm
from pus.parameters import ValueType
from pus.service import Execution
from pus.st08 import Function, FunctionManagement
from pus.st17 import Test
from sim.draws import Floats
from sim.unit import Unit

UNIT_ARGUMENT: Final = 1
"""ID of the only argument of the functions: the unit, 0 = A, 1 = B."""

SELECT_UNIT: Final = Function("SELECT_UNIT", {UNIT_ARGUMENT: ValueType.U8})
REINITIALISE: Final = Function("REINITIALISE", {UNIT_ARGUMENT: ValueType.U8})
POWER_CYCLE: Final = Function("POWER_CYCLE", {UNIT_ARGUMENT: ValueType.U8})


class _NoAnswerError(Exception):
    """The request was addressed to a unit that does not answer."""


class _LinkTest(Test):
    """ST[17] on the selected unit of a pair."""

    def __init__(self, pair: "Pair") -> None:
        super().__init__()
        self._pair = pair

    def are_you_alive(self, reader: Reader, time: int) -> Execution:
        self._pair.reach(self._pair.selected)
        return super().are_you_alive(reader, time)


class Pair:
    """Units A and B behind one APID.

    Attributes
    ----------
    units : A and B.
    selected : index of the unit whose readings count.

    """

    def __init__(self, apid: int, unit_a: Unit, unit_b: Unit) -> None:
        self.units = (unit_a, unit_b)
        self.selected = 0
        self._sample = 0
        functions = FunctionManagement((SELECT_UNIT, REINITIALISE, POWER_CYCLE), self._perform)
        self._process = ApplicationProcess(apid, (functions, _LinkTest(self)))

    def read(self, first: int, stop: int) -> Floats:
        """Return the readings of the selected unit, (k, 3)."""
        return self.units[self.selected].read(first, stop)

    def execute(self, octets: bytes, time: int, sample: int) -> list[Tm]:
        """Execute one request packet before `sample` is taken; `time` (ns) stamps the answers."""
        self._sample = sample
        try:
            return self._process.execute(octets, time)
        except _NoAnswerError:
            return []

    def reach(self, unit: int) -> None:
        """Address a unit; nothing comes back from one that does not answer."""
        if not self.units[unit].answers(self._sample):
            raise _NoAnswerError

    def power_cycle(self, sample: int) -> None:
        """Switch the selected unit off and on before `sample`."""
        self.units[self.selected].power_cycle(sample)

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:
        unit = int(arguments[UNIT_ARGUMENT])
        if unit >= len(self.units):
            return Failure(FailureCode.BAD_ARGUMENT, UNIT_ARGUMENT)
        if name == POWER_CYCLE.name:
            # The switch is outside the unit: it also works on a silent one, which may come back by it.
            self.units[unit].power_cycle(self._sample)
        self.reach(unit)
        if name == SELECT_UNIT.name:
            self.selected = unit
        elif name == REINITIALISE.name:
            self.units[unit].reinitialise(self._sample)
        return None
