import subprocess
import sys

import numpy as np
import pytest

from pus.failure import FailureCode
from pus.packets import Tc
from sim.adcs.scenario import AdcsScenario
from sim.adcs.sensors import MAG1, MAG2, NAMES
from sim.adcs.vehicle import (
    COLUMNS,
    INJECT_FAULT,
    KIND_ARGUMENT,
    MAGNETOMETERS_APID,
    PERIOD_NS,
    PLATFORM_APID,
    SOURCE,
    UNIT_ARGUMENT,
    AdcsVehicle,
)
from sim.pair import POWER_CYCLE, SELECT_UNIT

A, B = 0, 1
IN_USE = slice(-4, -1)
UNIT = -1


def vehicle(*faults, **fields):
    table = {"vehicle": "cubesat-adcs", "name": "test", "seed": 5, "duration_s": 2000.0, "faults": faults}
    return AdcsVehicle(AdcsScenario.model_validate(table | fields))


def zero(**fields):
    return {"kind": "zero", "unit": "A", "start_s": 500.0} | fields


def ask(flown, function, unit):
    packet = Tc(MAGNETOMETERS_APID, 8, 1, function.encode({UNIT_ARGUMENT: unit}))
    return kinds(flown.command(packet.pack(), flown.time))


def inject(flown, unit, kind):
    arguments = {UNIT_ARGUMENT: unit, KIND_ARGUMENT: kind}
    return flown.command(Tc(PLATFORM_APID, 8, 1, INJECT_FAULT.encode(arguments)).pack(), flown.time)


def kinds(answers):
    return [(tm.service, tm.subtype) for tm in answers]


DONE = [(1, 1), (1, 3), (1, 7)]


def test_samples_are_the_27_parameters_and_the_magnetometer_in_use():
    samples = vehicle().advance(50)
    assert (samples.source, samples.period, samples.values.shape) == (SOURCE, PERIOD_NS, (50, 31))
    assert COLUMNS[:27] == NAMES
    assert (samples.values[:, IN_USE] == samples.values[:, MAG1]).all()
    assert not samples.values[:, UNIT].any()
    assert np.isfinite(samples.values).all()


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_any_chunks_give_the_same_samples(chunk):
    whole, flown = vehicle(zero()).advance(200).values, vehicle(zero())
    parts = []
    while not flown.done:
        parts.append(flown.advance(chunk).values)
    assert (np.concatenate(parts) == whole).all()


def test_minus_x_of_a_sound_magnetometer_is_along_the_field_all_around_the_orbit():
    x = vehicle(duration_s=86_400.0).advance(8640).values[:, [MAG1.start, MAG2.start]]
    assert -58.0 < x.min() < x.max() < -12.0


def test_temperatures_start_as_if_the_satellite_had_flown_before():
    temperature = vehicle(duration_s=40_000.0).advance(4000).values[:, 21:27].mean(axis=1)
    first, later = temperature[:570], temperature[570:]
    assert later.min() - 3.0 < first.min() < first.max() < later.max() + 3.0


def test_a_zero_magnetometer_reads_zero_and_the_other_one_as_before():
    sound, faulty = vehicle().advance(200).values, vehicle(zero()).advance(200).values
    assert not faulty[50:, MAG1].any()
    assert not faulty[50:, IN_USE].any()
    assert (faulty[:50] == sound[:50]).all()
    assert (faulty[:, MAG2] == sound[:, MAG2]).all()


def test_a_frozen_magnetometer_keeps_its_last_reading():
    values = vehicle(zero(kind="frozen", duration_s=300.0)).advance(200).values[:, MAG1]
    assert (values[50:80] == values[49]).all()
    assert (values[80:] != values[49]).any(axis=1).all()


def test_the_other_magnetometer_can_be_selected():
    flown = vehicle(zero())
    flown.advance(60)
    assert ask(flown, SELECT_UNIT, B) == DONE
    values = flown.advance(60).values
    assert (values[:, UNIT] == 1.0).all()
    assert (values[:, IN_USE] == values[:, MAG2]).all()


def test_a_power_cycle_clears_what_it_can_after_the_boot():
    flown = vehicle(zero(cleared_by="power_cycle"))
    flown.advance(60)
    assert ask(flown, POWER_CYCLE, A) == DONE
    values = flown.advance(60).values[:, MAG1]
    assert np.isnan(values[:3]).all()
    assert (values[3:, 0] < -12.0).all()
    (truth,) = flown.faults
    assert (truth.start, truth.end) == (50 * PERIOD_NS, 60 * PERIOD_NS)


def test_a_telecommand_injects_a_fault_and_a_power_cycle_clears_it():
    flown = vehicle()
    flown.advance(10)
    assert kinds(inject(flown, B, 0)) == DONE
    assert not flown.advance(5).values[:, MAG2].any()
    assert ask(flown, POWER_CYCLE, B) == DONE
    assert flown.advance(20).values[5:, MAG2].all()
    (truth,) = flown.faults
    assert (truth.sensor.value, truth.unit, truth.start) == ("mag", "B", 10 * PERIOD_NS)


@pytest.mark.parametrize(("unit", "kind", "argument"), [(2, 0, UNIT_ARGUMENT), (0, 4, KIND_ARGUMENT)])
def test_a_fault_that_does_not_exist_is_refused(unit, kind, argument):
    *_, failed = inject(vehicle(), unit, kind)
    assert (failed.service, failed.subtype) == (1, 8)
    assert failed.data[4:6] == FailureCode.BAD_ARGUMENT.to_bytes(2, "big")
    assert failed.data[-1] == argument


@pytest.mark.parametrize("apid", [PLATFORM_APID, MAGNETOMETERS_APID])
def test_everybody_on_board_answers_are_you_alive(apid):
    flown = vehicle()
    assert (17, 2) in kinds(flown.command(Tc(apid, 17, 1).pack(), 0))


def test_a_packet_for_nobody_on_board_is_not_routed():
    assert kinds(vehicle().command(Tc(80, 17, 1).pack(), 0)) == [(1, 10)]


def test_the_samples_of_an_outage_are_lost():
    flown = vehicle(outages=[{"start_s": 100.0, "duration_s": 50.0}])
    assert [len(flown.advance(100)) for _ in range(3)] == [10, 0, 100]


def test_a_vehicle_needs_no_socket():
    foreign = "{'zmq', 'torch', 'onnxruntime', 'sklearn'} & sys.modules.keys()"
    code = f"import sys, sim.launch, sim.adcs.dataset; assert not {foreign}"
    subprocess.run([sys.executable, "-c", code], check=True)
