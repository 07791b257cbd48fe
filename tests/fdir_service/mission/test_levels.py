"""Levels of a mission file: names become definitions."""

import pytest

from fdir_service.ladder.definitions import Kind, Member, Mode
from fdir_service.mission import load
from pus.packets import decode_tc
from tests.fdir_service.mission.tower import changed

S = 1_000_000_000


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


def test_a_sequence_may_re_arm_fmons_of_our_own(folder):
    _, enabling = changed(folder, ("disable_fmons = [1]", "enable_fmons = [1]")).sequences["WITHOUT"]
    tc = decode_tc(enabling.request)
    assert (tc.apid, tc.service, tc.subtype, tc.data) == (66, 12, 19, bytes((0, 1, 0, 1)))


def test_a_highest_level_needs_nobody_above_it(folder):
    assert changed(folder, ("number = 2", "number = 4"), ("last = true\n", "")).levels[2].number == 4


def test_an_action_that_only_has_to_be_executed_needs_no_time_for_checks(folder):
    changed(folder, ("attempts = 2", 'confirm_s = 0.1, confirmed_by = "executed"'))


def test_the_shipped_ladder_of_the_hopper_is_complete():
    levels = load("hopper").levels
    assert {level.number for level in levels} == {0, 1, 2, 3, 4}
    assert {fmon for level in levels for fmon in level.fmons} == {1, 2}
