"""What a passive ladder would have done with recorded telemetry, level by level."""

import shutil

import pytest

from fdir_service.ladder.commands import REARM_LEVEL
from fdir_service.mission import load
from fdir_service.recording import Recorder
from fdir_service.replay import replay
from fdir_service.stream import Stream
from fdir_service.what_if import NOTICE, WhatIf, lines, make_passive
from pus import codec
from pus.packets import Tc, decode_tc
from pus.samples import Command, Samples
from sim import scenario
from sim.vehicle import Vehicle
from tests.fdir_service.builders import bench_with, flight, samples
from tests.fdir_service.lockstep import HOPPER, hopper, rounds, vehicle
from tests.fdir_service.outcomes import tc

MISSION = hopper()


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Record the hopper, without anybody who acts, for some seconds; the ground asks for active mode."""
    path = tmp_path_factory.mktemp("recordings") / "flight.rec"

    def record(name, seconds):
        demo = scenario.load(HOPPER / "scenarios" / f"{name}.toml")
        vehicle = Vehicle(demo.model_copy(update={"duration_s": seconds}), session=1)
        path.unlink(missing_ok=True)
        with Recorder(path) as recorder:
            recorder.write(Command(0, active()))
            while not vehicle.done:
                recorder.write(vehicle.advance(100))
        return path

    return record


def active():
    """The ground's request to let the ladder act."""
    arguments = codec.u16(2) + codec.u16(1) + codec.u8(2) + codec.u16(2) + codec.u32(0)
    return Tc(66, 8, 1, codec.characters("LADDER_MODE") + arguments).pack()


def with_setting(folder, old, new):
    """Load the hopper with another setting of its ladder."""
    folder = folder / "hopper"
    shutil.copytree(HOPPER, folder, ignore=shutil.ignore_patterns("scenarios", "tests"))
    text = (folder / "mission.toml").read_text()
    assert text.count(old) == 1
    (folder / "mission.toml").write_text(text.replace(old, new))
    return load(folder)


def in_mode(folder, mode):
    return with_setting(folder, 'mode = "active"', f'mode = "{mode}"')


def supposed(mission, path):
    stream = Stream(mission)
    make_passive(stream)
    found, sent = WhatIf(mission), []
    for output in replay(stream, path):
        found.take(output)
        sent += output.requests
    assert sent == []
    return found.report()


@pytest.fixture(scope="module")
def demo(recording):
    return supposed(MISSION, recording("demo", 400.0))


def test_every_entered_level_tells_its_time_cause_and_end(demo):
    told = [(e["level"], e["name"], e["reason"], e["outcome"]) for e in demo["levels"]]
    assert told == [
        (0, "acc-internal", "", "exhausted"),
        (1, "acc-unit", "acc-internal is exhausted", "exhausted"),
        (2, "acc-navigation", "acc-unit is exhausted", "exhausted"),
        (3, "computer", "acc-navigation is exhausted", "exhausted"),
        (4, "safe-mode", "computer is exhausted", "safe mode"),
    ]
    assert all(e["causes"] == ["accelerometer"] for e in demo["levels"])
    times = [t for e in demo["levels"] for t in (e["entered_s"], e["ended_s"])]
    assert times == sorted(times)


def test_every_action_tells_its_time_request_and_judgement(demo):
    (action,) = demo["levels"][0]["actions"]
    assert decode_tc(bytes.fromhex(action.pop("packet"))).apid == 81
    assert action == {
        "time_s": demo["levels"][0]["entered_s"], "action": "reinitialise", "unit": "acc", "attempt": 1,
        "judged_s": action["time_s"] + 40.0, "outcome": "failed", "reason": "not nominal in time",
    }  # fmt: skip
    assert [a["action"] for a in demo["levels"][1]["actions"]] == ["power-cycle", "switch"]
    assert [a["outcome"] for a in demo["levels"][4]["actions"]] == ["done"]


def test_the_summary_counts_requests_and_names_the_highest_level(demo):
    assert demo["summary"] == {
        "requests": {
            "reinitialise on acc": 1, "power-cycle on acc": 1, "switch on acc": 1,
            "fly-without-acc on hopper": 1, "restart on platform": 1, "safe-mode on platform": 1,
        },
        "highest_level": 4,
        "ended": {"exhausted": 4, "safe mode": 1},
    }  # fmt: skip


def test_the_report_says_what_a_recording_cannot_show(demo):
    text = lines(demo)
    assert text[1] == demo["notice"] == NOTICE
    assert "without these actions" in NOTICE
    assert text[-2:] == ["highest level: 4", "ends of levels: 4 x exhausted, 1 x safe mode"]


def test_a_level_is_a_block_and_the_requests_are_counted(demo):
    blocks = "\n".join(lines(demo)).split("\n\n")
    assert blocks[1].splitlines() == [
        "level 0 acc-internal, 72.700 s to 112.700 s: exhausted",
        "    72.700 s  entered: accelerometer",
        "    72.700 s  reinitialise on acc would be sent",
        "   112.700 s  reinitialise judged failed (not nominal in time)",
    ]
    assert blocks[5].splitlines()[1].endswith("entered: computer is exhausted")
    assert blocks[6].splitlines()[:2] == [
        "requests of the ladder that would be sent: 6", "     1 x reinitialise on acc",
    ]  # fmt: skip
    assert len(blocks) == 7


