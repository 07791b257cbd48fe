"""The on-board computer: the application process of the whole vehicle, behind the platform's APID.

It keeps two things that the ladder may change: which sensors navigation uses, and the mode. What they do
to the rest of the vehicle is the `Platform`'s.
"""

from enum import IntEnum, IntFlag
from typing import Final, Protocol

from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Report, Tm
from pus.parameters import ValueType
from pus.st08 import Function, FunctionManagement
from pus.st17 import Test

SENSOR_ARGUMENT: Final = 1
"""ID of the argument of FLY_WITHOUT: the sensor, 0 = acc, 1 = imu."""

FLY_WITHOUT: Final = Function("FLY_WITHOUT", {SENSOR_ARGUMENT: ValueType.U8})
RESTART: Final = Function("RESTART", {})
SAFE_MODE: Final = Function("SAFE_MODE", {})
NOMINAL_MODE: Final = Function("NOMINAL_MODE", {})


class Navigation(IntFlag):
    """The sensors that navigation uses."""

    ACC = 1
    IMU = 2


BOTH: Final = Navigation.ACC | Navigation.IMU
_BITS: Final = (Navigation.ACC, Navigation.IMU)


class VehicleMode(IntEnum):
    """What the vehicle is to do: the flight of its plan, or rest and wait for the ground."""

    NOMINAL = 0
    SAFE = 1


class Platform(Protocol):
    """What the computer commands."""

    def power_cycle_selected(self) -> None:
        """Switch the selected unit of every pair off and on."""
        ...

    def enter(self, mode: VehicleMode) -> None:
        """Change the motion to that of `mode`."""
        ...


class Computer:
    """The computer of the vehicle.

    Attributes
    ----------
    navigation : the sensors that navigation uses.
    mode : what the vehicle is to do.

    """

    def __init__(self, apid: int, platform: Platform) -> None:
        self.navigation = BOTH
        self.mode = VehicleMode.NOMINAL
        self._platform = platform
        functions = FunctionManagement((FLY_WITHOUT, RESTART, SAFE_MODE, NOMINAL_MODE), self._perform)
        self._process = ApplicationProcess(apid, (functions, Test()))

    def execute(self, octets: bytes, time: int) -> list[Tm]:
        """Execute one request packet; `time` (ns) stamps the answers."""
        return self._process.execute(octets, time)

    def packet(self, report: Report, time: int) -> Tm:
        """Make the next telemetry packet from a report."""
        return self._process.packet(report, time)

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:
        if name == FLY_WITHOUT.name:
            return self._fly_without(int(arguments[SENSOR_ARGUMENT]))
        if name == RESTART.name:
            self.navigation = BOTH
            self._platform.power_cycle_selected()
        else:
            self._enter(VehicleMode.SAFE if name == SAFE_MODE.name else VehicleMode.NOMINAL)
        return None

    def _fly_without(self, sensor: int) -> Failure | None:
        if sensor >= len(_BITS):
            return Failure(FailureCode.BAD_ARGUMENT, SENSOR_ARGUMENT)
        self.navigation &= ~_BITS[sensor]
        return None

    def _enter(self, mode: VehicleMode) -> None:
        if mode is not self.mode:
            self.mode = mode
            self._platform.enter(mode)
