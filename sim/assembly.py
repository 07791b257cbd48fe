"""From a scenario to the units of the vehicle: their flight, errors, noise and faults, all from the seed."""

import math
from typing import Final

import numpy as np

from sim.draws import Floats
from sim.faults import DeadFault, Fault, MuteFault, StuckFault, draw_values
from sim.pair import Pair
from sim.scenario import Scenario
from sim.sections import Dead, FaultSection, Mute, samples
from sim.sensors import Sensor, measure, model_of
from sim.trajectory import TrajectorySettings, simulate
from sim.unit import Attached, Flapping, Unit

UNIT_APIDS: Final = {Sensor.ACC: 81, Sensor.IMU: 82}
UNITS: Final = ("A", "B")


def assemble(scenario: Scenario) -> dict[Sensor, Pair]:
    """Build the pairs of a vehicle that flies as planned."""
    settings = TrajectorySettings()
    heading = np.array([math.radians(scenario.heading_deg)])
    rng = np.random.default_rng((scenario.seed, 0))
    flight = simulate(settings, heading, scenario.samples, [rng])
    truths = {Sensor.ACC: flight.specific_force, Sensor.IMU: flight.angular_rate}
    rest = {Sensor.ACC: (0.0, 0.0, settings.gravity), Sensor.IMU: (0.0, 0.0, 0.0)}
    pairs = {}
    for sensor, moving in truths.items():
        still = np.broadcast_to(np.array(rest[sensor]), moving.shape)
        units = [_unit(scenario, sensor, k, moving, still) for k in range(len(UNITS))]
        pairs[sensor] = Pair(UNIT_APIDS[sensor], *units)
    return pairs


def _unit(scenario: Scenario, sensor: Sensor, unit: int, moving: Floats, still: Floats) -> Unit:
    """Build one unit with errors, noise and faults of its own; it draws the same in motion and at rest."""
    model, seed = model_of(sensor, scenario.setting), (scenario.seed, UNIT_APIDS[sensor], unit)
    rng = np.random.default_rng(seed)
    readings = measure(model, moving, [rng]).of(0)
    at_rest = measure(model, still, [np.random.default_rng(seed)]).of(0)
    faults = [
        _attached(section, rng)
        for section in sorted(scenario.faults, key=lambda section: section.start_s)
        if section.sensor is sensor and section.unit == UNITS[unit]
    ]
    return Unit(readings, at_rest, faults, samples(scenario.boot_s), samples(scenario.reinitialise_s))


def _attached(section: FaultSection, rng: np.random.Generator) -> Attached:
    flapping = None
    if section.on_s is not None and section.off_s is not None:
        flapping = Flapping(samples(section.on_s), samples(section.off_s))
    return Attached(_fault(section, rng), section.cleared_by, flapping)


def _fault(section: FaultSection, rng: np.random.Generator) -> Fault:
    if isinstance(section, Dead):
        return DeadFault(section.start, section.duration)
    if isinstance(section, Mute):
        return MuteFault(section.start, section.duration)
    values = section.values or draw_values(section.mode, section.axes, section.sensor, rng)
    return StuckFault(section.start, section.duration, section.mode, section.axes, section.noise, values)
