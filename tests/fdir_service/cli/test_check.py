"""`fdir check` lists every problem of a mission with its key; `fdir schema` is what is committed."""

import json
from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[3] / "configs"


@pytest.mark.parametrize("mission", ["hopper", "atmonsat"])
def test_the_shipped_missions_are_good(fdir, mission):
    ended = fdir("check", mission)
    assert (ended.code, ended.err) == (0, "")
    assert "good" in ended.out


def test_check_prints_counts_as_json(fdir):
    report = json.loads(fdir("check", CONFIGS / "hopper", "--json").out)
    assert report["good"] is True
    assert report["detectors"] == 1


def test_every_problem_of_a_mission_is_listed_with_its_key(fdir, tmp_path):
    file = tmp_path / "mission.toml"
    file.write_text('[mission]\nname = "x y"\napid = 9999\nsurplus = 1\n')
    ended = fdir("check", file)
    assert ended.code == 2
    for key in ("mission.name", "mission.apid", "mission.surplus", "source"):
        assert key in ended.err


def test_problems_are_printed_as_json_too(fdir, tmp_path):
    ended = fdir("check", tmp_path / "nowhere", "--json")
    assert ended.code == 2
    assert json.loads(ended.out)["good"] is False


def test_a_missing_model_is_named(fdir, tmp_path):
    (tmp_path / "mission.toml").write_text((CONFIGS / "hopper" / "mission.toml").read_text())
    ended = fdir("check", tmp_path)
    assert ended.code == 2
    assert "detector.0.model" in ended.err
    assert "stuck-net.onnx" in ended.err


def test_the_committed_schema_is_what_the_program_prints(fdir):
    assert fdir("schema").out == (CONFIGS / "mission.schema.json").read_text()


def test_the_committed_page_of_the_mission_profile_is_what_the_program_prints(fdir):
    page = CONFIGS.parent / "docs" / "reference" / "mission-profile.md"
    assert fdir("schema", "--page").out == page.read_text()


def test_an_unknown_verb_is_a_usage_error(fdir):
    assert fdir("fly").code == 2


@pytest.mark.parametrize(
    "verb",
    ["demo", "run", "bench", "replay", "simulate", "record", "check", "schema", "train stuck-cnn",
     "train atmonsat-cnn", "train atmonsat-rise", "models inspect", "models check", "tc",
     "tm", "export xtce"],
)  # fmt: skip
def test_every_verb_has_json_and_an_example_in_its_help(fdir, verb):
    ended = fdir(*verb.split(), "--help")
    assert ended.code == 0
    assert "--json" in ended.out
    assert f"Example: fdir {verb}" in ended.out
