from pathlib import Path

import numpy as np
import pytest

from pus import st01
from pus.packets import Tc
from sim.imager import scenario
from sim.imager.vehicle import DISCARD_FRAME, IMAGER_APID, POWER_CYCLE, RE_IMAGE, ImagerVehicle
from sim.launch import launch, load
from sim.scenario_file import ScenarioError

PATH = Path("imager.toml")


def made(**keys):
    table = {"vehicle": "imager", "name": "test", "seed": 3, "size": 32, "duration_s": 200.0, **keys}
    return scenario.make(table, PATH)


def flown(*faults, **keys):
    return ImagerVehicle(made(faults=faults, **keys), session=1)


def order(vehicle, function, apid=IMAGER_APID):
    return vehicle.command(Tc(apid, 8, 1, function.encode({})).pack(), vehicle.time)


def fault(kind, severity=None, start_s=50.0, **keys):
    given = {} if severity is None else {"severity": severity}
    return {"kind": kind, "start_s": start_s, **given, **keys}


@pytest.mark.parametrize("chunk", [1, 3, 20])
def test_images_are_the_same_in_any_chunks(chunk):
    faults = [fault("repeated", start_s=50.0, duration_s=30.0), fault("noise", 8.0, start_s=120.0)]
    whole, parts = flown(*faults), flown(*faults)
    images = whole.advance(20).values
    taken = []
    while not parts.done:
        taken.append(parts.advance(chunk).values)
    assert images.shape == (20, 32, 32, 3)
    np.testing.assert_array_equal(np.concatenate(taken), images)


def test_a_repeated_image_is_the_one_before_the_fault():
    images = flown(fault("repeated", duration_s=30.0)).advance(20).values
    assert (images[5:8] == images[4]).all()
    assert (images[8] != images[4]).any()


def test_another_image_shows_the_same_scene_and_starts_the_read_out_anew():
    vehicle = flown(fault("dropped_lines", 0.1, cleared_by="reinitialise"))
    before = vehicle.advance(7).values
    answers = order(vehicle, RE_IMAGE)
    after = vehicle.advance(1).values[0]
    assert [tm.subtype for tm in answers] == [1, 3, 7]
    assert (before[6] == 0).all(axis=(1, 2)).any()
    assert not (after == 0).all(axis=(1, 2)).any()
    lines = ~(before[6] == 0).all(axis=(1, 2))
    assert np.abs(after[lines].astype(float) - before[6][lines]).mean() < 1.0
    assert vehicle.faults[0].end == 70_000_000_000


def test_a_power_cycle_costs_images_and_clears_what_another_image_does_not():
    vehicle = flown(fault("dead_columns", 0.05, cleared_by="power_cycle"))
    vehicle.advance(7)
    order(vehicle, RE_IMAGE)
    assert (vehicle.advance(1).values == 0).all(axis=(0, 1, 3)).any()
    order(vehicle, POWER_CYCLE)
    assert vehicle.is_out
    assert len(vehicle.advance(5)) == 0
    images = vehicle.advance(20)
    assert images.sequence == 11
    assert not (images.values == 0).all(axis=(1, 3)).any()


def test_without_a_boot_time_no_image_is_lost():
    vehicle = flown(boot_s=0.0)
    order(vehicle, POWER_CYCLE)
    order(vehicle, RE_IMAGE)
    assert len(vehicle.advance(20)) == 20


def test_discarded_images_are_counted():
    vehicle = flown()
    vehicle.advance(1)
    order(vehicle, DISCARD_FRAME)
    order(vehicle, DISCARD_FRAME)
    assert vehicle.discarded == 2


def test_a_request_for_another_process_is_not_routed():
    (answer,) = order(flown(), RE_IMAGE, apid=7)
    assert answer.subtype == st01.NOT_ROUTED


def test_a_fault_beyond_the_run_has_no_end():
    vehicle = flown(fault("noise", 8.0, duration_s=1000.0))
    assert [truth.end for truth in vehicle.faults] == [None]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ([fault("noise")], "severity"),
        ([fault("repeated", 1.0)], "there is none"),
        ([fault("saturation", 1.5)], "at most 1.0"),
        ([fault("noise", 8.0, start_s=500.0)], "not within the run"),
        ([fault("noise", 8.0), fault("noise", 4.0, start_s=90.0)], "not over by then"),
    ],
)
def test_problems_of_a_scenario_are_told(wrong, reason):
    with pytest.raises(ScenarioError, match=reason):
        made(faults=wrong)


def test_a_scenario_file_says_that_it_is_the_imagers(tmp_path):
    path = tmp_path / "imager.toml"
    path.write_text('vehicle = "imager"\nname = "x"\nseed = 1\nduration_s = 20.0\n')
    assert launch(load(path)).advance(5).values.shape == (2, 64, 64, 3)
