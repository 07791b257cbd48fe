"""Sensor units and pairs to try things on."""

import numpy as np

from pus.packets import Tc, Tm
from pus.st08 import Function
from sim.faults import Axes, Mode, StuckFault
from sim.pair import UNIT_ARGUMENT, Pair
from sim.sensors import Readings, Sensor, Setting, measure, model_of
from sim.unit import Attached, Unit

APID, T, BOOT, SHORT = 81, 200, 20, 5
A, B = 0, 1
DONE = [(1, 1), (1, 3), (1, 7)]
ALIVE = Tc(APID, 17, 1).pack()
ANSWERED = [(1, 1), (1, 3), (17, 2), (1, 7)]


def readings(seed: int, size: float = 1.0) -> Readings:
    truth = size * np.sin(np.arange(T) / 9.0)[None, :, None] * np.array([0.1, 0.2, 0.3])
    return measure(model_of(Sensor.ACC, Setting.N), truth, [np.random.default_rng(seed)]).of(0)


READINGS = (readings(1), readings(2))
AT_REST = (readings(1, 0.0), readings(2, 0.0))


def unit(*faults: Attached, which: int = A) -> Unit:
    return Unit(READINGS[which], AT_REST[which], list(faults), BOOT, SHORT)


def pair(*faults: Attached, of_b: tuple[Attached, ...] = ()) -> Pair:
    return Pair(APID, unit(*faults), unit(*of_b, which=B))


def frozen(start: int = 50, duration: int | None = None) -> StuckFault:
    return StuckFault(start, duration, Mode.LAST, Axes.ALL, noise=False)


def order(function: Function, which: int, **fields: int) -> bytes:
    return Tc(APID, 8, 1, function.encode({UNIT_ARGUMENT: which}), **fields).pack()


def kinds(answers: list[Tm]) -> list[tuple[int, int]]:
    return [(tm.service, tm.subtype) for tm in answers]
