"""Every fault of a ladder is a problem with file and key: what enters it, who takes over, times that nest."""

import pytest

from fdir_service.ladder.definitions import Kind, Member
from fdir_service.mission import load
from tests.fdir_service.builders import BENCH, bench_with, write_mission
from tests.fdir_service.mission.test_problems import problem, problems

S = 1_000_000_000
LEVEL = """[[level]]
id = 1
name = "pair"
number = 1
fmons = [1]
last = true
"""
UPPER = """[[level]]
id = 2
name = "upper"
number = 2
below = ["pair"]
last = true
actions = [{ name = "reset", kind = "reconfigure", unit = "pair", function = "RESET" }]

[recovery]"""
SEQUENCE = """[[sequence]]
name = "WITHOUT"
steps = [{ unit = "pair", function = "RESET" }, { disable_fmons = [1] }]

[recovery]"""
ACTIONS = BENCH[BENCH.index("actions = [\n") :].partition("]\n")[0] + "]\n"


def with_upper(*changes):
    text = BENCH.replace("[recovery]", UPPER).replace("last = true\nactions = [\n", "actions = [\n")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_a_level_is_compiled_with_its_actions(bench):
    (level,) = bench.levels
    (action,) = level.actions
    assert (level.id, level.name, level.number, level.fmons, level.below) == (1, "pair", 1, (1,), ())
    assert (action.name, action.kind, action.apid) == ("switch", Kind.SWITCH, 81)
    assert action.arguments == {1: Member.REDUNDANT}
    assert (action.reply, action.confirm) == (1 * S, 3 * S)
    assert not action.needs_classical


def test_above_level_1_an_action_needs_a_classical_check_unless_the_mission_says_otherwise(tmp_path):
    lower, upper = load(write_mission(tmp_path, with_upper())).levels
    assert [level.actions[0].needs_classical for level in (lower, upper)] == [False, True]
    changed = with_upper(
        ('function = "RESET" }]\n\n[rec', 'function = "RESET", needs_classical = false }]\n\n[rec')
    )
    assert not load(write_mission(tmp_path, changed)).levels[1].actions[0].needs_classical


def test_an_action_has_times_and_attempts_of_its_own(tmp_path):
    mission = bench_with(
        tmp_path, ('"redundant" } }', '"redundant" }, attempts = 2, reply_s = 2.0, confirm_s = 9.0 }')
    )
    (action,) = mission.levels[0].actions
    assert (action.attempts, action.reply, action.confirm) == (2, 2 * S, 9 * S)
    assert mission.levels[0].longest == 2 * 11 * S


def test_a_sequence_may_disable_monitors(tmp_path):
    text = BENCH.replace("[recovery]", SEQUENCE).replace(
        ACTIONS, 'actions = [{ name = "without", kind = "reconfigure", sequence = "WITHOUT" }]\n'
    )
    mission = load(write_mission(tmp_path, text))
    (action,) = mission.levels[0].actions
    assert (action.apid, action.sequence, action.function) == (66, "WITHOUT", None)
    assert [step.request[7:9] for step in mission.sequences["WITHOUT"]] == [b"\x08\x01", b"\x0c\x14"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("fmons = [1]", "fmons = [9]", "level.0.fmons: unknown FMON 9, or one without an event"),
        ("fmons = [1]", "", "level.0.fmons: nothing enters the level: neither fmons nor below"),
        ("last = true", "", "level.0.last: nobody takes over"),
        ("last = true", 'last = true\nbelow = ["none"]', "level.0.below: unknown level 'none'"),
        ("last = true", 'last = true\nbelow = ["pair"]', "level.0.below: is not of a lower number: 'pair'"),
        ("event = 1004\nunit", "event = 1001\nunit", "level.0.fmons: event 1001 of FMON 1 is used by event"),
        ('kind = "switch", unit = "pair"', 'kind = "switch"', "level.0.actions.0.unit: unknown unit None"),
        (
            'unit = "pair", function = "SELECT',
            'unit = "pair", function = "SEL',
            "level.0.actions.0.function:",
        ),
        ('{ 1 = "redundant" }', '{ 2 = "redundant" }', "level.0.actions.0.arguments: SELECT_UNIT takes [1]"),
        ('{ 1 = "redundant" }', "{ 1 = 999 }", "level.0.actions.0.arguments: argument 1 is outside u8"),
        ('selected = "unit"\n', "", "level.0.actions.0.unit: has no `selected`: its members are not known"),
        ('"redundant" } }', '"redundant" }, sequence = "S" }', "level.0.actions.0.sequence: either a unit's"),
        (
            "confirm_s = 3.0",
            "confirm_s = 0.1",
            "level.0.actions.0.confirm_s: 0.1 s, but its checks take 0.3 s",
        ),
        ("failed_event = 1011", "exhausted_event = 7", "recovery.exhausted_event: unknown event 7"),
        ("failed_event = 1011", "inhibited_event = 7", "recovery.inhibited_event: unknown event 7"),
    ],
)
def test_a_fault_of_a_level_is_named_by_key(tmp_path, old, new, line):
    assert any(found.startswith(line) for found in problem(tmp_path, old, new))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (('id = 2\nname = "upper"', 'id = 1\nname = "upper"'), "level: id 1 is used twice"),
        (('name = "upper"', 'name = "pair"'), "level: name pair is used twice"),
        (
            ('below = ["pair"]', 'below = ["pair"]\nfmons = [1]'),
            "level.1.fmons: event 1001 of FMON 1 is used by level.0",
        ),
    ],
)
def test_two_levels_must_not_be_confused(tmp_path, change, line):
    assert line in problems(tmp_path, with_upper(change))


SECOND_FMON = """[[fmon]]
id = 2
name = "function"
pmons = [2]
event = 1003

[[event]]
id = 1001"""


def test_times_must_nest(tmp_path):
    own = ('below = ["pair"]', 'below = ["pair"]\nfmons = [2]\nwait_s = WAIT')
    text = with_upper(own, ("[[event]]\nid = 1001", SECOND_FMON))
    # Detection takes three samples of 0.1 s, the answer 1 s and the confirmation 3 s.
    assert problems(tmp_path, text.replace("WAIT", "4.3")) == [
        "level.1.wait_s: 4.3 s, but 'pair' may take 4.3 s"
    ]
    load(write_mission(tmp_path, text.replace("WAIT", "4.4")))


def test_levels_that_share_a_monitor_must_be_stacked(tmp_path):
    apart = ('below = ["pair"]', "fmons = [2]\nwait_s = 60.0")
    text = with_upper(apart, ("[[event]]\nid = 1001", SECOND_FMON.replace("pmons = [2]", "pmons = [1]")))
    text = text.replace("fmons = [1]\n", "fmons = [1]\nlast = true\n")
    assert problems(tmp_path, text) == ["level.1.below: shares a PMON with 'pair' of a lower number"]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("{ disable_fmons = [9] }", "sequence.0.steps.1.disable_fmons: unknown FMON 9"),
        (
            '{ unit = "pair", disable_fmons = [1] }',
            "sequence.0.steps.1.unit: either a unit's function or disable_fmons",
        ),
    ],
)
def test_a_step_is_a_function_or_disables_fmons(tmp_path, step, line):
    text = BENCH.replace("[recovery]", SEQUENCE.replace("{ disable_fmons = [1] }", step))
    assert line in problems(tmp_path, text)
