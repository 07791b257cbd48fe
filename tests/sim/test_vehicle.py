import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pus.failure import FailureCode
from pus.packets import Tc
from pus.samples import Samples, decode, encode
from sim.computer import FLY_WITHOUT, RESTART, SAFE_MODE, SENSOR_ARGUMENT
from sim.faults import DeadFault, MuteFault, StuckFault
from sim.pair import POWER_CYCLE, REINITIALISE, SELECT_UNIT
from sim.scenario import Scenario
from sim.sensors import Sensor
from sim.vehicle import COLUMNS, PERIOD_NS, PLATFORM_APID, SOURCE, Vehicle
from tests.sim.orders import ACC, IMU, SECOND, kinds, order, request, stuck


def test_samples_have_the_shape_and_times_of_the_source(scenario):
    vehicle = Vehicle(scenario(), session=9, start=3 * SECOND)
    first, second = vehicle.advance(4), vehicle.advance(3)
    assert (first.source, first.session, first.sequence, first.period) == (SOURCE, 9, 0, PERIOD_NS)
    assert first.values.shape == (4, len(COLUMNS))
    assert first.values.dtype == np.float64
    assert first.times.tolist() == [3 * SECOND + k * PERIOD_NS for k in range(4)]
    assert (second.sequence, int(second.times[0])) == (4, 3 * SECOND + 4 * PERIOD_NS)
    assert isinstance(decode(encode(first)), Samples)


def test_the_run_ends_after_its_duration(scenario):
    vehicle = Vehicle(scenario(duration_s=2.0))
    assert len(vehicle.advance(15)) == 15
    assert not vehicle.done
    assert len(vehicle.advance(15)) == 5
    assert vehicle.done
    assert len(vehicle.advance(15)) == 0


def test_the_seed_decides(scenario):
    def values(**fields: object) -> bytes:
        return Vehicle(scenario(**fields)).advance(200).values.tobytes()

    assert values() == values()
    assert values() != values(seed=6)
    assert Vehicle(scenario()).session == Vehicle(scenario()).session != Vehicle(scenario(seed=6)).session


FAULTS = (
    stuck(duration_s=3.0, axes="x", noise=True),
    stuck(unit="B", start_s=7.0, mode="inside"),
    {"kind": "dead", "sensor": "imu", "unit": "A", "start_s": 12.0, "duration_s": 2.0},
)


FLAPPING = stuck(sensor="imu", unit="B", start_s=9.0, on_s=0.7, off_s=1.1)
OUTAGES = ({"start_s": 3.0, "duration_s": 1.0}, {"start_s": 18.0})
HOLDS = ({"start_s": 6.0, "duration_s": 5.0}, {"start_s": 14.0, "duration_s": 2.0, "motion": "rotation"})
ORDERS = (
    lambda: request(SELECT_UNIT, 1),
    lambda: request(REINITIALISE, 0),
    lambda: order(SAFE_MODE),
    lambda: order(RESTART),
    lambda: order(FLY_WITHOUT, {SENSOR_ARGUMENT: 1}),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 199), st.sampled_from(ORDERS))
def test_any_chunking_gives_the_same_bytes(chunks, at, make_order):
    table = {"name": "x", "seed": 5, "duration_s": 20.0, "faults": (*FAULTS, FLAPPING)}
    table |= {"outages": OUTAGES, "holds": HOLDS}
    whole, pieces = (Vehicle(Scenario.model_validate(table)) for _ in range(2))

    def fly(vehicle: Vehicle, sizes: list[int]) -> bytes:
        octets = b""
        while not vehicle.done:
            n = sizes[len(octets) % len(sizes)]
            if vehicle.sequence <= at:
                if vehicle.sequence == at:
                    vehicle.command(make_order(), 0)
                n = min(n, at - vehicle.sequence) or n
            octets += vehicle.advance(n).values.tobytes()
        return octets

    assert fly(pieces, chunks) == fly(whole, [1000])


def test_the_demo_freezes_a_vehicle_that_moves(demo):
    values = Vehicle(demo).advance(1500).values
    frozen = values[700:, :3]
    assert (frozen == values[699, :3]).all()
    assert (np.diff(values[600:700, :3], axis=0) != 0.0).mean() > 0.9
    assert np.abs(values[600:690, 0]).max() > 0.02
    assert (np.diff(values[700:, 3:6], axis=0) != 0.0).mean() > 0.9
    assert not values[:, 6:9].any()
    assert (values[:, 9] == 3.0).all()


def test_the_loop_closes_in_process(demo):
    vehicle = Vehicle(demo)
    frozen = [vehicle.advance(1) for _ in range(730)][-1]
    answers = vehicle.command(request(SELECT_UNIT, 1), int(frozen.times[-1]))
    assert kinds(answers) == [(1, 1), (1, 3), (1, 7)]
    assert {tm.apid for tm in answers} == {ACC}
    after = vehicle.advance(100).values
    assert (after[:, 6] == 1.0).all()
    assert (after[:, 7] == 0.0).all()
    assert (np.diff(after[:, :3], axis=0) != 0.0).mean() > 0.9


