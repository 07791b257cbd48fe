"""The most restrictive mode on the way from the whole ladder to an action is in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.ladder.definitions import MODES, Mode
from fdir_service.ladder.modes import Modes
from tests.fdir_service.ladder.builders import action, level

ANY = st.sampled_from(MODES)


def modes(whole=Mode.ACTIVE, of_level=Mode.ACTIVE, of_action=Mode.ACTIVE, nag=0):
    return Modes(whole, [level(0, action(mode=of_action), mode=of_level)], nag)


@given(ANY, ANY, ANY)
def test_the_most_restrictive_mode_is_in_force(whole, of_level, of_action):
    found = modes(whole, of_level, of_action)
    assert found.of() is whole
    assert found.of(1) is min(whole, of_level, key=MODES.index)
    assert found.of(1, 0) is min(whole, of_level, of_action, key=MODES.index)
    assert found.restricted == [whole, of_level, of_action].count(Mode.PASSIVE) + [
        whole, of_level, of_action,
    ].count(Mode.INHIBITED)  # fmt: skip


@given(ANY, ANY)
def test_the_ground_replaces_the_mode_of_the_mission(own, ground):
    found = modes(of_level=own)
    found.set((1,), ground, None, 0)
    assert found.at((1,)) is ground
    assert bool(found.overrides) is (own is not ground)


def test_a_mode_that_is_loosened_for_a_time_comes_back():
    found = modes(of_action=Mode.INHIBITED)
    found.set((1, 0), Mode.ACTIVE, 50, 0)
    assert (found.of(1, 0), found.deadline, found.lasting) == (Mode.ACTIVE, 50, [])
    assert found.expire(49) == []
    assert found.expire(50) == [(1, 0)]
    assert (found.of(1, 0), found.deadline) == (Mode.INHIBITED, None)


def test_what_expires_is_told_in_order():
    found = modes()
    for key in ((1, 0), (1,), ()):
        found.set(key, Mode.PASSIVE, 10, 0)
    assert found.expire(99) == [(), (1,), (1, 0)]


def test_only_restrictions_of_the_ground_without_an_end_are_recalled():
    found = modes(of_action=Mode.INHIBITED, nag=100)
    found.set((), Mode.PASSIVE, 500, 0)
    assert found.nag is None
    found.set((1,), Mode.INHIBITED, None, 7)
    assert found.deadline == 107
    assert found.remind(106) == []
    assert found.remind(107) == [(1,)]
    assert found.deadline == 207
    found.set((1,), Mode.ACTIVE, None, 150)
    assert (found.nag, found.remind(999)) == (None, [])


@pytest.mark.parametrize(("key", "known"), [((), True), ((1,), True), ((1, 0), True), ((2,), False)])
def test_a_mode_applies_to_a_place_that_exists(key, known):
    assert (key in modes()) is known
    assert (1, 1) not in modes()
