"""What a passive ladder would have done with recorded telemetry, level by level."""

import pytest

from fdir_service.recording import Recorder
from fdir_service.replay import replay
from fdir_service.stream import Stream
from fdir_service.what_if import NOTICE, WhatIf, lines, make_passive
from pus import codec
from pus.packets import Tc, decode_tc
from pus.samples import Command
from sim import scenario
from sim.vehicle import Vehicle
from tests.fdir_service.builders import bench_with, flight, samples
from tests.fdir_service.lockstep import HOPPER, hopper

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
        "judged_s": action["time_s"] + 30.0, "outcome": "failed", "reason": "not nominal in time",
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
    assert any("level 4 safe-mode entered: computer is exhausted" in line for line in text)
    assert text[-2].startswith("6 request(s) would have been sent: 1 x reinitialise on acc, ")
    assert text[-1] == "highest level: 4; ends: 4 x exhausted, 1 x safe mode"


def test_what_is_under_way_at_the_end_has_no_judgement(recording):
    report = supposed(MISSION, recording("demo", 80.0))
    (level,) = report["levels"]
    assert (level["ended_s"], level["outcome"]) == (None, "under way at the end")
    assert level["actions"][0]["judged_s"] is None
    assert lines(report)[-3].strip() == "under way at the end"


def test_without_a_failure_no_level_is_entered(recording):
    report = supposed(MISSION, recording("nominal", 60.0))
    assert report["levels"] == []
    assert report["summary"] == {"requests": {}, "highest_level": None, "ended": {}}
    assert lines(report)[-1] == "No level would have been entered."


def test_a_failure_that_ends_by_itself_is_told(recording):
    """The vehicle coasts for a minute, and the learned index is 1 for as long."""
    report = supposed(MISSION, recording("false-index", 200.0))
    assert [e["outcome"] for e in report["levels"]] == ["exhausted", "recovered by itself"]
    assert [note["reason"] for note in report["levels"][1]["notes"]] == ["no classical check agrees"]
    assert lines(report)[-4].endswith("waits: no classical check agrees")


def test_a_failure_that_ends_in_the_time_of_an_action_is_put_down_to_it(bench):
    stream = Stream(bench)
    make_passive(stream)
    found = WhatIf(bench)
    found.take(stream.take([samples(0, flight(80, slice(20, 30)))]))
    (level,) = found.report()["levels"]
    assert (level["outcome"], level["actions"][0]["outcome"]) == ("recovered", "recovered")
    assert level["ended_s"] == level["actions"][0]["judged_s"]


def test_requests_that_belong_to_no_level_are_told_as_well(tmp_path):
    mission = bench_with(tmp_path, ("enabled = false", "enabled = true"))
    stream = Stream(mission)
    make_passive(stream)
    found = WhatIf(mission)
    found.take(stream.take([samples(0, [0.0, 0.0, 9.0], "slow")]))
    report = found.report()
    assert report["other_requests"] == [{"time_s": 0.2, "unit": "pair"}]
    assert "     0.200 s  request of no level to pair" in lines(report)


def test_a_failure_that_finds_a_level_exhausted_is_told(recording):
    """Every pair fails for good: the computer's level is entered by both."""
    report = supposed(MISSION, recording("everything", 440.0))
    reasons = {note["reason"] for level in report["levels"] for note in level["notes"]}
    assert report["summary"]["highest_level"] == 4
    assert reasons == {"exhausted"}
    assert any(line.endswith("entered again, with nothing left to try") for line in lines(report))
