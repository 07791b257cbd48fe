"""Missions are loaded whole: the shipped ones are sound, names become numbers, files are named."""

from pathlib import Path

import pytest

from fdir_service.ladder.commands import RECOVER
from fdir_service.mission import MissionError, load
from fdir_service.mission.compiled import OutputSetup
from fdir_service.mission.load import find
from fdir_service.mission.schema import json_schema
from models.metadata import digest
from pus.packets import decode_tc
from pus.parameters import OWN, ValueType
from pus.st05 import Severity
from pus.st12.definitions import Delta, ExpectedValue, Limit
from tests.fdir_service.builders import bench_with, load_text, write_mission
from tests.fdir_service.mission.texts import MINIMAL, SEQUENCE

CONFIGS = Path(__file__).parents[3] / "configs"


# --- sound missions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hopper", "atmonsat"])
def test_a_shipped_mission_can_be_loaded_by_name_folder_and_file(name):
    folder = CONFIGS / name
    missions = [load(name), load(folder), load(folder / "mission.toml")]
    assert {m.name for m in missions} == {name}
    assert len({m.digest for m in missions}) == 1
    assert all(detector.path.is_file() for detector in missions[0].detectors)


def test_names_become_numbers(bench):
    assert (bench.name, bench.apid) == ("bench", 66)
    assert isinstance(bench.pmons[1].check, ExpectedValue)
    assert (bench.pmons[1].parameter, bench.pmons[1].check.mask) == (21, 0xFF)
    assert (bench.pmons[1].validity.parameter, bench.pmons[1].validity.mask) == (6, 0xFF)
    assert bench.pmons[2].check == Limit(-10.0, 10.0, 1003, 1003)
    assert bench.fmons[1].pmons == (1,)
    assert bench.events[1001].severity is Severity.HIGH
    assert bench.units[81].parameters == (1, 2)
    assert bench.units[81].selected == 3
    assert bench.housekeeping[0].parameters == (1, 21, 6)
    assert bench.source("slow").period_s is None


def test_parameters_belong_to_the_source_of_what_they_are_made_of(bench):
    source = {parameter.name: parameter.source for parameter in bench.parameters.parameters}
    assert source["z.step"] == "slow"
    assert source["x.frozen"] == source["x.frozen.score"] == source["guard"] == "s"
    assert source["received"] == OWN


def test_an_event_action_is_a_request_to_its_unit(bench):
    action, _ = bench.actions
    tc = decode_tc(action.request)
    assert (action.apid, action.event) == (66, 1004)
    assert (tc.apid, tc.service, tc.subtype) == (81, 8, 1)
    assert tc.data == b"SELECT_UNIT".ljust(16, b"\0") + bytes((0, 1, 0, 1, 1))


def test_a_level_is_entered_by_an_event_action_that_asks_our_own_process(bench):
    _, entry = bench.actions
    assert (entry.apid, entry.event) == (66, 1001)
    tc = decode_tc(entry.request)
    assert (tc.apid, tc.service, tc.subtype, tc.data) == (66, 8, 1, RECOVER.encode({1: 1}))


def test_thresholds_of_the_mission_replace_those_of_the_card(tmp_path, bench):
    (output,) = bench.detectors[0].outputs
    assert (output.on, output.off, output.column) == (0.75, 0.25, 0)
    mission = bench_with(tmp_path, ("score_id = 22 }", "score_id = 22, on = 0.9, off = 0.1 }"))
    assert (mission.detectors[0].outputs[0].on, mission.detectors[0].outputs[0].off) == (0.9, 0.1)


def test_an_output_without_an_index_is_a_plain_score_under_its_own_name(tmp_path):
    plain = '22 }, { output = "y", name = "portrait", score_id = 23 }]'
    mission = bench_with(tmp_path, ("22 }]", plain))
    (detector,) = mission.detectors
    assert detector.outputs[1] == OutputSetup("portrait", 1, 23, None, None, None)
    assert (detector.outputs[1].parameters, detector.indices) == ((23,), (21,))
    assert mission.parameters.by_name["portrait"].type is ValueType.F32
    assert "portrait.score" not in mission.parameters.by_name
    assert {21, 22, 23} <= mission.learned


def test_the_digest_tells_files_and_models_apart(tmp_path, bench):
    retitled = bench_with(tmp_path / "a", ('name = "bench"', 'name = "bench"\ntitle = "other"'))
    write_mission(tmp_path / "b")
    model = tmp_path / "b" / "frozen.onnx"
    model.write_bytes(model.read_bytes() + b"\x1a\x00")  # an empty documentation string
    remodelled = load(tmp_path / "b")
    assert len({bench.digest, retitled.digest, remodelled.digest}) == 3


def test_a_model_may_be_pinned_by_its_digest(tmp_path):
    write_mission(tmp_path)
    pinned = f'model = "frozen.onnx"\nsha256 = "{digest(tmp_path / "frozen.onnx")}"'
    assert bench_with(tmp_path, ('model = "frozen.onnx"', pinned)).detectors[0].sha256 in pinned


def test_a_detector_has_a_compiled_step_only_where_the_mission_says_so(bench, tmp_path):
    wanted = 'model = "frozen.onnx"\ncompiled_step = true'
    assert bench_with(tmp_path, ('model = "frozen.onnx"', wanted)).detectors[0].compiled_step
    assert not bench.detectors[0].compiled_step


def test_all_kinds_of_checks_and_sequences_can_be_defined(tmp_path):
    mission = load_text(tmp_path, MINIMAL + SEQUENCE + CHECKS)
    assert isinstance(mission.pmons[1].check, Delta)
    assert mission.pmons[1].check.consecutive == 3
    assert mission.pmons[2].check.mask == 15
    first, second = mission.sequences["RESTART"]
    assert (first.delay, second.delay) == (1_500_000_000, 0)
    assert decode_tc(first.request).sequence != decode_tc(second.request).sequence
    (action,) = mission.actions
    assert (decode_tc(action.request).service, decode_tc(action.request).subtype) == (21, 4)


CHECKS = """
[[event]]
id = 5
name = "e"
severity = "low"
[[event_action]]
event = 5
sequence = "RESTART"
[[pmon]]
id = 1
name = "d"
parameter = "x"
check = "delta"
low = -1
high = 1
consecutive = 3
[[pmon]]
id = 2
name = "m"
parameter = "mode"
check = "expected"
mask = 15
expected = 1
"""


def test_the_schema_is_one_of_the_whole_file():
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"mission", "source"}


# --- files that cannot be read -----------------------------------------------------------------------


def test_a_mission_that_is_nowhere_is_named():
    with pytest.raises(MissionError, match="none-such: 1 problem"):
        find("none-such")


@pytest.mark.parametrize(
    ("content", "reason"), [(b"[mission", "not TOML"), (b"a = 1\na = 2", "not TOML"), (b"\xff", "not TOML")]
)
def test_what_is_no_toml_is_named(tmp_path, content, reason):
    (tmp_path / "mission.toml").write_bytes(content)
    with pytest.raises(MissionError, match=reason):
        load(tmp_path)


def test_a_file_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    path = write_mission(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", lambda self: (_ for _ in ()).throw(OSError(5, "I/O error")))
    with pytest.raises(MissionError, match="cannot be read: I/O error"):
        load(path)
