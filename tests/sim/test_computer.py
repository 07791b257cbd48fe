import pytest

from pus.failure import FailureCode
from pus.packets import Tc
from sim.computer import (
    BOTH,
    FLY_WITHOUT,
    NOMINAL_MODE,
    RESTART,
    SAFE_MODE,
    SENSOR_ARGUMENT,
    Computer,
    Navigation,
    VehicleMode,
)
from tests.sim.units import ANSWERED, DONE, kinds

APID = 80


class Recorder:
    """A platform that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def power_cycle_selected(self) -> None:
        self.told.append("power cycle")

    def enter(self, mode: VehicleMode) -> None:
        self.told.append(mode)


@pytest.fixture
def platform() -> Recorder:
    return Recorder()


@pytest.fixture
def computer(platform) -> Computer:
    return Computer(APID, platform)


def order(function, **arguments: int) -> bytes:
    values = {SENSOR_ARGUMENT: arguments["sensor"]} if arguments else {}
    return Tc(APID, 8, 1, function.encode(values)).pack()


def test_at_first_navigation_uses_both_sensors_and_the_mode_is_nominal(computer):
    assert (int(computer.navigation), int(computer.mode)) == (3, 0)


@pytest.mark.parametrize(("sensor", "left"), [(0, Navigation.IMU), (1, Navigation.ACC)])
def test_navigation_stops_using_a_sensor(sensor, left, computer):
    for _ in range(2):
        assert kinds(computer.execute(order(FLY_WITHOUT, sensor=sensor), 5)) == DONE
        assert computer.navigation == left


def test_navigation_may_lose_both_sensors(computer):
    for sensor in (0, 1):
        computer.execute(order(FLY_WITHOUT, sensor=sensor), 5)
    assert int(computer.navigation) == 0


def test_a_restart_power_cycles_the_units_and_trusts_all_sensors_again(computer, platform):
    computer.execute(order(FLY_WITHOUT, sensor=0), 5)
    computer.execute(order(SAFE_MODE), 5)
    assert kinds(computer.execute(order(RESTART), 6)) == DONE
    assert computer.navigation == BOTH
    assert computer.mode is VehicleMode.SAFE
    assert platform.told == [VehicleMode.SAFE, "power cycle"]


def test_the_mode_changes_and_changes_back_once_each(computer, platform):
    for function in (SAFE_MODE, SAFE_MODE, NOMINAL_MODE, NOMINAL_MODE):
        assert kinds(computer.execute(order(function), 5)) == DONE
    assert platform.told == [VehicleMode.SAFE, VehicleMode.NOMINAL]


def test_a_sensor_that_there_is_not_is_refused(computer):
    answers = computer.execute(order(FLY_WITHOUT, sensor=2), 5)
    assert kinds(answers) == [(1, 1), (1, 3), (1, 8)]
    assert answers[-1].data[4:6] == FailureCode.BAD_ARGUMENT.to_bytes(2, "big")
    assert computer.navigation == BOTH


def test_the_computer_answers_are_you_alive(computer):
    assert kinds(computer.execute(Tc(APID, 17, 1).pack(), 5)) == ANSWERED
