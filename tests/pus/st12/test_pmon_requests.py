"""TC[12,1..16]: what requests on parameter monitoring do, and when they are refused."""

import math
from dataclasses import replace

import pytest

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.profile import Profile
from pus.st12 import layout
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon, PmonChecking, Validity
from tests.pus.spacecraft import (
    BUS,
    FAILED,
    FRESH,
    HIGH,
    LOW,
    MODE,
    NAN,
    PARAMETERS,
    PERIOD,
    PLAIN,
    SPIN,
    VOLTAGE,
    add,
    ask,
    ask_with_acks,
    build,
    bus,
    events,
    feed,
    history,
    kinds,
    notices,
    pmon_data,
    samples,
    watch,
)

LIMITS = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 2)
OTHER = Pmon(8, VOLTAGE, Limit(0.0, 50.0), 1)
MODES = Pmon(9, MODE, ExpectedValue(0xFF, 3), 1)
NONE = codec.u16(0)


def ids(*numbers: int) -> bytes:
    return codec.ids(list(numbers))


def modification(*pmons: Pmon) -> bytes:
    return codec.u16(len(pmons)) + b"".join(layout.encode_modification(p, PARAMETERS) for p in pmons)


def guarded() -> Chain:
    """Return a chain whose PMON 7 is used by a protected FMON; 7 and 8 are disabled, 9 is enabled."""
    chain = build()
    add(chain, LIMITS, OTHER, MODES, Fmon(3, FAILED, (7,)))
    ask(chain, 12, 21, ids(3))
    ask(chain, 12, 1, ids(9))
    return chain


# --- refusals ------------------------------------------------------------------------------------------

