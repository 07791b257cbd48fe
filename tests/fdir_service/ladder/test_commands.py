"""The ladder's functions of ST[08]: checked when they come, carried out when their time is known."""

import pytest

from fdir_service.ladder.commands import (
    ACTION_MODE,
    FUNCTIONS,
    LADDER_MODE,
    LEVEL_MODE,
    REARM_LEVEL,
    RECOVER,
    RESTORE_UNIT,
    Commands,
)
from fdir_service.ladder.definitions import Mode
from pus.failure import Failure, FailureCode
from tests.fdir_service.ladder.rungs import PAIR, View, action, ladder, level, outcomes, switch, words

S = 1_000_000_000


@pytest.fixture
def target():
    return ladder(level(actions=(action(), switch())))


def perform(target, function, *values, time=5 * S):
    commands = Commands(target)
    failure = commands.perform(function.name, {k: float(v) for k, v in enumerate(values, 1)})
    assert failure is None
    return commands.carry_out(time)


def test_recover_enters_a_level(target):
    assert outcomes(perform(target, RECOVER, 1)) == ["entered"]


def test_modes_are_set_from_the_whole_down_to_an_action(target):
    perform(target, LADDER_MODE, 1, 0)
    perform(target, LEVEL_MODE, 1, 0, 0)
    perform(target, ACTION_MODE, 1, 2, 0, 0)
    assert [target.modes.at(key) for key in ((), (1,), (1, 1), (1, 0))] == [
        Mode.PASSIVE, Mode.INHIBITED, Mode.INHIBITED, Mode.ACTIVE,
    ]  # fmt: skip
    assert target.modes.of(1, 0) is Mode.INHIBITED
    assert target.modes.restricted == 3


def test_a_mode_ends_after_its_seconds(target):
    assert words(perform(target, LADDER_MODE, 0, 60)) == [("mode", None, None, "inhibited (ground)")]
    assert target.deadline == 65 * S
    assert outcomes(target.judge(View(), 65 * S)) == ["mode"]
    assert target.modes.of() is Mode.ACTIVE


def test_the_mode_of_the_mission_leaves_no_override(target):
    perform(target, LADDER_MODE, 0, 0)
    perform(target, LADDER_MODE, 2, 0)
    assert target.modes.overrides == {}


def test_a_level_is_rearmed_and_a_member_restored(target):
    target.failed.add((PAIR, 0))
    assert outcomes(perform(target, REARM_LEVEL, 1)) == ["rearmed"]
    assert outcomes(perform(target, RESTORE_UNIT, PAIR, 0)) == ["restored"]
    assert target.failed == set()


@pytest.mark.parametrize(
    ("function", "values", "wrong"),
    [
        (RECOVER, (9,), 1),
        (REARM_LEVEL, (9,), 1),
        (LADDER_MODE, (3, 0), 1),
        (LEVEL_MODE, (9, 0, 0), 1),
        (LEVEL_MODE, (1, 3, 0), 2),
        (ACTION_MODE, (1, 0, 0, 0), 2),
        (ACTION_MODE, (1, 3, 0, 0), 2),
        (ACTION_MODE, (1, 1, 3, 0), 3),
        (RESTORE_UNIT, (PAIR, 0), 2),
    ],
)
def test_what_does_not_exist_is_a_bad_argument(target, function, values, wrong):
    commands = Commands(target)
    failure = commands.perform(function.name, {k: float(v) for k, v in enumerate(values, 1)})
    assert failure == Failure(FailureCode.BAD_ARGUMENT, wrong)
    assert commands.carry_out(0) == []


def test_functions_have_names_that_fit_and_differ():
    names = [function.name for function in FUNCTIONS]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 16 for name in names)
