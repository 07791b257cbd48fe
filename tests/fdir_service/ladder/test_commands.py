"""The ladder's functions: each is checked when it comes, and carried out when its time is known."""

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
    sets_mode,
)
from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.state import Phase
from pus.failure import Failure, FailureCode
from pus.packets import Tc
from tests.fdir_service.ladder.builders import action, level, said, tower

S = 1_000_000_000


@pytest.fixture
def ladder():
    found = tower(level(0, action(), action("cycle")), level(1, fmons=(), below=(1,)))
    found.failed.add((81, 1))
    return found


def perform(ladder, function, *values, time=5 * S):
    commands = Commands(ladder)
    failure = commands.perform(function.name, dict(zip(function.arguments, map(float, values), strict=True)))
    return failure, said(commands.carry_out(time))


@pytest.mark.parametrize(
    ("function", "values", "words"),
    [
        (RECOVER, (1,), ["1 entered"]),
        (LADDER_MODE, (1, 0), [" mode (passive (ground))"]),
        (LEVEL_MODE, (2, 0, 60), ["2 mode (inhibited (ground))"]),
        (ACTION_MODE, (1, 2, 0, 0), ["1/1 mode (inhibited (ground))"]),
        (REARM_LEVEL, (2,), ["2 rearmed (ground)"]),
        (RESTORE_UNIT, (81, 1), [" restored (member 1)"]),
    ],
)
def test_a_request_becomes_a_step(ladder, function, values, words):
    assert perform(ladder, function, *values) == (None, words)


@pytest.mark.parametrize(
    ("function", "values", "wrong"),
    [
        (RECOVER, (3,), 1),
        (REARM_LEVEL, (0,), 1),
        (LADDER_MODE, (3, 0), 1),
        (LEVEL_MODE, (3, 9, 0), 1),
        (LEVEL_MODE, (1, 3, 0), 2),
        (ACTION_MODE, (3, 1, 0, 0), 1),
        (ACTION_MODE, (1, 0, 0, 0), 2),
        (ACTION_MODE, (1, 3, 0, 0), 2),
        (ACTION_MODE, (1, 2, 3, 0), 3),
        (RESTORE_UNIT, (81, 0), 2),
    ],
)
def test_what_does_not_exist_is_a_bad_argument(ladder, function, values, wrong):
    assert perform(ladder, function, *values) == (Failure(FailureCode.BAD_ARGUMENT, wrong), [])


def test_a_mode_holds_for_the_seconds_given_or_without_an_end(ladder):
    perform(ladder, LADDER_MODE, 1, 60)
    perform(ladder, LEVEL_MODE, 1, 0, 0)
    overrides = ladder.modes.overrides
    assert (overrides[()].mode, overrides[()].until) == (Mode.PASSIVE, 65 * S)
    assert (overrides[1,].mode, overrides[1,].until) == (Mode.INHIBITED, None)


def test_requests_are_carried_out_once_and_in_order(ladder):
    commands = Commands(ladder)
    commands.perform("LADDER_MODE", {2: 0.0, 1: 0.0})
    commands.perform("RECOVER", {1: 1.0})
    assert ladder.states[1].phase is Phase.IDLE
    assert said(commands.carry_out(S)) == [" mode (inhibited (ground))", "1 entered"]
    assert commands.carry_out(2 * S) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_modes_are_to_survive_a_restart(function):
    data = function.encode(dict.fromkeys(function.arguments, 0.0))
    assert sets_mode(Tc(66, 8, 1, data)) is function.name.endswith("_MODE")
    assert not sets_mode(Tc(66, 12, 1, data))


def test_functions_have_names_that_fit_and_differ():
    names = [function.name for function in FUNCTIONS]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 16 for name in names)
