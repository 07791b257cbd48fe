"""The simulated hopper: samples out, telecommands in. Pure: no clock, no socket.

One source ``avionics`` of 10 Hz: acc.x acc.y acc.z (m/s2), imu.x imu.y imu.z (rad/s) of the selected
units; acc.unit imu.unit (0 = A, 1 = B), which say which units those are; vehicle.mode (0 nominal, 1 safe)
and nav.sensors (the sensors that navigation uses: 1 for acc plus 2 for imu).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from pus import st01
from pus.failure import Failure, FailureCode, RequestError
from pus.packets import Tm, apid_of, decode_tc
from pus.samples import Samples
from sim.assembly import UNIT_APIDS, UNITS, assemble
from sim.computer import Computer, VehicleMode
from sim.faults import Fault
from sim.motion import Motion
from sim.outages import Outages
from sim.scenario import Scenario
from sim.sensors import Sensor
from sim.unit import Attached

__all__ = ["COLUMNS", "PERIOD_NS", "PLATFORM_APID", "SOURCE", "UNIT_APIDS", "FaultTruth", "Vehicle"]

SOURCE: Final = "avionics"
COLUMNS: Final = (
    *("acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z"),
    *("acc.unit", "imu.unit", "vehicle.mode", "nav.sensors"),
)
PERIOD_NS: Final = 100_000_000

PLATFORM_APID: Final = 80


@dataclass(frozen=True, slots=True)
class FaultTruth:
    """What really happened in a unit, known to the simulator only.

    Attributes
    ----------
    sensor, unit : which unit, "A" or "B".
    fault : what.
    start : time of the first sample with the fault, ns.
    end : time of the first sample without it, ns, or None: the run ends before. A fault that comes and
        goes is one entry from its first sample on to its end or its clearing.

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
        self.outages = Outages(scenario.samples, ((o.start, o.stop) for o in scenario.outages))
        self._start = start
        self._motions = {
            sensor: Motion(
                scenario.samples, [(h.start, h.start + h.length) for h in scenario.holds if h.stills(sensor)]
            )
            for sensor in Sensor
        }
        self._pairs = assemble(scenario)
        self._move()
        self._by_apid = {UNIT_APIDS[sensor]: pair for sensor, pair in self._pairs.items()}
        self._computer = Computer(PLATFORM_APID, self)

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self.sequence >= self.scenario.samples

    @property
    def is_out(self) -> bool:
        """Whether the next sample is lost on its way."""
        return self.outages.is_lost(self.sequence)

    @property
    def is_dead(self) -> bool:
        """Whether the source is dead: no sample comes any more, not even after the end of the run."""
        return self.outages.is_dead(self.sequence)

    @property
    def time(self) -> int:
        """Time of the next sample, ns."""
        return self._time_of(self.sequence)

    @property
    def faults(self) -> list[FaultTruth]:
        """The faults of the run by start; an end by a telecommand shows once it has happened."""
        truths = [
            self._truth(sensor, name, attached)
            for sensor, pair in self._pairs.items()
            for name, unit in zip(UNITS, pair.units, strict=True)
            for attached in unit.faults
        ]
        return sorted(truths, key=lambda truth: truth.start)

    def advance(self, n: int) -> Samples:
        """Fly n samples and return those that come through; the same bytes whatever the chunks.

        The vehicle flies fewer at the end of the run and at the border of an outage, which it never
        crosses. The samples of an outage are lost: it flies them, and returns none.
        """
        first, stop = self.sequence, min(self.sequence + n, self.outages.border(self.sequence))
        came = first if self.is_out else stop
        values = np.empty((came - first, len(COLUMNS)))
        for k, pair in enumerate(self._pairs.values()):
            values[:, 3 * k : 3 * k + 3] = pair.read(first, came)
            values[:, 6 + k] = pair.selected
        values[:, 8] = self._computer.mode
        values[:, 9] = self._computer.navigation
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
            return [self._computer.packet(st01.failed(st01.NOT_ROUTED, octets, failure), time)]
        return self._computer.execute(octets, time)

    def power_cycle_selected(self) -> None:
        """Switch the selected unit of every pair off and on."""
        for pair in self._pairs.values():
            pair.power_cycle(self.sequence)

    def enter(self, mode: VehicleMode) -> None:
        """Come to rest in safe mode; go on as the plan has it by now in nominal mode."""
        for motion in self._motions.values():
            motion.change(self.sequence, 0.0 if mode is VehicleMode.SAFE else 1.0)
        self._move()

    def _move(self) -> None:
        """Let the units measure the motion that the vehicle makes."""
        for sensor, pair in self._pairs.items():
            for unit in pair.units:
                unit.move(self._motions[sensor].share)

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
