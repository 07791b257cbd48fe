"""The CubeSat's ADCS in lock-step: magnetometers fail, and what is on board switches to the other one."""

import json

import pytest

from fdir_service.demo import read_truth
from fdir_service.ground.commands import make
from fdir_service.mission import load
from fdir_service.stream import Stream
from fdir_service.verdict import Judge
from pus.samples import Samples
from sim import launch
from sim.adcs.vehicle import COLUMNS, PERIOD_NS, SOURCE
from tests.fdir_service.lockstep import HOPPER, rounds
from tests.fdir_service.test_end_to_end import run_demo

FOLDER = HOPPER.parent / "cubesat-adcs"
MISSION = load(FOLDER)
A, B = 0.0, 1.0


def scenario_file(name):
    return FOLDER / "scenarios" / f"{name}.toml"


def fly(name, chunk=6):
    """Return the verdict of a scenario, and the unit in use and its reading along x in the last sample."""
    stream, judge = Stream(MISSION), Judge(MISSION)
    flown = launch.launch(launch.load(scenario_file(name)), session=1)
    truth = read_truth(MISSION, scenario_file(name))
    for messages, output in rounds(stream, flown, chunk):
        judge.take(output)
        for message in messages:
            if isinstance(message, Samples):
                last = dict(zip(COLUMNS, message.values[-1], strict=True))
    assert stream.accounts[SOURCE].balances
    return judge.verdict(truth.faults, truth.expected), last


def test_the_mission_knows_the_samples_of_the_simulator():
    (source,) = MISSION.file.source
    assert (source.name, round(source.period_s * 1e9)) == (SOURCE, PERIOD_NS)
    assert tuple(parameter.name for parameter in source.parameters) == COLUMNS


@pytest.mark.parametrize("chunk", [1, 6])
@pytest.mark.parametrize("name", ["zero", "frozen"])
def test_a_magnetometer_that_fails_for_good_is_replaced(name, chunk):
    verdict, last = fly(name, chunk)
    assert verdict.good
    (outcome,) = verdict.outcomes
    assert outcome.good
    assert 0 < outcome.detection_s <= 120.0
    assert last["mag.unit"] == B
    assert last["mag.x"] == last["mag2.x"] < -12.0
    assert verdict.false_reports == ()


def test_a_magnetometer_that_a_power_cycle_heals_stays_in_use():
    verdict, last = fly("power-cycle")
    assert verdict.good
    assert last["mag.unit"] == A
    assert last["mag.x"] == last["mag1.x"] < -12.0


def test_two_days_without_a_fault_are_quiet():
    verdict, last = fly("nominal", chunk=64)
    assert verdict.good
    assert verdict.false_reports == ()
    assert last["mag.unit"] == A


def test_the_ground_can_inject_a_fault():
    packet = make(MISSION, "st08.perform", ["INJECT_FAULT", "1=0", "2=1"], 90)
    flown = launch.launch(launch.load(scenario_file("nominal")), session=1)
    flown.advance(10)
    answers = flown.command(packet.pack(), flown.time)
    assert [(tm.service, tm.subtype) for tm in answers] == [(1, 1), (1, 3), (1, 7)]


def test_over_sockets_a_zero_magnetometer_is_replaced_too():
    words = ("cubesat-adcs", "--scenario", "cubesat-adcs/zero", "--speed", 600, "--json")
    ended = run_demo(*words)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout)
    assert (result["blamed"], result["highest_level"], result["false_reports"]) == (["mag"], 1, [])
