"""Levels of a mission file: names become definitions, and every fault is named by key and reason."""

import pytest

from fdir_service.ladder.definitions import Kind, Member, Mode
from fdir_service.mission import MissionError, load
from pus.packets import decode_tc
from tests.fdir_service.builders import load_text, write_mission

S = 1_000_000_000
MISSION = """
[mission]
name = "levels"
apid = 66
[[source]]
name = "s"
period_s = 0.1
parameters = [
    { id = 1, name = "x" }, { id = 2, name = "y" },
    { id = 3, name = "unit", type = "u8" }, { id = 4, name = "z" },
]
[[detector]]
name = "frozen"
model = "frozen.onnx"
inputs = ["x", "y"]
outputs = [{ output = "x", name = "x.frozen", index_id = 21, score_id = 22 }]
[[pmon]]
id = 1
name = "x-moves"
parameter = "x.frozen"
check = "expected"
expected = 0
repetition = 6
[[pmon]]
id = 2
name = "x-range"
parameter = "x"
check = "limit"
low = -10
high = 10
repetition = 2
[[pmon]]
id = 3
name = "z-range"
parameter = "z"
check = "limit"
low = -10
high = 10
[[fmon]]
id = 1
name = "pair"
pmons = [1, 2]
event = 1001
[[fmon]]
id = 2
name = "z"
pmons = [3]
event = 1002
[[event]]
id = 1001
name = "pair-failed"
severity = "high"
[[event]]
id = 1002
name = "z-failed"
severity = "high"
[[unit]]
name = "pair"
apid = 81
selected = "unit"
parameters = ["x", "y"]
functions = [{ name = "SELECT_UNIT", arguments = { 1 = "u8" } }, { name = "RESET" }]
[[unit]]
name = "single"
apid = 82
functions = [{ name = "RESET" }, { name = "SET", arguments = { 1 = "u8" } }]
[[sequence]]
name = "WITHOUT"
steps = [{ unit = "single", function = "RESET" }, { disable_fmons = [1] }]
[recovery]
reply_s = 2.0
confirm_s = 3.0
[[level]]
id = 1
name = "inside"
number = 0
fmons = [1]
actions = [{ name = "reset", kind = "reinitialise", unit = "pair", function = "RESET", attempts = 2 }]
[[level]]
id = 2
name = "unit"
number = 1
below = ["inside"]
cooldown_s = 4.0
[[level.actions]]
name = "switch"
kind = "switch"
unit = "pair"
function = "SELECT_UNIT"
arguments = { 1 = "redundant" }
[[level]]
id = 3
name = "function"
number = 2
below = ["unit"]
fmons = [2]
wait_s = 30.0
last = true
actions = [{ name = "without", kind = "reconfigure", sequence = "WITHOUT", mode = "passive" }]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("levels")
    write_mission(path, MISSION)
    return path


def changed(folder, *changes):
    text = MISSION
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_text(folder, text)


def problems(folder, *changes):
    with pytest.raises(MissionError) as caught:
        changed(folder, *changes)
    assert caught.value.path == folder / "mission.toml"
    return caught.value.problems


# --- what a good file becomes ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mission(folder):
    return changed(folder)


def test_names_become_ids_and_seconds_nanoseconds(mission):
    inside, unit, function = mission.levels
    assert (inside.id, inside.number, inside.fmons, inside.below) == (1, 0, (1,), ())
    assert (unit.below, unit.cooldown, unit.wait) == ((1,), 4 * S, 0)
    assert (function.below, function.fmons, function.wait, function.rearm) == ((2,), (2,), 30 * S, 600 * S)
    assert mission.level_name(2) == "unit"
    assert mission.level_name(9) is None


def test_actions_know_whom_they_ask_and_for_what(mission):
    (reset,), (switch,), (without,) = (level.actions for level in mission.levels)
    assert (reset.apid, reset.kind, reset.attempts) == (81, Kind.REINITIALISE, 2)
    assert (reset.reply, reset.confirm) == (2 * S, 3 * S)
    assert switch.arguments == {1: Member.REDUNDANT}
    assert (without.apid, without.function, without.sequence) == (66, None, "WITHOUT")
    assert without.mode is Mode.PASSIVE


def test_above_level_1_a_classical_check_must_agree_unless_the_file_says_otherwise(folder, mission):
    assert [level.actions[0].needs_classical for level in mission.levels] == [False, False, True]
    asked = changed(folder, ("attempts = 2", "needs_classical = true"))
    assert asked.levels[0].actions[0].needs_classical
    spared = changed(folder, ('mode = "passive"', "needs_classical = false"))
    assert not spared.levels[2].actions[0].needs_classical


def test_the_event_of_an_fmon_asks_our_own_process_to_recover(mission):
    assert [(action.apid, action.event) for action in mission.actions] == [(66, 1001), (66, 1002)]
    tcs = [decode_tc(action.request) for action in mission.actions]
    assert [(tc.apid, tc.service, tc.subtype) for tc in tcs] == [(66, 8, 1)] * 2
    assert [tc.data for tc in tcs] == [b"RECOVER".ljust(16, b"\0") + bytes((0, 1, 0, 1, k)) for k in (1, 3)]
    assert tcs[0].sequence != tcs[1].sequence


def test_times_of_an_action_replace_those_of_recovery(folder):
    mission = changed(folder, ("attempts = 2", 'reply_s = 0.5, confirm_s = 9.0, confirmed_by = "executed"'))
    (action,) = mission.levels[0].actions
    assert (action.reply, action.confirm, action.needs_nominal) == (S // 2, 9 * S, False)


def test_a_sequence_may_disable_fmons_of_our_own(mission):
    _, disabling = mission.sequences["WITHOUT"]
    tc = decode_tc(disabling.request)
    assert (tc.apid, tc.service, tc.subtype, tc.data) == (66, 12, 20, bytes((0, 1, 0, 1)))


def test_a_highest_level_needs_nobody_above_it(folder):
    assert changed(folder, ("number = 2", "number = 4"), ("last = true\n", "")).levels[2].number == 4


def test_an_action_that_only_has_to_be_executed_needs_no_time_for_checks(folder):
    changed(folder, ("attempts = 2", 'confirm_s = 0.1, confirmed_by = "executed"'))


# --- faults ------------------------------------------------------------------------------------------

RESET = 'unit = "pair", function = "RESET", attempts = 2'
SWITCH = 'unit = "pair"\nfunction = "SELECT_UNIT"\narguments = { 1 = "redundant" }'


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('id = 2\nname = "unit"', 'id = 1\nname = "unit"', "level id: 1 is used 2 times"),
        ('id = 2\nname = "unit"', 'id = 2\nname = "inside"', "level name: 'inside' is used 2 times"),
        ('below = ["inside"]', 'below = ["outside"]', "level.1.below: unknown level 'outside'"),
        ("number = 1", "number = 0", "level.1.below: is not of a lower number: 'inside'"),
        ('below = ["inside"]\n', "", "level.1.fmons: nothing enters the level: neither fmons nor below"),
        ('below = ["inside"]\n', "", "level.0.last: nobody takes over: name the level in `below`, or say"),
        ("last = true\n", "", "level.2.last: nobody takes over"),
        ("fmons = [2]", "fmons = [9]", "level.2.fmons: unknown FMON 9, or one without an event"),
        ("pmons = [3]\nevent = 1002", "pmons = [3]\nevent = 0", "level.2.fmons: unknown FMON 2, or one"),
        ("fmons = [2]", "fmons = [1]", "level.2.fmons: event 1001 of FMON 1 is used by level.0"),
        ("pmons = [3]\nevent = 1002", "pmons = [3]\nevent = 1001", "level.2.fmons: event 1001 of FMON 2"),
        (
            "[recovery]",
            '[[event_action]]\nevent = 1002\nunit = "single"\nfunction = "RESET"\n[recovery]',
            "level.2.fmons: event 1002 of FMON 2 is used by event_action.0",
        ),
        (RESET, 'unit = "none"', "level.0.actions.0.unit: unknown unit 'none'"),
        (RESET, 'function = "RESET"', "level.0.actions.0.unit: unknown unit None"),
        (RESET, 'unit = "pair", function = "OFF"', "level.0.actions.0.function: pair has no function 'OFF'"),
        (RESET, 'unit = "single", function = "SET"', "level.0.actions.0.arguments: SET takes [1]"),
        (
            RESET,
            'unit = "single", function = "SET", arguments = { 1 = 256 }',
            "level.0.actions.0.arguments: argument 1 is outside u8",
        ),
        (
            RESET,
            'unit = "single", function = "SET", arguments = { 2 = "selected" }',
            "level.0.actions.0.arguments: SET takes [1]",
        ),
        (
            RESET,
            'unit = "single", function = "SET", arguments = { 1 = "selected" }',
            "level.0.actions.0.unit: has no `selected`: its members are not known",
        ),
        (RESET, 'sequence = "NONE"', "level.0.actions.0.sequence: unknown or not loaded"),
        (RESET, 'unit = "pair", sequence = "WITHOUT"', "level.0.actions.0.sequence: either a unit's"),
        (
            SWITCH,
            'unit = "pair"\nfunction = "SELECT_UNIT"\narguments = { 1 = 1 }',
            'level.1.actions.0.arguments: a switch takes the member "redundant"',
        ),
        (SWITCH, 'sequence = "WITHOUT"', "level.1.actions.0.arguments: a switch takes the member"),
        (
            'selected = "unit"',
            'selected = "unit"\nmembers = [0, 300]',
            "level.1.actions.0.arguments: argument 1 cannot hold member 300",
        ),
        (
            "confirm_s = 3.0",
            "confirm_s = 0.9",
            "level.0.actions.0.confirm_s: 0.9 s, but its checks take 1 s to be nominal",
        ),
        (
            "confirm_s = 3.0",
            "confirm_s = 0.9",
            "level.1.actions.0.confirm_s: 0.9 s, but its checks take 1 s to be nominal",
        ),
        # Detection 1 s (window of 4 and 6 checks), two attempts of 5 s, and one of 5 s.
        ("wait_s = 30.0", "wait_s = 16.0", "level.2.wait_s: 16 s, but 'unit' may take 16 s"),
        (
            "pmons = [1, 2]",
            "pmons = [1]",
            "level.2.actions.0.needs_classical: all checks of FMON 1 read detectors: the action",
        ),
        ("reply_s = 2.0", "reply_s = 2.0\nexhausted_event = 7", "recovery.exhausted_event: unknown event 7"),
        ("reply_s = 2.0", "reply_s = 2.0\ninhibited_event = 7", "recovery.inhibited_event: unknown event 7"),
        ("disable_fmons = [1]", "disable_fmons = [7]", "sequence.0.steps.1.disable_fmons: unknown FMON 7"),
        (
            "{ disable_fmons = [1] }",
            '{ unit = "pair", disable_fmons = [1] }',
            "sequence.0.steps.1.unit: either a unit's function or disable_fmons",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_ladder_is_named_by_key_and_reason(folder, old, new, line):
    found = problems(folder, (old, new))
    assert [given for given in found if given.startswith(line)], found


def test_every_fault_of_the_ladder_is_listed_at_once(folder):
    found = problems(
        folder,
        ('below = ["inside"]', 'below = ["outside"]'),
        ("fmons = [2]", "fmons = [9]"),
        ('sequence = "WITHOUT", mode', 'sequence = "NONE", mode'),
    )
    assert found == [
        "level.0.last: nobody takes over: name the level in `below`, or say last = true",
        "level.1.below: unknown level 'outside'",
        "level.2.actions.0.sequence: unknown or not loaded",
        "level.2.fmons: unknown FMON 9, or one without an event",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("number = 2", "number = 5", "level.2.number: Input should be less than or equal to 4 (got 5)"),
        (
            "attempts = 2",
            "attempts = 0",
            "level.0.actions.0.attempts: Input should be greater than or equal to 1",
        ),
        (
            "cooldown_s = 4.0",
            "cooldown_s = -1.0",
            "level.1.cooldown_s: Input should be greater than or equal to 0",
        ),
        (
            'kind = "switch"',
            'kind = "swap"',
            "level.1.actions.0.kind: Input should be 'retry', 'reinitialise'",
        ),
        (
            'mode = "passive"',
            'mode = "off"',
            "level.2.actions.0.mode: Input should be 'inhibited', 'passive' or",
        ),
    ],
)
def test_a_fault_of_form_is_named(folder, old, new, line):
    (given,) = problems(folder, (old, new))
    assert given.startswith(line)


def test_levels_that_share_a_check_must_wait_for_each_other(folder):
    apart = ('below = ["unit"]\nfmons = [2]\nwait_s = 30.0', "fmons = [2]\nwait_s = 30.0")
    found = problems(folder, apart, ("pmons = [3]", "pmons = [3, 2]"), ("cooldown_s = 4.0", "last = true"))
    assert found == ["level.2.below: shares a PMON with 'inside' of a lower number"]


def test_a_level_may_share_a_check_with_any_level_beneath_it(folder):
    changed(folder, ("pmons = [3]", "pmons = [3, 2]"))


def test_checks_of_irregular_sources_take_no_known_time(folder):
    text = MISSION.replace("period_s = 0.1\n", "").replace("confirm_s = 3.0", "confirm_s = 0.01")
    with pytest.raises(MissionError) as caught:
        load_text(folder, text)
    assert all("confirm_s" not in line for line in caught.value.problems)


def test_without_its_models_a_ladder_is_checked_as_far_as_it_can_be(folder):
    (folder / "mission.toml").write_text(MISSION.replace("confirm_s = 3.0", "confirm_s = 0.7"))
    assert len(load(folder, models=False).levels) == 3
    with pytest.raises(MissionError, match=r"0\.7 s, but its checks take 1 s"):
        load(folder)


def test_the_shipped_ladder_of_the_hopper_is_complete():
    levels = load("hopper").levels
    assert {level.number for level in levels} == {0, 1, 2, 3, 4}
    assert {fmon for level in levels for fmon in level.fmons} == {1, 2}
