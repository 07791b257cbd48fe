"""TC[12,17..27]: what requests on functional monitoring do, and when they are refused."""

from dataclasses import replace

import pytest

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.profile import Profile
from pus.st12 import layout
from pus.st12.definitions import Fmon, FmonChecking, Limit, Pmon, Validity
from tests.pus.spacecraft import (
    FAILED,
    FRESH,
    PARAMETERS,
    PERIOD,
    PLAIN,
    VOLTAGE,
    add,
    ask,
    build,
    bus,
    events,
    feed,
    fmon_data,
    kinds,
    notices,
    watch,
)

PMONS = [Pmon(k, VOLTAGE, Limit(20.0, 32.0), 1) for k in (7, 8, 9)]
POWER = Fmon(3, FAILED, (7, 8), 2)
NONE = codec.u16(0)


def ids(*numbers: int) -> bytes:
    return codec.DEFAULT.ids(list(numbers))


def several() -> Chain:
    """Return a chain with FMON 3 protected, 4 unprotected, 5 enabled and unprotected; all disabled but 5."""
    chain = build()
    add(chain, *PMONS, POWER, replace(POWER, id=4), replace(POWER, id=5))
    ask(chain, 12, 21, ids(3))
    ask(chain, 12, 19, ids(5))
    return chain


def entries(*fmons: Fmon) -> bytes:
    return fmon_data(build(), *fmons)


# --- refusals ------------------------------------------------------------------------------------------

