"""TC[12,1..16]: when requests on parameter monitoring are refused."""

import math
from dataclasses import replace

import pytest

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.profile import Profile
from pus.st12 import layout
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon
from tests.pus.spacecraft import (
    FAILED,
    FRESH,
    HIGH,
    LOW,
    MODE,
    PARAMETERS,
    PLAIN,
    SPIN,
    VOLTAGE,
    add,
    ask,
    ask_with_acks,
    build,
    kinds,
    notices,
    pmon_data,
)

LIMITS = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 2)
OTHER = Pmon(8, VOLTAGE, Limit(0.0, 50.0), 1)
MODES = Pmon(9, MODE, ExpectedValue(0xFF, 3), 1)
NONE = codec.u16(0)


def ids(*numbers: int) -> bytes:
    return codec.DEFAULT.ids(list(numbers))


def modification(*pmons: Pmon) -> bytes:
    return codec.u16(len(pmons)) + b"".join(
        layout.encode_modification(p, PARAMETERS, codec.DEFAULT) for p in pmons
    )


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
