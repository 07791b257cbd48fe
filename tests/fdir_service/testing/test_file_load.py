"""A chain-test file is read whole; every problem is listed with file, key and reason."""

import pytest

from fdir_service.testing import ChainTestError
from fdir_service.testing.file_load import find, read
from tests.fdir_service.testing.missions import RATES, TANK

GOOD = """
mission = "mission.toml"
[[expect]]
event = "any"
times = 0
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mission.toml").write_text(TANK)
    (tmp_path / "rates.toml").write_text(RATES)
    (tmp_path / "mission.csv").write_text("time_s,pressure\n")
    return tmp_path


def written(folder, text, name="test.toml"):
    path = folder / name
    path.write_text(text)
    return path


def problems(folder, text, name="test.toml"):
    with pytest.raises(ChainTestError) as error:
        read(written(folder, text, name))
    return error.value.problems


def test_a_file_without_a_name_has_that_of_its_file(folder):
    scenario = read(written(folder, GOOD))
    assert scenario.name == "test"
    assert scenario.mission.name == "tank"


def test_a_mission_may_be_a_shipped_one(folder):
    scenario = read(written(folder, GOOD.replace("mission.toml", "hopper")))
    assert scenario.mission.name == "hopper"


def test_the_test_ends_behind_all_steps_absences_and_expectations(folder):
    scenario = read(written(folder, GOOD))
    assert scenario.file.end == 0.0
    steps = "[[step]]\nat_s = 4.0\nsilence_s = 3.0\n"
    assert read(written(folder, GOOD + steps)).file.end == 7.0
    expect = "[[expect]]\nevent = 'any'\ntimes = 0\nwithin_s = [1.0, 9.0]\n"
    assert read(written(folder, GOOD + steps + expect)).file.end == 9.0
    assert read(written(folder, "end_s = 20.0\n" + GOOD + steps)).file.end == 20.0


def test_every_problem_of_a_file_is_listed_with_its_key(folder):
    text = """
    end_s = 20.0
    mission = "mission.toml"
    initial = { pressur = 1 }
    [[unit]]
    name = "valv"
    [[unit]]
    name = "valve"
    function = "OPEN"
    then = { flow = 1.0 }
    [[step]]
    at_s = 30.0
    set = { "pressure" = 1, temperature = 2 }
    compute = ["pressure"]
    tc = ["st12.disable-pmon low", "st99.nothing"]
    silence_s = 1.0
    gap_s = 1.0
    source = "boar"
    [[step.unit]]
    name = "pump"
    [[expect]]
    event = "pressure-low"
    [[expect]]
    event = "any"
    at_s = 21.0
    """
    assert problems(folder, text) == [
        "initial: unknown parameter 'pressur'; did you mean 'pressure'?",
        "unit.0.name: unknown unit 'valv'; did you mean 'valve'?",
        "unit.1.function: valve has no function 'OPEN'",
        "unit.1.then: unknown parameter 'flow'",
        "step.0.set: unknown parameter 'temperature'",
        "step.0.unit.0.name: unknown unit 'pump'",
        "step.0.compute: 'pressure' is no derived parameter",
        "step.0.source: unknown source 'boar'; did you mean 'board'?",
        "step.0.gap_s: either silence_s or gap_s",
        "step.0.tc: st12.disable-pmon PMON...: PMON 'low' is unknown",
        "step.0.tc: st99.nothing: no such telecommand; see --list",
        "step.0.at_s: 30 s is behind the end of the test, 20 s",
        "expect.0.event: unknown event 'pressure-low'; did you mean 'pressure-high'?",
        "expect.1: 21 s is behind the end of the test, 20 s",
    ]


def test_values_that_a_type_cannot_hold_are_refused(folder):
    text = GOOD.replace("mission.toml", "rates.toml") + '[[step]]\nset = { "a.odd" = 300, "n" = 300 }\n'
    assert problems(folder, text) == ["step.0.set.a.odd: 300 is outside u8"]


CSV_WITH_STEP = "step = 1\nvalues = 'mission.csv'\n" + GOOD


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mission = ", "not TOML: Invalid value (at end of document)"),
        ("[[expect]]\nevent = 'any'", "mission: Field required"),
        ("mission = 'mission.toml'", "expect: Field required"),
        (GOOD + "more = 1", "expect.0.event.more: Extra inputs are not permitted (got 1)"),
        (GOOD + "[[expect]]\nat_s = 1.0", "expect.1: nothing is expected: name one of event, request"),
        ("mission = 'mission.toml'\nexpect = [1]", "expect.0: nothing is expected"),
        (GOOD.replace("mission.toml", "nowhere"), "mission: nowhere: no such file, folder"),
        (
            GOOD + "[[step]]\nset = { pressure = 'high' }",
            "step.0.set.pressure: Input should be a valid number",
        ),
        (CSV_WITH_STEP, "step: Input should be a valid tuple"),
        ("values = 'absent.csv'\n" + GOOD, "cannot be read: No such file or directory"),
    ],
)
def test_a_problem_of_form_is_named(folder, text, problem):
    assert problem in problems(folder, text)[0]


def test_a_broken_mission_is_named_with_its_problems(folder):
    (folder / "mission.toml").write_text(TANK.replace("low = 0", "low = 30"))
    (problem,) = problems(folder, GOOD)
    assert problem.startswith("mission: ")
    assert problem.endswith("pmon.0: high below low (1)")


def test_a_file_that_is_not_there_or_no_text_is_named(folder):
    with pytest.raises(ChainTestError, match=r"absent\.toml: 1 problem\(s\)\n  cannot be read: No such file"):
        read(folder / "absent.toml")
    (folder / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(ChainTestError, match="not UTF-8 text: invalid start byte"):
        read(folder / "bytes.toml")


CSV = '# mission = "mission.toml"\n# [[expect]]\n# event = "any"\ntime_s,pressure\n1.0,30\n2.5,nan\n'


def test_a_table_with_its_head_in_comments_is_a_chain_test(folder):
    scenario = read(written(folder, CSV, "table.csv"))
    assert [step.at_s for step in scenario.file.step] == [1.0, 2.5]
    assert scenario.file.step[0].set == {"pressure": 30.0}


def test_a_file_may_name_a_table_of_values(folder):
    written(folder, "time_s,pressure\n1.0,30\n", "values.csv")
    text = "values = 'values.csv'\n" + GOOD + "[[step]]\nat_s = 0.5\n"
    scenario = read(written(folder, text))
    assert [step.at_s for step in scenario.file.step] == [0.5, 1.0]
    assert scenario.file.expect[0].what == "event any"


def test_a_mistake_in_a_table_is_named_with_file_and_line(folder):
    written(folder, "time_s,pressure\n1.0,x\n", "values.csv")
    path = written(folder, "values = 'values.csv'\n" + GOOD)
    with pytest.raises(
        ChainTestError, match=r"values\.csv: 1 problem\(s\)\n  line 2: pressure: 'x' is no number"
    ):
        read(path)
    assert problems(folder, CSV + "2.0,1\n", "t.csv") == ["line 7: time_s 2.0 does not increase"]


def test_a_folder_holds_its_chain_tests_and_mere_values_are_none(folder):
    for name, text in (("b.toml", GOOD), ("a.csv", CSV), ("values.csv", "time_s,pressure\n"), ("c.txt", "")):
        written(folder, text, name)
    (folder / "mission.toml").unlink()
    (folder / "rates.toml").unlink()
    assert [path.name for path in find(folder)] == ["a.csv", "b.toml"]
    assert find(folder / "b.toml") == [folder / "b.toml"]
