"""Telecommands to the vehicle and its units, and short words for what comes back."""

from pus.packets import Tc, Tm
from sim.pair import UNIT_ARGUMENT
from sim.sensors import Sensor
from sim.vehicle import PLATFORM_APID, UNIT_APIDS

ACC, IMU = UNIT_APIDS[Sensor.ACC], UNIT_APIDS[Sensor.IMU]
SECOND = 1_000_000_000


def stuck(**fields: object) -> dict[str, object]:
    return {"kind": "stuck", "sensor": "acc", "unit": "A", "mode": "last", "start_s": 5.0} | fields


def request(function, unit: int, apid: int = ACC) -> bytes:
    return Tc(apid, 8, 1, function.encode({UNIT_ARGUMENT: unit})).pack()


def order(function, values: dict[int, float] | None = None) -> bytes:
    return Tc(PLATFORM_APID, 8, 1, function.encode(values or {})).pack()


def kinds(answers: list[Tm]) -> list[tuple[int, int]]:
    return [(tm.service, tm.subtype) for tm in answers]
