"""Outages and holds of a scenario in the samples of the vehicle."""

import pytest

from sim.vehicle import PERIOD_NS, Vehicle


def test_the_lost_samples_of_an_outage_are_flown_and_counted(scenario):
    vehicle = Vehicle(scenario(outages=[{"start_s": 3.0, "duration_s": 2.0}]))
    whole = Vehicle(scenario()).advance(200).values
    before = vehicle.advance(100)
    assert (len(before), vehicle.sequence, vehicle.is_out) == (30, 30, True)
    assert len(vehicle.advance(15)) == 0
    assert (vehicle.sequence, vehicle.is_out) == (45, True)
    assert len(vehicle.advance(100)) == 0
    after = vehicle.advance(200)
    assert (after.sequence, int(after.times[0])) == (50, 50 * PERIOD_NS)
    assert before.values.tobytes() == whole[:30].tobytes()
    assert after.values.tobytes() == whole[50:].tobytes()
    assert vehicle.done
    assert not vehicle.is_dead


def test_a_source_that_dies_stays_dead(scenario):
    vehicle = Vehicle(scenario(outages=[{"start_s": 3.0}]))
    assert len(vehicle.advance(200)) == 30
    assert vehicle.is_dead
    assert len(vehicle.advance(200)) == 0
    assert (vehicle.done, vehicle.is_dead, vehicle.is_out) == (True, True, False)


@pytest.mark.parametrize(
    ("motion", "still"), [("all", range(6)), ("translation", range(3)), ("rotation", range(3, 6))]
)
def test_a_hold_stills_the_sensors_of_its_motion(motion, still, scenario):
    fields = {"duration_s": 40.0, "setting": "N"}
    whole = Vehicle(scenario(**fields)).advance(400).values
    hold = {"start_s": 12.0, "duration_s": 20.0, "motion": motion}
    values = Vehicle(scenario(holds=[hold], **fields)).advance(400).values
    changed = [k for k in range(6) if values[170:310, k].std() < 0.5 * whole[170:310, k].std()]
    assert changed == list(still)
    assert values[:120].tobytes() == whole[:120].tobytes()
    assert values[360:].tobytes() == whole[360:].tobytes()
