"""Definitions of parameter and functional monitoring, and the raw values of their statuses."""

import math
from enum import IntEnum

from pus.failure import Failure, FailureCode
from pus.parameters import OWN, ParameterTable
from pus.records import frozen


class CheckType(IntEnum):
    """Check type of a PMON (ECSS-E-ST-70-41C table 8-6)."""

    EXPECTED_VALUE = 0
    LIMIT = 1
    DELTA = 2


class PmonChecking(IntEnum):
    """PMON checking status; 3 means unexpected value, below low limit or below low threshold by type."""

    NOMINAL = 0
    UNCHECKED = 1
    INVALID = 2
    LOW = 3
    HIGH = 4


class FmonChecking(IntEnum):
    """FMON checking status (ECSS-E-ST-70-41C table 8-13)."""

    UNCHECKED = 0
    RUNNING = 1
    INVALID = 2
    FAILED = 3


NO_EVENT = 0
MAX_PMONS_IN_FMON = 4096


@frozen
class Validity:
    """The definition is valid while (parameter AND mask) = expected."""

    parameter: int
    mask: int
    expected: int

    def holds(self, value: float) -> bool:
        """Whether the condition is true for `value`; NaN (not known) is false."""
        return not math.isnan(value) and int(value) & self.mask == self.expected


@frozen
class ExpectedValue:
    """Passes when (value AND mask) = expected."""

    mask: int
    expected: int
    event: int = NO_EVENT

    type = CheckType.EXPECTED_VALUE

    def event_of(self, status: int) -> int:
        """Return the event for entering `status`, or 0."""
        return self.event if status == PmonChecking.LOW else NO_EVENT

    def crossed(self, status: int) -> float:  # noqa: ARG002
        """Return the limit-crossed field of a transition into `status`: the expected value."""
        return float(self.expected)


@frozen
class Limit:
    """Passes when low <= value <= high."""

    low: float
    high: float
    low_event: int = NO_EVENT
    high_event: int = NO_EVENT

    type = CheckType.LIMIT

    def event_of(self, status: int) -> int:
        """Return the event for entering `status`, or 0."""
        return {PmonChecking.LOW: self.low_event, PmonChecking.HIGH: self.high_event}.get(
            PmonChecking(status), NO_EVENT
        )

    def crossed(self, status: int) -> float:
        """Return the high limit for a status above it, otherwise the low limit."""
        return self.high if status == PmonChecking.HIGH else self.low


@frozen
class Delta(Limit):
    """Passes when low <= mean of the last `consecutive` signed differences <= high."""

    consecutive: int = 1

    type = CheckType.DELTA


Check = ExpectedValue | Limit | Delta


@frozen
class Pmon:
    """A parameter monitoring definition; interval in samples of the parameter's own source."""

    id: int
    parameter: int
    check: Check
    repetition: int
    interval: int = 1
    validity: Validity | None = None


@frozen
class Fmon:
    """A functional monitoring definition: failed when at least `minimum` of `pmons` are in violation."""

    id: int
    event: int
    pmons: tuple[int, ...]
    minimum: int = 1
    validity: Validity | None = None


def find_pmon_fault(pmon: Pmon, parameters: ParameterTable) -> Failure | None:
    """Return why `pmon` is no acceptable definition, or None."""
    parameter = parameters.get(pmon.parameter)
    if parameter is None or parameter.source == OWN:
        return Failure(FailureCode.PARAMETER_NOT_ACCESSIBLE, pmon.parameter)
    if pmon.check.type is CheckType.EXPECTED_VALUE and not parameter.type.is_unsigned:
        return Failure(FailureCode.OTHER_CHECK_TYPE, pmon.id)
    if pmon.validity and not _is_condition(pmon.validity, parameters, parameter.source):
        return Failure(FailureCode.VALIDITY_NOT_ACCESSIBLE, pmon.validity.parameter)
    if pmon.repetition < 1 or pmon.interval < 1:
        return Failure(FailureCode.OUT_OF_RANGE, pmon.id)
    return _find_check_fault(pmon)


def _find_check_fault(pmon: Pmon) -> Failure | None:
    check = pmon.check
    if isinstance(check, Delta) and check.consecutive < 1:
        return Failure(FailureCode.OUT_OF_RANGE, pmon.id)
    if isinstance(check, Limit) and not check.low <= check.high:
        return Failure(FailureCode.HIGH_BELOW_LOW, pmon.id)
    return None


def _is_condition(validity: Validity, parameters: ParameterTable, source: str | None) -> bool:
    """Whether the condition reads an unsigned parameter (of `source`, where one is given)."""
    parameter = parameters.get(validity.parameter)
    if parameter is None or not parameter.type.is_unsigned:
        return False
    return source is None or parameter.source == source


def find_fmon_fault(fmon: Fmon, pmons: dict[int, Pmon], parameters: ParameterTable) -> Failure | None:
    """Return why `fmon` is no acceptable definition, or None."""
    for pmon in fmon.pmons:
        if pmon not in pmons:
            return Failure(FailureCode.UNKNOWN_PMON_IN_FMON, pmon)
    if fmon.validity and not _is_condition(fmon.validity, parameters, None):
        return Failure(FailureCode.VALIDITY_NOT_ACCESSIBLE, fmon.validity.parameter)
    # A PMON that is named twice would count twice.
    if not 1 <= fmon.minimum <= len(set(fmon.pmons)) == len(fmon.pmons) <= MAX_PMONS_IN_FMON:
        return Failure(FailureCode.OUT_OF_RANGE, fmon.id)
    return None
