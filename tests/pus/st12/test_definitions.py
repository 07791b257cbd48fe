"""Definitions of parameter and functional monitoring, and what is wrong with faulty ones."""

import math

import pytest

from pus.failure import Failure, FailureCode
from pus.parameters import ValueType
from pus.st12.definitions import (
    Check,
    CheckType,
    Delta,
    ExpectedValue,
    Fmon,
    FmonChecking,
    Limit,
    Pmon,
    PmonChecking,
    Validity,
    find_fmon_fault,
    find_pmon_fault,
)
from tests.pus.spacecraft import BIAS, COUNT, FAILED, FRESH, MODE, PARAMETERS, RATE, SPIN, VOLTAGE

LIMIT = Limit(20.0, 32.0, 1201, 1202)
PMONS = {k: Pmon(k, VOLTAGE, LIMIT, 1) for k in (1, 2, 3)}


# --- raw values ----------------------------------------------------------------------------------------


def test_statuses_have_the_raw_values_of_the_standard() -> None:
    assert [(s.name, s.value) for s in CheckType] == [("EXPECTED_VALUE", 0), ("LIMIT", 1), ("DELTA", 2)]
    assert [s.name for s in PmonChecking] == ["NOMINAL", "UNCHECKED", "INVALID", "LOW", "HIGH"]
    assert [s.name for s in FmonChecking] == ["UNCHECKED", "RUNNING", "INVALID", "FAILED"]
    assert list(PmonChecking) == [0, 1, 2, 3, 4]
    assert list(FmonChecking) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("check", "events"),
    [
        (ExpectedValue(1, 1, 1203), [0, 0, 0, 1203, 0]),
        (LIMIT, [0, 0, 0, 1201, 1202]),
        (Delta(-1.0, 1.0, 0, 1204), [0, 0, 0, 0, 1204]),
    ],
)
def test_events_belong_to_violations_only(check: Check, events: list[int]) -> None:
    assert [check.event_of(status) for status in PmonChecking] == events


@pytest.mark.parametrize(
    ("check", "crossed"),
    [(ExpectedValue(1, 3), [3] * 5), (LIMIT, [20, 20, 20, 20, 32]), (Delta(-1.0, 2.0), [-1, -1, -1, -1, 2])],
)
def test_the_limit_crossed_is_the_high_one_above_it_and_the_low_one_otherwise(
    check: Check, crossed: list[float]
) -> None:
    assert [check.crossed(status) for status in PmonChecking] == crossed


def test_a_condition_compares_masked_bits() -> None:
    condition = Validity(MODE, 0b10, 0b10)
    assert condition.holds(0b11)
    assert not condition.holds(0b01)
    assert not condition.holds(math.nan)


# --- parameter monitoring ------------------------------------------------------------------------------


@pytest.mark.parametrize("parameter", [p.id for p in PARAMETERS.parameters if p.source])
def test_a_limit_may_stand_on_any_sampled_parameter(parameter: int) -> None:
    assert find_pmon_fault(Pmon(1, parameter, Limit(0.0, 1.0), 1), PARAMETERS) is None


@pytest.mark.parametrize("parameter", [MODE, FRESH, SPIN])
def test_an_expected_value_may_stand_on_an_unsigned_parameter(parameter: int) -> None:
    assert PARAMETERS.by_id[parameter].type.is_unsigned
    assert find_pmon_fault(Pmon(1, parameter, ExpectedValue(1, 1), 1), PARAMETERS) is None