REFUSED = {
    "enable unknown": (1, ids(99), FailureCode.UNKNOWN_PMON, 99),
    "enable protected": (1, ids(7), FailureCode.PROTECTED, 7),
    "disable unknown": (2, ids(99), FailureCode.UNKNOWN_PMON, 99),
    "disable protected": (2, ids(7), FailureCode.PROTECTED, 7),
    "delete all while enabled": (4, b"", FailureCode.PMON_FUNCTION_ENABLED, None),
    "delete unknown": (6, ids(99), FailureCode.UNKNOWN_PMON, 99),
    "delete enabled": (6, ids(9), FailureCode.PMON_ENABLED, 9),
    "delete used": (6, ids(7), FailureCode.PMON_IN_USE, 7),
    "modify unknown": (7, modification(replace(OTHER, id=99)), FailureCode.UNKNOWN_PMON, 99),
    "modify protected": (7, modification(LIMITS), FailureCode.PROTECTED, 7),
    "modify parameter": (
        7,
        modification(replace(OTHER, parameter=FRESH)),
        FailureCode.OTHER_PARAMETER,
        FRESH,
    ),
    "modify type": (7, modification(replace(OTHER, check=Delta(0.0, 1.0))), FailureCode.OTHER_CHECK_TYPE, 8),
    "modify limits": (7, modification(replace(OTHER, check=Limit(1.0, 0.0))), FailureCode.HIGH_BELOW_LOW, 8),
    "modify repetition": (7, modification(replace(OTHER, repetition=0)), FailureCode.OUT_OF_RANGE, 8),
    "modify event": (7, modification(replace(OTHER, check=Limit(0, 1, 5))), FailureCode.UNKNOWN_EVENT, 5),
    "report unknown": (8, ids(99), FailureCode.UNKNOWN_PMON, 99),
    "disable function": (16, b"", FailureCode.FMON_FUNCTION_ENABLED, None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_request_against_the_rules_is_refused_and_changes_nothing(case: str) -> None:
    subtype, data, code, offender = REFUSED[case]
    chain = guarded()
    before = [tm.data for k in (13, 27) for tm in ask(chain, 12, k)]
    definitions = dict(chain.monitoring.pmons)
    assert notices(ask(chain, 12, subtype, data)) == [(4, code, offender)]
    assert [tm.data for k in (13, 27) for tm in ask(chain, 12, k)] == before
    assert chain.monitoring.pmons == definitions
    assert chain.monitoring.pmon_function


REFUSED_PMONS = {
    "exists": (OTHER, FailureCode.PMON_EXISTS, 8),
    "unknown parameter": (b"\0\1\x09\x99", FailureCode.PARAMETER_NOT_ACCESSIBLE, 0x999),
    "high limit below low": (Pmon(1, VOLTAGE, Limit(2.0, 1.0), 1), FailureCode.HIGH_BELOW_LOW, 1),
    "high threshold below low": (Pmon(1, VOLTAGE, Delta(2.0, 1.0), 1), FailureCode.HIGH_BELOW_LOW, 1),
    "limit not a number": (Pmon(1, VOLTAGE, Limit(math.nan, 1.0), 1), FailureCode.HIGH_BELOW_LOW, 1),
    "repetition 0": (Pmon(1, VOLTAGE, Limit(0.0, 1.0), 0), FailureCode.OUT_OF_RANGE, 1),
    "interval 0": (Pmon(1, VOLTAGE, Limit(0.0, 1.0), 1, 0), FailureCode.OUT_OF_RANGE, 1),
    "no deltas": (Pmon(1, VOLTAGE, Delta(0.0, 1.0, consecutive=0), 1), FailureCode.OUT_OF_RANGE, 1),
    "unknown event": (Pmon(1, VOLTAGE, Limit(0.0, 1.0, 0, 77), 1), FailureCode.UNKNOWN_EVENT, 77),
    "unknown event of a mode": (Pmon(1, MODE, ExpectedValue(1, 1, 77), 1), FailureCode.UNKNOWN_EVENT, 77),
}


@pytest.mark.parametrize("case", REFUSED_PMONS)
def test_a_faulty_definition_is_refused_and_the_one_before_it_is_added(case: str) -> None:
    faulty, code, offender = REFUSED_PMONS[case]
    chain = guarded()
    good = Pmon(20, VOLTAGE, Limit(0.0, 0.0), 1)
    entry = pmon_data(chain, faulty)[2:] if isinstance(faulty, Pmon) else faulty
    data = codec.u16(2) + pmon_data(chain, good)[2:] + entry
    assert notices(ask(chain, 12, 5, data)) == [(4, code, offender)]
    assert sorted(chain.monitoring.pmons) == [7, 8, 9, 20]


@pytest.mark.parametrize(
    ("condition", "offender"), [(codec.u16(0x999), 0x999), (codec.u16(SPIN) + b"\1\1", SPIN)]
)
def test_a_condition_must_be_known_and_on_the_source_of_the_parameter(
    condition: bytes, offender: int
) -> None:
    chain = build(Profile())
    whole = pmon_data(chain, Pmon(1, VOLTAGE, Limit(0.0, 1.0), 1))
    data = whole[:6] + condition + whole[8:]
    assert notices(ask(chain, 12, 5, data)) == [(4, FailureCode.VALIDITY_NOT_ACCESSIBLE, offender)]


def test_a_full_list_takes_no_more() -> None:
    chain = build(replace(PLAIN, max_pmons=2))
    data = pmon_data(chain, LIMITS, OTHER, MODES)
    assert notices(ask(chain, 12, 5, data)) == [(4, FailureCode.PMON_LIST_FULL, 9)]
    assert sorted(chain.monitoring.pmons) == [7, 8]


def test_a_definition_that_comes_twice_is_present_the_second_time() -> None:
    chain = build()
    data = pmon_data(chain, LIMITS, replace(OTHER, id=7))
    assert notices(ask(chain, 12, 5, data)) == [(4, FailureCode.PMON_EXISTS, 7)]
    assert chain.monitoring.pmons == {7: LIMITS}


def test_a_deleted_definition_is_unknown_the_second_time() -> None:
    assert notices(ask(guarded(), 12, 6, ids(8, 8))) == [(4, FailureCode.UNKNOWN_PMON, 8)]


@pytest.mark.parametrize("subtype", [5, 7])
def test_what_follows_an_unreadable_instruction_is_counted(subtype: int) -> None:
    chain = build()
    add(chain, OTHER)
    change = replace(OTHER, check=Limit(1.0, 2.0))
    good = pmon_data(chain, LIMITS)[2:] if subtype == 5 else modification(change)[2:]
    data = codec.u16(4) + good + b"\0\1\x09\x99" + good + good
    assert notices(ask(chain, 12, subtype, data)) == [
        (4, FailureCode.PARAMETER_NOT_ACCESSIBLE, 0x999),
        (4, FailureCode.REMAINDER, 2),
    ]
    assert chain.monitoring.pmons == ({8: OTHER, 7: LIMITS} if subtype == 5 else {8: change})


@pytest.mark.parametrize("subtype", [1, 2, 5, 6, 7])
@pytest.mark.parametrize("data", [NONE, b"", codec.u16(9) + ids(7)])
def test_an_empty_or_short_list_fails_acceptance(subtype: int, data: bytes) -> None:
    assert [code for _, code, _ in notices(ask(guarded(), 12, subtype, data))] in (
        [FailureCode.UNDECODABLE],
        [FailureCode.PARAMETER_NOT_ACCESSIBLE, FailureCode.REMAINDER],
    )


@pytest.mark.parametrize("subtype", [1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 15, 16])
def test_nothing_is_executed_if_octets_are_left_over(subtype: int) -> None:
    chain = guarded()
    data = {3: codec.u32(1), 5: pmon_data(chain, replace(OTHER, id=1)), 7: modification(OTHER)}.get(
        subtype, ids(8) if subtype in (1, 2, 6, 8) else b""
    )
    assert notices(ask(chain, 12, subtype, data + b"\0")) == [(2, FailureCode.UNDECODABLE, None)]
    assert sorted(chain.monitoring.pmons) == [7, 8, 9]
    assert chain.monitoring.max_delay == PLAIN.max_transition_delay


def test_valid_instructions_are_executed_beside_faulty_ones() -> None:
    chain = guarded()
    answered = ask_with_acks(chain, 12, 1, ids(99, 8, 7))
    assert kinds(answered) == [(1, 1), (1, 4), (1, 4)]
    assert [offender for _, _, offender in notices(answered)] == [99, 7]
    assert chain.monitoring.is_enabled(8)


# --- enable, disable, modify ---------------------------------------------------------------------------


def test_a_new_definition_is_disabled_and_unchecked() -> None:
    chain = build()
    add(chain, LIMITS)
    assert feed(chain, bus(99.0, 99.0)) == []
    assert not chain.monitoring.is_enabled(7)
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED


def test_enabling_again_counts_anew_and_keeps_the_status() -> None:
    chain = watch(build(), LIMITS)
    feed(chain, bus(28.0, 28.0, 99.0))
    assert chain.monitoring.counting(7) == (1, 2)
    ask(chain, 12, 1, ids(7))
    assert chain.monitoring.counting(7) == (0, 2)
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL
    assert history(feed(chain, bus(99.0, 99.0, start=3 * PERIOD))) == [(4, 7, 0, 4)]


def test_a_violation_that_is_enabled_again_raises_no_second_event() -> None:
    chain = watch(build(), LIMITS)
    assert events(feed(chain, bus(99.0, 99.0))) == [(1, HIGH)]
    ask(chain, 12, 1, ids(7))
    assert feed(chain, bus(99.0, 99.0, 99.0, start=2 * PERIOD)) == []


def test_disabling_sets_unchecked_so_that_a_violation_is_told_again() -> None:
    chain = watch(build(), LIMITS)
    feed(chain, bus(99.0, 99.0))
    ask(chain, 12, 2, ids(7))
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED
    assert feed(chain, bus(99.0, 99.0, start=2 * PERIOD)) == []
    ask(chain, 12, 1, ids(7))
    assert events(feed(chain, bus(99.0, 99.0, start=4 * PERIOD))) == [(5, HIGH)]


def test_modifying_sets_unchecked_and_keeps_status_interval_and_condition() -> None:
    chain = build(Profile())
    pmon = replace(LIMITS, interval=2, validity=Validity(FRESH, 1, 1))
    watch(chain, pmon, OTHER)
    feed(chain, bus(28.0, 28.0, 28.0))
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL
    assert ask(chain, 12, 7, modification(replace(pmon, check=Limit(30.0, 32.0), repetition=1))) == []
    assert chain.monitoring.pmons[7] == replace(pmon, check=Limit(30.0, 32.0), repetition=1)
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED
    assert chain.monitoring.checking(8) is PmonChecking.NOMINAL
    assert chain.monitoring.is_enabled(7)
    assert history(feed(chain, bus(28.0, start=3 * PERIOD))) == [(3, 7, 1, 3)]


def test_a_disabled_definition_that_is_modified_stays_disabled() -> None:
    chain = build()
    add(chain, OTHER)
    ask(chain, 12, 7, modification(replace(OTHER, repetition=4)))
    assert not chain.monitoring.is_enabled(8)


def test_adding_and_deleting_leaves_the_counts_of_others_alone() -> None:
    chain = watch(build(), LIMITS, Pmon(5, VOLTAGE, Delta(-1.0, 1.0, consecutive=2), 1))
    feed(chain, bus(28.0, 28.0, 99.0))
    add(chain, replace(OTHER, id=1), OTHER)
    ask(chain, 12, 6, ids(8))
    assert history(feed(chain, bus(99.0, start=3 * PERIOD))) == [(3, 7, 0, 4)]
    assert chain.monitoring.checking(5) is PmonChecking.HIGH


# --- the function --------------------------------------------------------------------------------------


def without_fmons() -> Chain:
    return watch(build(replace(PLAIN, fmon_function=False)), LIMITS)


def test_the_function_starts_enabled_and_can_be_disabled() -> None:
    chain = without_fmons()
    assert history(feed(chain, bus(28.0, 28.0))) == [(1, 7, 1, 0)]
    assert ask(chain, 12, 16) == []
    assert feed(chain, bus(99.0, 99.0, start=2 * PERIOD)) == []
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL
    assert len(chain.monitoring.transitions) == 1


def test_enabling_the_function_sets_enabled_definitions_unchecked_without_telling() -> None:
    chain = without_fmons()
    add(chain, OTHER)
    feed(chain, bus(99.0, 99.0))
    ask(chain, 12, 16)
    assert ask(chain, 12, 15) == []
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED
    assert len(chain.monitoring.transitions) == 1
    assert events(feed(chain, bus(99.0, 99.0, start=2 * PERIOD))) == [(3, HIGH)]


def test_deleting_all_empties_the_lists() -> None:
    chain = without_fmons()
    feed(chain, bus(99.0, 99.0))
    ask(chain, 12, 16)
    assert ask(chain, 12, 4) == []
    assert chain.monitoring.pmons == {}
    assert chain.monitoring.transitions == []
    assert [tm.data for tm in ask(chain, 12, 10)] == [NONE]


def test_deleting_all_is_refused_while_a_definition_is_used() -> None:
    chain = guarded()
    ask(chain, 12, 18)
    ask(chain, 12, 16)
    assert notices(ask(chain, 12, 4)) == [(4, FailureCode.PMON_IN_USE, 7)]


# --- reports -------------------------------------------------------------------------------------------


def test_definitions_are_reported_with_the_delay_and_their_status() -> None:
    chain = guarded()
    ask(chain, 12, 3, codec.u32(77))
    [told] = ask(chain, 12, 8, ids(9, 8))
    head = codec.u32(77) + codec.u16(2)
    parts = [
        layout.encode_pmon(pmon, PARAMETERS, with_validity=False, status=status)
        for pmon, status in ((MODES, b"\1"), (OTHER, b"\0"))
    ]
    assert (told.subtype, told.data) == (9, head + b"".join(parts))


def test_none_named_means_all_definitions() -> None:
    [told] = ask(guarded(), 12, 8, NONE)
    assert told.data[4:8] == codec.u16(3) + codec.u16(7)
    assert [tm.data for tm in ask(build(), 12, 8, NONE)] == [codec.u32(100) + NONE]


def test_known_definitions_are_reported_beside_unknown_ones() -> None:
    answered = ask(guarded(), 12, 8, ids(99, 8))
    assert kinds(answered) == [(1, 4), (12, 9)]


def test_the_status_report_tells_enabled_or_disabled() -> None:
    [told] = ask(guarded(), 12, 13)
    assert (told.subtype, told.data.hex()) == (14, "0003" + "000700" + "000800" + "000901")


def test_the_out_of_limits_report_lists_what_is_in_violation_now_with_its_latest_transition() -> None:
    chain = watch(build(), LIMITS, OTHER, MODES)
    feed(chain, samples(BUS, voltage=[28.0, 99.0, 99.0, 28.0], mode=[3, 3, 7, 7]))
    [told] = ask(chain, 12, 10)
    assert told.subtype == 11
    latest = chain.monitoring.latest
    in_violation = [latest[7], latest[9]]
    encoded = b"".join(layout.encode_transition(t, PARAMETERS) for t in in_violation)
    assert told.data == codec.u16(2) + encoded
    assert [(t.value, t.crossed, t.time) for t in in_violation] == [
        (99.0, 32.0, 2 * PERIOD),
        (7.0, 3.0, 2 * PERIOD),
    ]


def test_the_out_of_limits_report_does_not_empty_the_list() -> None:
    chain = watch(build(), OTHER)
    feed(chain, bus(99.0, NAN, 99.0))
    ask(chain, 12, 10)
    assert len(chain.monitoring.transitions) == 2