def test_readings_are_missing_while_a_unit_boots(scenario):
    vehicle = Vehicle(scenario(boot_s=1.0))
    vehicle.advance(50)
    vehicle.command(request(POWER_CYCLE, 0, IMU), vehicle.time)
    values = vehicle.advance(20).values
    assert np.isnan(values[:10, 3:6]).all()
    assert np.isfinite(values[10:]).all()
    assert np.isfinite(values[:, :3]).all()


def test_a_flapping_fault_is_one_entry_of_the_truth(scenario):
    (truth,) = Vehicle(scenario(stuck(duration_s=9.0, on_s=1.0, off_s=2.0))).faults
    assert (truth.start, truth.end) == (5 * SECOND, 14 * SECOND)


def test_a_mute_unit_is_in_the_truth(scenario):
    vehicle = Vehicle(scenario({"kind": "mute", "sensor": "acc", "unit": "A", "start_s": 5.0}))
    assert isinstance(vehicle.faults[0].fault, MuteFault)
    vehicle.advance(60)
    assert vehicle.command(request(REINITIALISE, 0), vehicle.time) == []


def test_the_truth_tells_what_happened_in_which_unit(scenario):
    vehicle = Vehicle(scenario(*FAULTS), start=SECOND)
    first, second, third = vehicle.faults
    assert (first.sensor, first.unit, first.start, first.end) == (Sensor.ACC, "A", 6 * SECOND, 9 * SECOND)
    assert (second.unit, second.start, second.end) == ("B", 8 * SECOND, None)
    assert isinstance(second.fault, StuckFault)
    assert len(second.fault.values) == 3
    assert (third.sensor, third.start, third.end) == (Sensor.IMU, 13 * SECOND, 15 * SECOND)
    assert isinstance(third.fault, DeadFault)


def test_the_truth_learns_of_a_power_cycle(scenario):
    vehicle = Vehicle(scenario(stuck(cleared_by="power_cycle")))
    vehicle.advance(80)
    assert vehicle.faults[0].end is None
    vehicle.command(request(POWER_CYCLE, 0), vehicle.time)
    assert vehicle.faults[0].end == 8 * SECOND


def test_a_fault_that_outlasts_the_run_has_no_end(scenario):
    assert Vehicle(scenario(stuck(duration_s=15.0))).faults[0].end is None


def test_a_cleared_fault_may_come_back(scenario):
    again = (stuck(start_s=10.0), stuck(cleared_by="power_cycle"))
    vehicle = Vehicle(scenario(*again, boot_s=0.0))
    values = [vehicle.advance(80).values]
    vehicle.command(request(POWER_CYCLE, 0), vehicle.time)
    values = np.concatenate([*values, vehicle.advance(120).values])[:, 0]
    assert len(np.unique(values[50:80])) == 1
    assert len(np.unique(values[80:100])) > 3
    assert (values[100:] == values[99]).all()


def test_given_values_are_read(scenario):
    vehicle = Vehicle(scenario(stuck(mode="given", axes="y", values=[3.0])))
    assert vehicle.advance(60).values[-1, 1] == pytest.approx(3.0, abs=1e-5)


@pytest.mark.parametrize(
    ("octets", "apid", "expected", "code"),
    [
        (
            Tc(ACC, 8, 1, b"UNKNOWN".ljust(16, b"\0")).pack(),
            ACC,
            [(1, 1), (1, 4)],
            FailureCode.UNKNOWN_FUNCTION,
        ),
        (Tc(99, 17, 1).pack(), PLATFORM_APID, [(1, 10)], FailureCode.APID),
        (b"\x18", PLATFORM_APID, [(1, 2)], FailureCode.LENGTH),
        (b"", PLATFORM_APID, [(1, 2)], FailureCode.LENGTH),
        (Tc(99, 17, 1).pack()[:-1] + b"\0", PLATFORM_APID, [(1, 2)], FailureCode.CRC),
    ],
)
def test_what_cannot_be_routed_or_done_is_reported(octets, apid, expected, code, scenario):
    answers = Vehicle(scenario()).command(octets, 5)
    assert kinds(answers) == expected
    assert {tm.apid for tm in answers} == {apid}
    assert answers[-1].data[4:6] == code.to_bytes(2, "big")


@pytest.mark.parametrize("apid", [PLATFORM_APID, ACC, IMU])
def test_everybody_on_board_answers_are_you_alive(apid, scenario):
    answers = Vehicle(scenario()).command(Tc(apid, 17, 1).pack(), 5)
    assert (17, 2) in kinds(answers)
    assert {tm.apid for tm in answers} == {apid}


def test_a_vehicle_needs_no_socket():
    foreign = "{'zmq', 'torch', 'onnxruntime'} & sys.modules.keys()"
    code = f"import sys, sim.vehicle, sim.dataset; assert not {foreign}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_command_before_the_first_sample_holds_for_all(scenario):
    vehicle = Vehicle(scenario())
    vehicle.command(request(SELECT_UNIT, 1, IMU), 0)
    values = vehicle.advance(200).values
    assert (values[:, 7] == 1.0).all()
    assert not values[:, 6].any()