NEW = Fmon(6, FAILED, (7, 8))
REFUSED = {
    "enable unknown": (19, ids(99), FailureCode.UNKNOWN_FMON, 99),
    "disable unknown": (20, ids(99), FailureCode.UNKNOWN_FMON, 99),
    "protect unknown": (21, ids(99), FailureCode.UNKNOWN_FMON, 99),
    "unprotect unknown": (22, ids(99), FailureCode.UNKNOWN_FMON, 99),
    "add existing": (23, entries(NEW, POWER), FailureCode.FMON_EXISTS, 3),
    "add twice": (23, entries(NEW, replace(NEW, minimum=2)), FailureCode.FMON_TWICE, 6),
    "add unknown check": (23, entries(replace(NEW, pmons=(7, 99))), FailureCode.UNKNOWN_PMON_IN_FMON, 99),
    "add unknown event": (23, entries(replace(NEW, event=77)), FailureCode.UNKNOWN_EVENT, 77),
    "add minimum 0": (23, entries(replace(NEW, minimum=0)), FailureCode.OUT_OF_RANGE, 6),
    "add minimum above all": (23, entries(replace(NEW, minimum=3)), FailureCode.OUT_OF_RANGE, 6),
    "add same check twice": (23, entries(replace(NEW, pmons=(7, 7))), FailureCode.OUT_OF_RANGE, 6),
    "delete unknown": (24, ids(99), FailureCode.UNKNOWN_FMON, 99),
    "delete enabled": (24, ids(5), FailureCode.FMON_ENABLED, 5),
    "delete protected": (24, ids(3), FailureCode.FMON_PROTECTED, 3),
    "report unknown": (25, ids(99), FailureCode.UNKNOWN_FMON, 99),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_request_against_the_rules_is_refused_and_changes_nothing(case: str) -> None:
    subtype, data, code, offender = REFUSED[case]
    chain = several()
    before = [tm.data for tm in ask(chain, 12, 27)]
    assert notices(ask(chain, 12, subtype, data)) == [(4, code, offender)]
    assert [tm.data for tm in ask(chain, 12, 27)] == before
    assert sorted(chain.monitoring.fmons) == [3, 4, 5]


def test_a_faulty_definition_does_not_keep_the_others_out() -> None:
    chain = several()
    data = entries(NEW, replace(NEW, id=10, minimum=9), replace(NEW, id=11))
    assert notices(ask(chain, 12, 23, data)) == [(4, FailureCode.OUT_OF_RANGE, 10)]
    assert sorted(chain.monitoring.fmons) == [3, 4, 5, 6, 11]


def test_a_full_list_takes_no_more() -> None:
    chain = build(replace(PLAIN, max_fmons=1))
    add(chain, *PMONS)
    answered = ask(chain, 12, 23, entries(POWER, NEW))
    assert notices(answered) == [(4, FailureCode.FMON_LIST_FULL, 6)]


@pytest.mark.parametrize("subtype", [19, 20, 21, 22, 23, 24])
def test_an_empty_list_fails_acceptance(subtype: int) -> None:
    assert notices(ask(several(), 12, subtype, NONE)) == [(2, FailureCode.UNDECODABLE, None)]


def test_a_definition_without_checks_fails_acceptance() -> None:
    assert notices(ask(several(), 12, 23, entries(replace(NEW, pmons=())))) == [
        (2, FailureCode.UNDECODABLE, None)
    ]


@pytest.mark.parametrize("subtype", [17, 18, 19, 20, 21, 22, 23, 24, 25, 27])
def test_nothing_is_executed_if_octets_are_left_over(subtype: int) -> None:
    chain = several()
    data = {17: b"", 18: b"", 27: b"", 23: entries(NEW)}.get(subtype, ids(4))
    assert notices(ask(chain, 12, subtype, data + b"\0")) == [(2, FailureCode.UNDECODABLE, None)]
    assert sorted(chain.monitoring.fmons) == [3, 4, 5]


def test_an_unknown_condition_makes_the_rest_unreadable() -> None:
    chain = build(Profile())
    add(chain, *PMONS)
    first, condition = fmon_data(chain, NEW)[2:], codec.u16(12) + codec.u16(0x999)
    answered = ask(chain, 12, 23, codec.u16(3) + first + condition + first)
    assert notices(answered) == [
        (4, FailureCode.VALIDITY_NOT_ACCESSIBLE, 0x999),
        (4, FailureCode.REMAINDER, 1),
    ]
    assert sorted(chain.monitoring.fmons) == [6]


def test_a_condition_is_read_and_reported() -> None:
    chain = build(Profile())
    fmon = replace(POWER, validity=Validity(FRESH, 1, 1))
    add(chain, *PMONS, fmon)
    assert chain.monitoring.fmons == {3: fmon}
    [told] = ask(chain, 12, 25, ids(3))
    status = b"\0\0"
    encoded = layout.encode_fmon(fmon, PARAMETERS, codec.DEFAULT, with_validity=True, status=status)
    assert told.data == codec.u16(1) + encoded


# --- protection ----------------------------------------------------------------------------------------


def test_a_new_definition_is_disabled_unchecked_and_protected() -> None:
    chain = build()
    add(chain, *PMONS)
    ask(chain, 12, 23, entries(POWER))
    [told] = ask(chain, 12, 27)
    assert (told.subtype, told.data.hex()) == (28, "0001" + "0003" + "01" + "00" + "00")


def test_the_checks_of_a_protected_definition_are_locked_until_it_is_unprotected() -> None:
    chain = several()
    assert notices(ask(chain, 12, 1, ids(7, 9))) == [(4, FailureCode.PROTECTED, 7)]
    assert chain.monitoring.is_enabled(9)
    assert ask(chain, 12, 22, ids(3)) == []
    assert ask(chain, 12, 1, ids(7)) == []
    ask(chain, 12, 21, ids(3))
    assert notices(ask(chain, 12, 2, ids(7))) == [(4, FailureCode.PROTECTED, 7)]


def test_protection_does_not_keep_the_definition_itself_from_being_switched() -> None:
    chain = several()
    assert ask(chain, 12, 19, ids(3)) == []
    assert ask(chain, 12, 20, ids(3)) == []


def test_a_disabled_and_unprotected_definition_can_be_deleted() -> None:
    chain = several()
    assert ask(chain, 12, 24, ids(4)) == []
    assert sorted(chain.monitoring.fmons) == [3, 5]
    assert notices(ask(chain, 12, 24, ids(4))) == [(4, FailureCode.UNKNOWN_FMON, 4)]


# --- the functions and their order ---------------------------------------------------------------------


def test_the_functions_are_switched_in_the_order_of_their_dependence() -> None:
    chain = build()
    assert notices(ask(chain, 12, 16)) == [(4, FailureCode.FMON_FUNCTION_ENABLED, None)]
    assert ask(chain, 12, 18) == []
    assert ask(chain, 12, 16) == []
    assert notices(ask(chain, 12, 17)) == [(4, FailureCode.PMON_FUNCTION_DISABLED, None)]
    assert ask(chain, 12, 15) == []
    assert ask(chain, 12, 17) == []


def test_a_disabled_function_evaluates_nothing() -> None:
    chain = watch(build(replace(PLAIN, fmon_function=False)), *PMONS, POWER)
    assert events(feed(chain, bus(99.0))) == []
    assert chain.monitoring.fmon_states[3].status is FmonChecking.UNCHECKED


# --- the latch -----------------------------------------------------------------------------------------


def latched() -> Chain:
    chain = watch(build(), *PMONS, POWER)
    assert events(feed(chain, bus(99.0, 28.0, 99.0))) == [(0, FAILED)]
    return chain


def status(chain: Chain) -> FmonChecking:
    return chain.monitoring.fmon_states[3].status


def test_failed_stays_failed() -> None:
    assert status(latched()) is FmonChecking.FAILED


def test_enabling_a_failed_definition_does_not_release_it() -> None:
    chain = latched()
    ask(chain, 12, 19, ids(3))
    assert status(chain) is FmonChecking.FAILED


def test_disabling_and_enabling_releases_it() -> None:
    chain = latched()
    ask(chain, 12, 20, ids(3))
    assert status(chain) is FmonChecking.UNCHECKED
    ask(chain, 12, 19, ids(3))
    assert events(feed(chain, bus(28.0, 99.0, start=3 * PERIOD))) == [(4, FAILED)]


def test_enabling_the_function_releases_all_that_are_enabled() -> None:
    chain = latched()
    add(chain, replace(POWER, id=4))
    chain.monitoring.fmon_states[4].status = FmonChecking.RUNNING
    assert ask(chain, 12, 17) == []
    assert status(chain) is FmonChecking.UNCHECKED
    assert chain.monitoring.fmon_states[4].status is FmonChecking.RUNNING


# --- reports -------------------------------------------------------------------------------------------


def test_none_named_means_all_definitions() -> None:
    [told] = ask(several(), 12, 25, NONE)
    assert told.data[:4] == codec.u16(3) + codec.u16(3)
    assert [tm.data for tm in ask(build(), 12, 25, NONE)] == [NONE]


def test_known_definitions_are_reported_beside_unknown_ones() -> None:
    answered = ask(several(), 12, 25, ids(99, 4))
    assert kinds(answered) == [(1, 4), (12, 26)]


def test_the_status_report_tells_protection_status_and_checking_status() -> None:
    [told] = ask(several(), 12, 27)
    assert told.data.hex() == "0003" + "0003010000" + "0004000000" + "0005000100"
