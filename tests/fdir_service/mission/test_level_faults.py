"""Every fault of a ladder is named by key and reason, and all are listed at once."""

import pytest

from fdir_service.mission import MissionError, load
from tests.fdir_service.builders import load_text
from tests.fdir_service.mission.tower import MISSION, changed, problems

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
        ("disable_fmons = [1]", "enable_fmons = [7]", "sequence.0.steps.1.enable_fmons: unknown FMON 7"),
        (
            "disable_fmons = [1]",
            "disable_fmons = [1], enable_fmons = [1]",
            "sequence.0.steps.1.enable_fmons: either disable_fmons or enable_fmons",
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
