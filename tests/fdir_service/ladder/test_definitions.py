"""Definitions: who is asked for what, which members must be known, how long a level may take."""

import pytest

from fdir_service.ladder.definitions import MODES, Kind, Member, Mode
from fdir_service.ladder.order import Order
from pus.packets import decode_tc
from tests.fdir_service.ladder.builders import CYCLE, action, level, switch

MEMBERS = {Member.SELECTED: 0, Member.REDUNDANT: 1}


def test_modes_are_ordered_from_the_most_restrictive_and_have_raw_values():
    assert MODES == (Mode.INHIBITED, Mode.PASSIVE, Mode.ACTIVE)


def test_a_function_of_a_unit_is_asked_for_with_st08():
    tc = decode_tc(action("cycle", function=CYCLE, arguments={1: 7.0}).request({}, 9000))
    assert (tc.apid, tc.service, tc.subtype, tc.sequence) == (81, 8, 1, 9000)
    assert tc.data == b"POWER_CYCLE".ljust(16, b"\0") + bytes((0, 1, 0, 1, 7))


@pytest.mark.parametrize(("member", "value"), [(Member.SELECTED, 0), (Member.REDUNDANT, 1)])
def test_a_member_is_filled_in_when_the_action_is_taken(member, value):
    request = action(function=CYCLE, arguments={1: member}).request(MEMBERS, 1)
    assert decode_tc(request).data[-1] == value


def test_a_sequence_is_asked_of_our_own_process_with_st21():
    tc = decode_tc(action(apid=66, function=None, sequence="SAFE").request({}, 2))
    assert (tc.apid, tc.service, tc.subtype, tc.data) == (66, 21, 4, b"SAFE".ljust(16, b"\0"))


def test_a_switch_must_know_the_member_that_it_leaves():
    assert action().members == frozenset()
    assert action(arguments={1: Member.SELECTED, 2: 5.0}).members == {Member.SELECTED}
    assert switch().members == {Member.SELECTED, Member.REDUNDANT}
    assert action(kind=Kind.SWITCH).members == {Member.SELECTED}


def test_a_level_takes_at_most_its_confirmation_and_all_attempts_or_cool_downs():
    brief, long = action(attempts=3, reply=2, confirm=8), action(attempts=2, reply=10, confirm=90)
    assert level(0, brief, long, wait=7, cooldown=50).longest == 7 + 3 * 50 + 2 * 100
    assert level(0, brief, long).settle == 90


def test_levels_know_those_beneath_and_over_them_whatever_the_order_of_their_definition():
    top = level(4, known=9, fmons=(), below=(3, 4))
    order = Order([
        top, level(2, known=4, fmons=(5,)), level(2, known=3, fmons=(), below=(1, 2)),
        level(0, known=2, fmons=(2,)), level(0, known=1, fmons=(1, 3)),
    ])  # fmt: skip
    assert [found.id for found in order.levels] == [1, 2, 3, 4, 9]
    assert order.beneath == {1: set(), 2: set(), 3: {1, 2}, 4: set(), 9: {1, 2, 3, 4}}
    assert order.over == {1: {3, 9}, 2: {3, 9}, 3: {9}, 4: {9}, 9: set()}
    assert order.fmons == {1: (1, 3), 2: (2,), 3: (1, 2, 3), 4: (5,), 9: (1, 2, 3, 5)}
    assert order.above[3] == order.above[4] == (top,)
    assert order.above[1] == (order.by_id[3],)
