"""The imager in lock-step: payload faults are recovered, clouds are observed."""

import json

import numpy as np
import pytest

from fdir_service.demo import read_truth
from fdir_service.ladder.state import Outcome, Step
from fdir_service.mission import load
from fdir_service.stream import Stream
from fdir_service.verdict import Judge
from pus.chain import Instant
from sim import launch
from sim.imager.vehicle import PERIOD_NS, SOURCE
from tests.fdir_service.lockstep import HOPPER, rounds
from tests.fdir_service.test_end_to_end import run_demo

FOLDER = HOPPER.parent / "imager"
MISSION = load(FOLDER)
CLOUD = 1100


def scenario_file(name):
    return FOLDER / "scenarios" / f"{name}.toml"


def fly(name, chunk=3, images=None):
    """Return the verdict of a scenario, its vehicle, and the timeline."""
    stream, judge = Stream(MISSION), Judge(MISSION)
    chosen = launch.load(scenario_file(name))
    if images is not None:
        chosen = chosen.model_copy(update={"duration_s": images * 10.0})
    flown = launch.launch(chosen, session=1)
    truth = read_truth(MISSION, scenario_file(name))
    timeline = []
    for _, output in rounds(stream, flown, chunk):
        judge.take(output)
        timeline += output.timeline
    assert stream.accounts[SOURCE].balances
    return judge.verdict(truth.faults, truth.expected), flown, timeline


def events(timeline):
    return [(e.time, e.definition.id) for k in timeline if isinstance(k, Instant) for e in k.events]


def sent(timeline):
    return [k for k in timeline if isinstance(k, Step) and k.outcome is Outcome.SENT]


def test_the_mission_knows_the_images_of_the_simulator():
    (source,) = MISSION.file.source
    flown = launch.launch(launch.load(scenario_file("nominal")))
    image = flown.advance(1).values
    assert (source.name, round(source.period_s * 1e9)) == (SOURCE, PERIOD_NS)
    assert (source.sample_shape, source.wire_dtype) == (image.shape[1:], image.dtype.str)


@pytest.mark.parametrize(
    ("name", "event"),
    [("dropped-lines", 1002), ("saturation", 1003), ("repeated", 1006)],
)
def test_what_another_image_heals_needs_no_power_cycle(name, event):
    verdict, flown, timeline = fly(name)
    assert verdict.good
    (outcome,) = verdict.outcomes
    assert outcome.good
    assert outcome.detection_s <= 20.0
    assert verdict.false_reports == ()
    assert event in {number for _, number in events(timeline)}
    assert flown.outages.announced == flown.samples


@pytest.mark.parametrize(("name", "event"), [("dead-columns", 1001), ("noise", 1004)])
@pytest.mark.parametrize("chunk", [1, 4])
def test_what_another_image_does_not_heal_is_power_cycled(name, event, chunk):
    verdict, _, timeline = fly(name, chunk)
    assert verdict.good
    (outcome,) = verdict.outcomes
    assert outcome.good
    assert verdict.false_reports == ()
    assert event in {number for _, number in events(timeline)}


def test_what_nothing_heals_is_reported_to_the_ground():
    verdict, _, timeline = fly("defocus")
    assert verdict.good
    assert 1012 in {number for _, number in events(timeline)}
    assert verdict.outcomes[0].recovery_s is None


def test_faults_that_pass_by_are_each_seen_and_recovered():
    verdict, _, timeline = fly("payload-faults")
    assert [outcome.detection_s is not None for outcome in verdict.outcomes] == [True] * 6
    assert verdict.false_reports == ()
    assert {1001, 1002, 1003, 1004, 1005, 1006} <= {number for _, number in events(timeline)}


def test_clouds_are_observed_and_nothing_is_recovered():
    verdict, flown, timeline = fly("nominal", images=240)
    seen = [time for time, event in events(timeline) if event == CLOUD]
    assert verdict.highest_level == -1
    assert verdict.false_reports == ()
    assert {event for _, event in events(timeline)} == {CLOUD}
    assert not [step for step in sent(timeline) if step.level]
    assert flown.discarded == len(seen) > 20
    assert all(flown.scene(time // PERIOD_NS).cloudy for time in seen)


@pytest.mark.parametrize("name", ["defocus", "noise"])
def test_a_sick_imager_sees_no_cloud(name):
    _, flown, timeline = fly(name)
    (truth,) = flown.faults
    end = np.inf if truth.end is None else truth.end
    assert not [t for t, event in events(timeline) if event == CLOUD and truth.start <= t < end]


def test_over_sockets_a_saturated_imager_takes_another_image():
    words = ("imager", "--scenario", "imager/saturation", "--speed", 120, "--json")
    ended = run_demo(*words)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout)
    assert (result["blamed"], result["highest_level"], result["false_reports"]) == (["imager"], 0, [])