FAULTY_PMONS = [
    (Pmon(1, 0x999, LIMIT, 1), FailureCode.PARAMETER_NOT_ACCESSIBLE, 0x999),
    (Pmon(1, COUNT, LIMIT, 1), FailureCode.PARAMETER_NOT_ACCESSIBLE, COUNT),
    (Pmon(1, VOLTAGE, ExpectedValue(1, 1), 1), FailureCode.OTHER_CHECK_TYPE, 1),
    (Pmon(1, BIAS, ExpectedValue(1, 1), 1), FailureCode.OTHER_CHECK_TYPE, 1),
    (Pmon(1, VOLTAGE, LIMIT, 1, 1, Validity(0x999, 1, 1)), FailureCode.VALIDITY_NOT_ACCESSIBLE, 0x999),
    (Pmon(1, VOLTAGE, LIMIT, 1, 1, Validity(VOLTAGE, 1, 1)), FailureCode.VALIDITY_NOT_ACCESSIBLE, VOLTAGE),
    (Pmon(1, VOLTAGE, LIMIT, 1, 1, Validity(SPIN, 1, 1)), FailureCode.VALIDITY_NOT_ACCESSIBLE, SPIN),
    (Pmon(1, VOLTAGE, LIMIT, 0), FailureCode.OUT_OF_RANGE, 1),
    (Pmon(1, VOLTAGE, LIMIT, 1, 0), FailureCode.OUT_OF_RANGE, 1),
    (Pmon(1, VOLTAGE, Delta(0.0, 1.0, consecutive=0), 1), FailureCode.OUT_OF_RANGE, 1),
    (Pmon(1, VOLTAGE, Limit(1.0, 0.5), 1), FailureCode.HIGH_BELOW_LOW, 1),
    (Pmon(1, VOLTAGE, Delta(1.0, 0.5), 1), FailureCode.HIGH_BELOW_LOW, 1),
    (Pmon(1, VOLTAGE, Limit(math.nan, 1.0), 1), FailureCode.HIGH_BELOW_LOW, 1),
    (Pmon(1, VOLTAGE, Limit(0.0, math.nan), 1), FailureCode.HIGH_BELOW_LOW, 1),
]


@pytest.mark.parametrize(("pmon", "code", "offender"), FAULTY_PMONS)
def test_a_faulty_parameter_monitoring_definition_has_a_reason(
    pmon: Pmon, code: FailureCode, offender: int
) -> None:
    assert find_pmon_fault(pmon, PARAMETERS) == Failure(code, offender)


def test_a_condition_on_the_own_source_and_equal_limits_are_sound() -> None:
    assert find_pmon_fault(Pmon(1, VOLTAGE, LIMIT, 1, 1, Validity(FRESH, 1, 1)), PARAMETERS) is None
    assert find_pmon_fault(Pmon(1, VOLTAGE, Limit(1.0, 1.0), 1), PARAMETERS) is None


# --- functional monitoring -----------------------------------------------------------------------------


@pytest.mark.parametrize("minimum", [1, 2, 3])
def test_any_number_of_failing_checks_up_to_all_may_be_the_minimum(minimum: int) -> None:
    assert find_fmon_fault(Fmon(9, FAILED, (1, 2, 3), minimum), PMONS, PARAMETERS) is None


def test_the_condition_of_a_functional_definition_may_stand_on_any_source() -> None:
    for parameter in (FRESH, SPIN):
        assert PARAMETERS.by_id[parameter].type in (ValueType.U8, ValueType.BOOL)
        fmon = Fmon(9, FAILED, (1,), 1, Validity(parameter, 1, 1))
        assert find_fmon_fault(fmon, PMONS, PARAMETERS) is None


FAULTY_FMONS = [
    (Fmon(9, FAILED, (1, 7)), FailureCode.UNKNOWN_PMON_IN_FMON, 7),
    (Fmon(9, FAILED, (1,), 1, Validity(0x999, 1, 1)), FailureCode.VALIDITY_NOT_ACCESSIBLE, 0x999),
    (Fmon(9, FAILED, (1,), 1, Validity(RATE, 1, 1)), FailureCode.VALIDITY_NOT_ACCESSIBLE, RATE),
    (Fmon(9, FAILED, (1, 2), 0), FailureCode.OUT_OF_RANGE, 9),
    (Fmon(9, FAILED, (1, 2), 3), FailureCode.OUT_OF_RANGE, 9),
    (Fmon(9, FAILED, ()), FailureCode.OUT_OF_RANGE, 9),
    (Fmon(9, FAILED, (1, 1), 2), FailureCode.OUT_OF_RANGE, 9),
]


@pytest.mark.parametrize(("fmon", "code", "offender"), FAULTY_FMONS)
def test_a_faulty_functional_monitoring_definition_has_a_reason(
    fmon: Fmon, code: FailureCode, offender: int
) -> None:
    assert find_fmon_fault(fmon, PMONS, PARAMETERS) == Failure(code, offender)
