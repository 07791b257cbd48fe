"""The simulated hopper: samples out, telecommands in. Pure: no clock, no socket.

One source ``avionics`` of 10 Hz: acc.x acc.y acc.z (m/s2), imu.x imu.y imu.z (rad/s) of the selected
units, and acc.unit imu.unit (0 = A, 1 = B), which say which units those are.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from pus import st01
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode, RequestError
from pus.packets import Tm, apid_of, decode_tc
from pus.samples import Samples
from pus.st17 import Test
from sim.draws import Floats
from sim.faults import DeadFault, Fault, StuckFault, draw_values
from sim.scenario import Dead, FaultSection, Scenario
from sim.sensors import Sensor, measure, model_of
from sim.trajectory import PERIOD, TrajectorySettings, simulate
from sim.unit import Attached, Pair, Unit

SOURCE: Final = "avionics"
COLUMNS: Final = ("acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z", "acc.unit", "imu.unit")
PERIOD_NS: Final = 100_000_000

PLATFORM_APID: Final = 80
UNIT_APIDS: Final = {Sensor.ACC: 81, Sensor.IMU: 82}

_UNITS: Final = ("A", "B")


@dataclass(frozen=True, slots=True)
class FaultTruth:
    """What really happened in a unit, known to the simulator only.

    Attributes
    ----------
    sensor, unit : which unit, "A" or "B".
    fault : what.
    start : time of the first sample with the fault, ns.
    end : time of the first sample without it, ns, or None: the run ends before.

    """

    sensor: Sensor
    unit: str
    fault: Fault
    start: int
    end: int | None


class Vehicle:
    """A run of a scenario.

    Parameters
    ----------
    scenario : what happens.
    session : session of the samples; by default it follows from the seed.
    start : time of the first sample, ns since the mission epoch.

    """

    def __init__(self, scenario: Scenario, session: int | None = None, start: int = 0) -> None:
        self.scenario = scenario
        self.session = _session(scenario.seed) if session is None else session
        self.sequence = 0
        self._start = start
        self._pairs = _pairs(scenario)
        self._by_apid = {UNIT_APIDS[sensor]: pair for sensor, pair in self._pairs.items()}
        self._platform = ApplicationProcess(PLATFORM_APID, (Test(),))

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self.sequence >= self.scenario.samples

    @property
    def time(self) -> int:
        """Time of the next sample, ns."""
        return self._time_of(self.sequence)

    @property
    def faults(self) -> list[FaultTruth]:
        """The faults of the run by start; an end by a power cycle shows once it has happened."""
        truths = [
            self._truth(sensor, name, attached)
            for sensor, pair in self._pairs.items()
            for name, unit in zip(_UNITS, pair.units, strict=True)
            for attached in unit.faults
        ]
        return sorted(truths, key=lambda truth: truth.start)

    def advance(self, n: int) -> Samples:
        """Return the next n samples, fewer at the end of the run; the same bytes whatever the chunks."""
        first, stop = self.sequence, min(self.sequence + n, self.scenario.samples)
        values = np.empty((stop - first, len(COLUMNS)))
        for k, pair in enumerate(self._pairs.values()):
            values[:, 3 * k : 3 * k + 3] = pair.read(first, stop)
            values[:, 6 + k] = pair.selected
        samples = Samples.regular(SOURCE, self.session, first, self.time, PERIOD_NS, values)
        self.sequence = stop
        return samples

    def command(self, octets: bytes, time: int) -> list[Tm]:
        """Execute one TC packet at `time` (ns), effective from the next sample; return the answers."""
        pair = self._by_apid.get(apid_of(octets)) if len(octets) > 1 else None
        if pair is not None:
            return pair.execute(octets, time, self.sequence)
        if _is_foreign(octets):
            failure = Failure(FailureCode.APID, apid_of(octets))
            return [self._platform.packet(st01.failed(st01.NOT_ROUTED, octets, failure), time)]
        return self._platform.execute(octets, time)

    def _truth(self, sensor: Sensor, unit: str, attached: Attached) -> FaultTruth:
        end = attached.end
        over = end is not None and end < self.scenario.samples
        return FaultTruth(
            sensor,
            unit,
            attached.fault,
            self._time_of(attached.fault.start),
            self._time_of(end) if over and end is not None else None,
        )

    def _time_of(self, sample: int) -> int:
        return self._start + sample * PERIOD_NS


def _session(seed: int) -> int:
    return int(np.random.SeedSequence(seed).generate_state(1)[0])


def _is_foreign(octets: bytes) -> bool:
    """Whether this is a sound TC packet for an application process that is not on board."""
    try:
        return decode_tc(octets).apid != PLATFORM_APID
    except RequestError:
        return False


def _pairs(scenario: Scenario) -> dict[Sensor, Pair]:
    heading = np.array([math.radians(scenario.heading_deg)])
    rng = np.random.default_rng((scenario.seed, 0))
    flight = simulate(TrajectorySettings(), heading, scenario.samples, [rng])
    truths = {Sensor.ACC: flight.specific_force, Sensor.IMU: flight.angular_rate}
    return {
        sensor: Pair(UNIT_APIDS[sensor], *(_unit(scenario, sensor, k, truth) for k in range(2)))
        for sensor, truth in truths.items()
    }


def _unit(scenario: Scenario, sensor: Sensor, unit: int, truth: Floats) -> Unit:
    """Build one unit with errors, noise and faults of its own."""
    rng = np.random.default_rng((scenario.seed, UNIT_APIDS[sensor], unit))
    readings = measure(model_of(sensor, scenario.setting), truth, [rng]).of(0)
    faults = [
        Attached(_fault(section, rng), intermittent=section.cleared_by == "power_cycle")
        for section in sorted(scenario.faults, key=lambda section: section.start_s)
        if section.sensor is sensor and section.unit == _UNITS[unit]
    ]
    return Unit(readings, faults, round(scenario.boot_s / PERIOD))


def _fault(section: FaultSection, rng: np.random.Generator) -> Fault:
    if isinstance(section, Dead):
        return DeadFault(section.start, section.duration)
    values = section.values or draw_values(section.mode, section.axes, section.sensor, rng)
    return StuckFault(section.start, section.duration, section.mode, section.axes, section.noise, values)
