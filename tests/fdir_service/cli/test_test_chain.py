"""``fdir test-chain``: a summary, JUnit XML, JSON, and exit codes 0, 2 and 3."""

import json
import xml.etree.ElementTree as ET

import pytest
from typer.testing import CliRunner

from fdir_service.cli import UsageError
from fdir_service.cli.app import app
from tests.fdir_service.lockstep import HOPPER
from tests.fdir_service.testing.missions import TANK

HEAD = 'mission = "tank.toml"\n'
GOOD = HEAD + '[[expect]]\nevent = "any"\ntimes = 0\n'
BAD = HEAD + '[[step]]\nset = { pressure = 30 }\n[[expect]]\nevent = "pressure-high"\nat_s = 1.0\n'
BROKEN = HEAD + '[[expect]]\nevent = "pressure-low"\n'


@pytest.fixture
def folder(tmp_path):
    """A folder of chain tests, and the mission beside it."""
    (tmp_path / "tank.toml").write_text(TANK)
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "good.toml").write_text(GOOD.replace("tank", "../tank"))
    return tests


def written(folder, text, name):
    (folder / name).write_text(text.replace("tank", "../tank"))


def call(*words):
    return CliRunner().invoke(app(), ["test-chain", *map(str, words)])


def test_all_passed_is_good(folder):
    done = call(folder)
    assert done.exit_code == 0, done.output
    assert "good" in done.output
    assert "passed" in done.output


def test_a_missed_expectation_is_code_3_with_its_time_and_the_timeline(folder):
    written(folder, BAD, "bad.toml")
    done = call(folder)
    assert done.exit_code == 3
    assert "1.000 s" in done.output
    assert "event pressure-high at 1.000 s: never came" in done.output
    assert "given    pressure = 30" in done.output or "given  pressure = 30" in done.output


def test_a_file_that_cannot_be_used_is_code_2_and_the_others_are_run(folder):
    written(folder, BAD, "bad.toml")
    written(folder, BROKEN, "broken.toml")
    done = call(folder)
    assert done.exit_code == 2
    assert "expect.0.event: unknown event 'pressure-low'; did you mean 'pressure-high'?" in done.output
    assert "never came" in done.output


def test_json_has_one_entry_a_file(folder):
    written(folder, BAD, "bad.toml")
    written(folder, BROKEN, "broken.toml")
    found = json.loads(call(folder, "--json").output)
    assert found["good"] is False
    bad, broken, good = found["tests"]
    assert bad["misses"] == [{"time_s": 1.0, "text": "event pressure-high at 1.000 s: never came"}]
    assert broken["result"] == "error"
    assert broken["problems"][0].startswith("expect.0.event")
    assert (good["name"], good["result"], good["misses"]) == ("good", "passed", [])


def test_timelines_of_all_are_shown_on_demand(folder):
    assert "time  kind  what" not in call(folder).output
    assert "time  kind  what" in call(folder, "-v").output


def test_junit_xml_is_written(folder, tmp_path):
    written(folder, BAD, "bad.toml")
    assert call(folder, "--junit", tmp_path / "out.xml").exit_code == 3
    root = ET.parse(tmp_path / "out.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_a_miss_of_the_whole_test_has_no_time(folder):
    written(folder, GOOD.replace("times = 0", "times = 1"), "never.toml")
    done = call(folder / "never.toml")
    assert done.exit_code == 3
    assert "event any: came 0 times, not once" in done.output


def test_a_folder_without_chain_tests_is_a_mistake(tmp_path):
    done = call(tmp_path)
    assert isinstance(done.exception, UsageError)


def test_the_shipped_chain_tests_pass():
    done = call(HOPPER / "chain-tests", "--json")
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.output)["tests"]) >= 22