def test_what_is_under_way_at_the_end_has_no_judgement(recording):
    report = supposed(MISSION, recording("demo", 80.0))
    (level,) = report["levels"]
    assert (level["ended_s"], level["outcome"]) == (None, "under way at the end")
    assert level["actions"][0]["judged_s"] is None
    assert lines(report)[3] == f"level 0 acc-internal, {level['entered_s']:.3f} s: under way at the end"


def test_without_a_failure_no_level_is_entered(recording):
    report = supposed(MISSION, recording("nominal", 60.0))
    assert report["levels"] == []
    assert report["summary"] == {"requests": {}, "highest_level": None, "ended": {}}
    assert lines(report)[-1] == "No level would have been entered."


def test_a_failure_that_ends_by_itself_is_told(recording, tmp_path):
    """The vehicle coasts for a minute, and the learned index is 1 for longer than two attempts."""
    mission = with_setting(tmp_path, "confirm_s = 40.0", "confirm_s = 28.5")
    report = supposed(mission, recording("false-index", 200.0))
    assert [e["outcome"] for e in report["levels"]] == ["exhausted", "recovered by itself"]
    assert [note["reason"] for note in report["levels"][1]["notes"]] == ["no classical check agrees"]
    assert any(line.endswith("  waits: no classical check agrees") for line in lines(report))


def test_a_failure_that_ends_in_the_time_of_an_action_is_put_down_to_it(bench):
    stream = Stream(bench)
    make_passive(stream)
    found = WhatIf(bench)
    found.take(stream.take([samples(0, flight(80, slice(20, 30)))]))
    (level,) = found.report()["levels"]
    assert (level["outcome"], level["actions"][0]["outcome"]) == ("recovered", "recovered")
    assert level["ended_s"] == level["actions"][0]["judged_s"]


def test_attempts_that_the_ground_gives_back_are_no_part_of_the_report(bench):
    stream = Stream(bench)
    make_passive(stream)
    found, rearm = WhatIf(bench), tc(8, 1, REARM_LEVEL.encode({1: 1.0}))
    found.take(stream.take([rearm, samples(0, flight(26, slice(20, 26)))]))
    before = found.report()
    found.take(stream.take([rearm]))
    assert found.report() == before
    assert [level["outcome"] for level in before["levels"]] == ["under way at the end"]


def test_requests_that_belong_to_no_level_are_told_as_well(tmp_path):
    mission = bench_with(tmp_path, ("enabled = false", "enabled = true"))
    stream = Stream(mission)
    make_passive(stream)
    found = WhatIf(mission)
    found.take(stream.take([samples(0, [0.0, 0.0, 9.0], "slow")]))
    report = found.report()
    assert report["other_requests"] == [{"time_s": 0.2, "unit": "pair"}]
    assert lines(report)[3:5] == ["requests of no level", "     0.200 s  one to pair would be sent"]


def test_an_attempt_that_is_not_the_first_one_is_numbered(tmp_path):
    mission = bench_with(
        tmp_path, ('arguments = { 1 = "redundant" } }', 'arguments = { 1 = "redundant" }, attempts = 2 }')
    )
    stream = Stream(mission)
    make_passive(stream)
    found = WhatIf(mission)
    found.take(stream.take([samples(0, flight(100, slice(20, 100)))]))
    names = [(a["action"], a["attempt"], a["reason"]) for a in found.report()["levels"][0]["actions"]]
    assert names == [("switch", 1, "not nominal in time"), ("switch", 2, "not nominal in time")]
    assert any(line.endswith("switch (2) on pair would be sent") for line in lines(found.report()))


@pytest.mark.parametrize("mode", ["active", "passive", "inhibited"])
def test_the_mode_of_the_mission_changes_nothing(tmp_path, recording, mode):
    assert supposed(in_mode(tmp_path, mode), recording("demo", 150.0)) == supposed(
        MISSION, recording("demo", 150.0)
    )


def test_a_passive_vehicle_keeps_the_record_that_the_report_is_made_of(tmp_path, recording):
    """Its steps, collected as it flies, tell the same story as a replay of what an active one recorded."""
    mission = in_mode(tmp_path, "passive")
    flown, found = Stream(mission), WhatIf(mission)
    for messages, output in rounds(flown, vehicle("demo"), 100):
        assert [type(message) for message in messages] == [Samples]
        assert output.requests == []
        found.take(output)
    report = found.report()
    assert [(e["name"], e["outcome"]) for e in report["levels"]] == [
        ("acc-internal", "exhausted"), ("acc-unit", "under way at the end"),
    ]  # fmt: skip
    assert report == supposed(mission, recording("demo", 150.0))


def test_a_failure_that_finds_a_level_exhausted_is_told(recording, tmp_path):
    """Every pair fails for good: the computer's level is entered by both."""
    mission = with_setting(tmp_path, "confirm_s = 40.0", "confirm_s = 28.5")
    report = supposed(mission, recording("everything", 440.0))
    reasons = {note["reason"] for level in report["levels"] for note in level["notes"]}
    assert report["summary"]["highest_level"] == 4
    assert "exhausted" in reasons
    assert any(line.endswith("entered again, with nothing left to try") for line in lines(report))
