"""The CubeSat's ADCS in lock-step: magnetometers fail, and what is on board switches to the other one."""

import json

import pytest

from fdir_service.adcs_flights import table
from fdir_service.demo import read_truth
from fdir_service.ground.commands import make
from fdir_service.mission import load
from fdir_service.stream import Stream
from fdir_service.verdict import Judge
from pus.chain import Instant
from pus.samples import Samples
from sim import launch
from sim.adcs.sensors import NAMES
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


def events(name):
    """Return the times (s) of the events of a scenario by name."""
    stream, found = Stream(MISSION), {}
    flown = launch.launch(launch.load(scenario_file(name)), session=1)
    for _, output in rounds(stream, flown, 6):
        for entry in output.timeline:
            for event in entry.events if isinstance(entry, Instant) else ():
                found.setdefault(event.definition.name, []).append(event.time / 1e9)
    return found


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


def test_the_vote_is_sooner_than_the_classical_checks_alone():
    told = events("zero")
    assert told["magnetometer-voted-out"] == [1810.0]
    assert told["magnetometer-failed"] == [1820.0]
    assert len(told["recovered"]) == 1


def test_a_frozen_reading_looks_like_any_other_to_the_portrait_and_the_classical_check_finds_it():
    told = events("frozen")
    assert "magnetometer-voted-out" not in told
    assert len(told["magnetometer-failed"]) == 1


def test_a_zero_magnetometer_that_is_not_in_use_is_reported_and_nothing_is_done():
    verdict, last = fly("spare")
    assert verdict.good
    assert verdict.highest_level == -1
    assert last["mag.unit"] == A
    assert {"field-out-of-range", "samples-of-no-regime"} == set(events("spare"))


def test_the_regime_is_in_the_housekeeping():
    structure = MISSION.housekeeping[1]
    names = [MISSION.parameters.by_id[k].name for k in structure.parameters]
    assert names == ["clop.score", "regime", "regime.membership"]


def test_the_detector_reads_the_magnetometer_in_use_and_was_trained_on_flights_that_can_be_flown_again():
    (detector,) = MISSION.detectors
    read = [MISSION.parameters.by_id[k].name for k in detector.inputs]
    assert read == ["mag.x", "mag.y", "mag.z", *NAMES[3:]]
    assert detector.card.data == {"flights 1000 to 1011": table(1).digest}


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
