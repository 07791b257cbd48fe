"""The simulated hopper: samples out, telecommands in. Pure: no clock, no socket.

One source ``avionics`` of 10 Hz: acc.x acc.y acc.z (m/s2), imu.x imu.y imu.z (rad/s) of the selected
units; acc.unit imu.unit (0 = A, 1 = B), which say which units those are; vehicle.mode (0 nominal, 1 safe)
and nav.sensors (the sensors that navigation uses: 1 for acc plus 2 for imu).
"""

from typing import Final

import numpy as np

from pus import st01
from pus.failure import Failure, FailureCode
from pus.packets import Tm, apid_of
from sim.assembly import UNIT_APIDS, UNITS, assemble
from sim.computer import Computer, VehicleMode
from sim.draws import Floats
from sim.motion import Motion
from sim.scenario import Scenario
from sim.sensors import Sensor
from sim.spacecraft import FaultTruth, Spacecraft, is_foreign, session_of

__all__ = ["COLUMNS", "PERIOD_NS", "PLATFORM_APID", "SOURCE", "UNIT_APIDS", "FaultTruth", "Vehicle"]

SOURCE: Final = "avionics"
COLUMNS: Final = (
    *("acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z"),
    *("acc.unit", "imu.unit", "vehicle.mode", "nav.sensors"),
)
PERIOD_NS: Final = 100_000_000

PLATFORM_APID: Final = 80


class Vehicle(Spacecraft):
    """A run of a scenario.

    Parameters
    ----------
    scenario : what happens.
    session : session of the samples; by default it follows from the seed.
    start : time of the first sample, ns since the mission epoch.

    """

    def __init__(self, scenario: Scenario, session: int | None = None, start: int = 0) -> None:
        super().__init__(
            SOURCE,
            PERIOD_NS,
            scenario.samples,
            session_of(scenario.seed) if session is None else session,
            start,
            ((o.start, o.stop) for o in scenario.outages),
        )
        self.scenario = scenario
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
    def faults(self) -> list[FaultTruth]:
        """The faults of the run by start; an end by a telecommand shows once it has happened."""
        truths = [
            self._truth(sensor, name, attached)
            for sensor, pair in self._pairs.items()
            for name, unit in zip(UNITS, pair.units, strict=True)
            for attached in unit.faults
        ]
        return sorted(truths, key=lambda truth: truth.start)

    def _read(self, first: int, stop: int) -> Floats:
        """Return samples `first` .. `stop` - 1, (k, P)."""
        values = np.empty((stop - first, len(COLUMNS)))
        for k, pair in enumerate(self._pairs.values()):
            values[:, 3 * k : 3 * k + 3] = pair.read(first, stop)
            values[:, 6 + k] = pair.selected
        values[:, 8] = self._computer.mode
        values[:, 9] = self._computer.navigation
        return values

    def command(self, octets: bytes, time: int) -> list[Tm]:
        """Execute one TC packet at `time` (ns), effective from the next sample; return the answers."""
        pair = self._by_apid.get(apid_of(octets)) if len(octets) > 1 else None
        if pair is not None:
            return pair.execute(octets, time, self.sequence)
        if is_foreign(octets, PLATFORM_APID):
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
