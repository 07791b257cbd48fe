"""What a telecommand to the on-board computer does to the samples of the vehicle."""

import numpy as np

from sim.computer import FLY_WITHOUT, NOMINAL_MODE, RESTART, SAFE_MODE, SENSOR_ARGUMENT
from sim.pair import SELECT_UNIT
from sim.sensors import Sensor, model_of
from sim.vehicle import Vehicle
from tests.sim.orders import SECOND, kinds, order, request, stuck


def test_telemetry_tells_which_sensors_navigation_uses(scenario):
    vehicle = Vehicle(scenario())
    seen = []
    for command in (
        order(FLY_WITHOUT, {SENSOR_ARGUMENT: 0}),
        order(FLY_WITHOUT, {SENSOR_ARGUMENT: 1}),
        order(RESTART),
    ):
        seen.append(vehicle.advance(1).values[0, 9])
        assert kinds(vehicle.command(command, vehicle.time)) == [(1, 1), (1, 3), (1, 7)]
    assert [*seen, vehicle.advance(1).values[0, 9]] == [3.0, 2.0, 0.0, 3.0]


def test_a_restart_power_cycles_the_selected_units(scenario):
    sick = (stuck(unit="B", cleared_by="power_cycle"), stuck(sensor="imu", cleared_by="power_cycle"))
    vehicle = Vehicle(scenario(*sick, boot_s=1.0))
    vehicle.command(request(SELECT_UNIT, 1), 0)
    vehicle.advance(80)
    vehicle.command(order(RESTART), vehicle.time)
    assert [truth.end for truth in vehicle.faults] == [8 * SECOND] * 2
    values = vehicle.advance(20).values
    assert np.isnan(values[:10, :6]).all()
    assert np.isfinite(values[10:]).all()
    assert (values[:, 6] == 1.0).all()


def test_in_safe_mode_the_vehicle_comes_to_rest_and_what_was_before_stays_as_it_was(demo):
    safe, whole = Vehicle(demo), Vehicle(demo).advance(1500).values
    before = safe.advance(600).values
    assert before.tobytes() == whole[:600].tobytes()
    assert kinds(safe.command(order(SAFE_MODE), safe.time)) == [(1, 1), (1, 3), (1, 7)]
    values = safe.advance(900).values
    assert (values[:, 8] == 1.0).all()
    still = values[50:100, 3:6]
    assert still.std(axis=0).max() < 1.3 * model_of(Sensor.IMU, demo.setting).white
    assert np.abs(values[:50, 0] - whole[600:650, 0]).max() > 0.02


def test_the_ground_may_let_the_vehicle_go_on_as_planned(scenario):
    vehicle, whole = Vehicle(scenario()), Vehicle(scenario()).advance(200).values
    vehicle.advance(50)
    vehicle.command(order(SAFE_MODE), vehicle.time)
    vehicle.advance(50)
    vehicle.command(order(NOMINAL_MODE), vehicle.time)
    values = vehicle.advance(100).values
    assert (values[:, 8] == 0.0).all()
    assert (values[:10, :3] != whole[100:110, :3]).any()
    assert values[50:].tobytes() == whole[150:].tobytes()
