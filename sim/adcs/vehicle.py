"""The CubeSat's ADCS as a live source: samples out, telecommands in. Pure: no clock, no socket.

One source ``adcs``, a sample every 10 s: the 27 parameters of the data sets; mag.x mag.y mag.z (uT), the
reading of the magnetometer in use; mag.unit (0 = A, which is magnetometer 1; 1 = B, magnetometer 2).

The attitude does not depend on the magnetometer in use: a fault in it does not upset the control.
"""

from typing import Final

import numpy as np

from pus import st01
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Tm, apid_of
from pus.parameters import ValueType
from pus.st08 import Function, FunctionManagement
from pus.st17 import Test
from sim.adcs.attitude import Attitude
from sim.adcs.environment import angular_rate, surroundings
from sim.adcs.orbit import Orbit
from sim.adcs.scenario import PERIOD_S, AdcsScenario, FaultKind, Sensor, fault
from sim.adcs.sensors import MAG1, MAG2, NAMES, Satellite, Truth
from sim.adcs.thermal import heat, temperatures
from sim.draws import Floats
from sim.pair import Pair
from sim.sections import samples
from sim.sensors import Readings
from sim.spacecraft import FaultTruth, Spacecraft, is_foreign, session_of
from sim.unit import Attached, Cure, Unit

SOURCE: Final = "adcs"
COLUMNS: Final = (*NAMES, "mag.x", "mag.y", "mag.z", "mag.unit")
PERIOD_NS: Final = round(PERIOD_S * 1e9)
PLATFORM_APID: Final = 90
MAGNETOMETERS_APID: Final = 91
UNITS: Final = ("A", "B")

UNIT_ARGUMENT: Final = 1
KIND_ARGUMENT: Final = 2
INJECT_FAULT: Final = Function("INJECT_FAULT", {UNIT_ARGUMENT: ValueType.U8, KIND_ARGUMENT: ValueType.U8})
"""Not of a real satellite: a fault in a magnetometer from the next sample on; a power cycle clears it."""
KINDS: Final = tuple(FaultKind)

_WARM_UP_ORBITS: Final = 3


class AdcsVehicle(Spacecraft):
    """A run of a scenario.

    Parameters
    ----------
    scenario : what happens.
    session : session of the samples; by default it follows from the seed.

    """

    def __init__(self, scenario: AdcsScenario, session: int | None = None) -> None:
        super().__init__(
            SOURCE,
            PERIOD_NS,
            scenario.samples,
            session_of(scenario.seed) if session is None else session,
            0,
            ((o.start, o.stop) for o in scenario.outages),
        )
        self.scenario = scenario
        satellite, rng = Satellite(scenario.satellite), np.random.default_rng((scenario.seed, 1))
        truth = _truth(scenario)
        units = [
            _unit(scenario, name, readings)
            for name, readings in zip(UNITS, satellite.magnetometers(truth.field, rng), strict=True)
        ]
        self._values = satellite.measure(truth, rng)
        self._pair = Pair(MAGNETOMETERS_APID, *units)
        functions = FunctionManagement((INJECT_FAULT,), self._perform)
        self._platform = ApplicationProcess(PLATFORM_APID, (functions, Test()))

    @property
    def faults(self) -> list[FaultTruth]:
        """The faults of the run by start; an end by a telecommand shows once it has happened."""
        truths = [
            self._truth(Sensor.MAG, name, attached)
            for name, unit in zip(UNITS, self._pair.units, strict=True)
            for attached in unit.faults
        ]
        return sorted(truths, key=lambda truth: truth.start)

    def command(self, octets: bytes, time: int) -> list[Tm]:
        """Execute one TC packet at `time` (ns), effective from the next sample; return the answers."""
        if len(octets) > 1 and apid_of(octets) == MAGNETOMETERS_APID:
            return self._pair.execute(octets, time, self.sequence)
        if is_foreign(octets, PLATFORM_APID):
            failure = Failure(FailureCode.APID, apid_of(octets))
            return [self._platform.packet(st01.failed(st01.NOT_ROUTED, octets, failure), time)]
        return self._platform.execute(octets, time)

    def _read(self, first: int, stop: int) -> Floats:
        """Return samples `first` .. `stop` - 1, (k, P)."""
        values = np.empty((stop - first, len(COLUMNS)))
        values[:, : len(NAMES)] = self._values[first:stop]
        values[:, MAG1], values[:, MAG2] = (unit.read(first, stop) for unit in self._pair.units)
        values[:, -4:-1] = self._pair.read(first, stop)
        values[:, -1] = self._pair.selected
        return values

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:  # noqa: ARG002
        unit, kind = int(arguments[UNIT_ARGUMENT]), int(arguments[KIND_ARGUMENT])
        if unit >= len(UNITS):
            return Failure(FailureCode.BAD_ARGUMENT, UNIT_ARGUMENT)
        if kind >= len(KINDS):
            return Failure(FailureCode.BAD_ARGUMENT, KIND_ARGUMENT)
        found = fault(KINDS[kind], max(1, self.sequence), None)
        self._pair.units[unit].faults.append(Attached(found, Cure.POWER_CYCLE))
        return None


def _unit(scenario: AdcsScenario, name: str, readings: Readings) -> Unit:
    faults = [
        Attached(fault(section.kind, section.start, section.duration, section.axes), section.cleared_by)
        for section in sorted(scenario.faults, key=lambda section: section.start_s)
        if section.unit == name
    ]
    boot, short = (samples(s, PERIOD_S) for s in (scenario.boot_s, scenario.reinitialise_s))
    return Unit(readings, readings, faults, boot, short)


def _truth(scenario: AdcsScenario) -> Truth:
    orbit, attitude = Orbit(), Attitude.draw(np.random.default_rng((scenario.seed, 0)))
    warm_up = round(_WARM_UP_ORBITS * orbit.period / PERIOD_S)
    times = PERIOD_S * np.arange(-warm_up, scenario.samples, dtype=np.float64)
    around = surroundings(orbit, attitude, times)
    run = slice(warm_up, None)
    return Truth(
        field=around.field[run],
        rate=np.degrees(angular_rate(orbit, attitude, times[run])),
        irradiance=around.irradiance[run],
        nadir=around.nadir[run],
        temperature=temperatures(heat(around)[:, None], PERIOD_S)[run, 0],
    )
