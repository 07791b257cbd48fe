"""A redundant pair of sensor units: an application process that obeys ST[08], ST[17] and reports ST[01].

Both units are powered; each has its own errors and noise. Faults sit in one unit, so that selecting the
other one recovers. A unit gives no readings for a boot time after a power cycle. A dead unit gives
neither readings nor answers: unless a power cycle revives it, a request addressed to it comes to nothing.
"""

from dataclasses import dataclass

import numpy as np

from pus.application import ApplicationProcess
from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.packets import Tm
from pus.parameters import ValueType
from pus.service import Execution
from pus.st08 import Function, FunctionManagement
from pus.st17 import Test
from sim.draws import Floats
from sim.faults import DeadFault, Fault
from sim.sensors import Readings

UNIT_ARGUMENT = 1
"""ID of the only argument of the functions: the unit, 0 = A, 1 = B."""

SELECT_UNIT = Function("SELECT_UNIT", {UNIT_ARGUMENT: ValueType.U8})
POWER_CYCLE = Function("POWER_CYCLE", {UNIT_ARGUMENT: ValueType.U8})


@dataclass(slots=True)
class Attached:
    """A fault in a unit.

    Attributes
    ----------
    fault : what happens.
    intermittent : whether a power cycle of the unit clears it.
    cleared : sample from which on it is gone because of that, or None.

    """

    fault: Fault
    intermittent: bool = False
    cleared: int | None = None

    @property
    def end(self) -> int | None:
        """First sample after the fault, or None while nothing ends it."""
        ends = [end for end in (self.fault.stop, self.cleared) if end is not None]
        return min(ends, default=None)

    def present(self, sample: int) -> bool:
        """Whether the fault is there at `sample`."""
        return self.fault.start <= sample and (self.end is None or sample < self.end)


class Unit:
    """One sensor unit with what it would read over the whole run, (T, 3), if it were sound."""

    def __init__(self, readings: Readings, faults: list[Attached], boot: int) -> None:
        self.faults = faults
        self._readings = readings
        self._boot = boot
        self._silent_until = 0

    def read(self, first: int, stop: int) -> Floats:
        """Return the readings at samples `first` .. `stop` - 1, (k, 3); NaN while dead or booting."""
        out = self._readings.measured[first:stop].copy()
        for attached in self.faults:
            start = max(first, attached.fault.start)
            end = stop if attached.end is None else min(stop, attached.end)
            if start < end:
                attached.fault.overlay(self._readings, out[start - first : end - first], start)
        out[: max(0, self._silent_until - first)] = np.nan
        return out

    def power_cycle(self, sample: int) -> None:
        """Switch off and on before `sample`: clears intermittent faults, silent for the boot time."""
        self._silent_until = sample + self._boot
        for attached in self.faults:
            if attached.intermittent and attached.present(sample):
                attached.cleared = sample

    def is_dead(self, sample: int) -> bool:
        """Whether the unit answers nothing at `sample`."""
        return any(isinstance(a.fault, DeadFault) and a.present(sample) for a in self.faults)


class _NoAnswerError(Exception):
    """The request was addressed to a dead unit."""


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
        functions = FunctionManagement((SELECT_UNIT, POWER_CYCLE), self._perform)
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
        """Address a unit; nothing comes back from a dead one."""
        if self.units[unit].is_dead(self._sample):
            raise _NoAnswerError

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:
        unit = int(arguments[UNIT_ARGUMENT])
        if unit >= len(self.units):
            return Failure(FailureCode.BAD_ARGUMENT, UNIT_ARGUMENT)
        if name == POWER_CYCLE.name:
            # The switch is outside the unit: it also works on a dead one, which may come back by it.
            self.units[unit].power_cycle(self._sample)
        self.reach(unit)
        if name == SELECT_UNIT.name:
            self.selected = unit
        return None
