"""Failure codes of TM[1,2] [1,4] [1,8] [1,10]: published, stable, u16.

High octet = service, low octet = reason; 0x00xx is the acceptance of any request. The failure data
carry the offending identifier where there is one.
"""

from enum import IntEnum

from pus.records import frozen


class FailureCode(IntEnum):
    """Why a request, or one instruction of it, was refused."""

    CRC = 0x0001
    LENGTH = 0x0002
    PUS_VERSION = 0x0003
    APID = 0x0004
    SERVICE = 0x0005
    SUBTYPE = 0x0006
    UNDECODABLE = 0x0007
    REMAINDER = 0x0008

    UNKNOWN_SID = 0x0301
    SID_EXISTS = 0x0302
    GENERATION_ENABLED = 0x0303
    BAD_STRUCTURE = 0x0304

    UNKNOWN_EVENT = 0x0501

    UNKNOWN_FUNCTION = 0x0801
    BAD_ARGUMENT = 0x0802
    NOT_EXECUTED = 0x0803

    UNKNOWN_PMON = 0x0C01
    PROTECTED = 0x0C02
    PMON_LIST_FULL = 0x0C03
    PMON_EXISTS = 0x0C04
    PARAMETER_NOT_ACCESSIBLE = 0x0C05
    VALIDITY_NOT_ACCESSIBLE = 0x0C06
    HIGH_BELOW_LOW = 0x0C07
    PMON_ENABLED = 0x0C08
    PMON_IN_USE = 0x0C09
    PMON_FUNCTION_ENABLED = 0x0C0A
    OTHER_PARAMETER = 0x0C0B
    OTHER_CHECK_TYPE = 0x0C0C
    FMON_FUNCTION_ENABLED = 0x0C0D
    PMON_FUNCTION_DISABLED = 0x0C0E
    UNKNOWN_FMON = 0x0C0F
    FMON_EXISTS = 0x0C10
    FMON_TWICE = 0x0C11
    FMON_LIST_FULL = 0x0C12
    UNKNOWN_PMON_IN_FMON = 0x0C13
    FMON_ENABLED = 0x0C14
    FMON_PROTECTED = 0x0C15
    OUT_OF_RANGE = 0x0C16

    APID_NOT_TESTABLE = 0x1101
    NO_ANSWER = 0x1102

    UNKNOWN_OBCP = 0x1201
    WRONG_OBCP_STATE = 0x1202
    OBCP_LOAD_FAILED = 0x1203

    UNKNOWN_EVENT_ACTION = 0x1301
    EVENT_ACTION_ENABLED = 0x1302
    EVENT_ACTION_EXISTS = 0x1303
    EVENT_ACTION_LIST_FULL = 0x1304
    BAD_REQUEST = 0x1305

    UNKNOWN_PARAMETER = 0x1401
    NOT_SETTABLE = 0x1402
    VALUE_OUT_OF_RANGE = 0x1403

    UNKNOWN_SEQUENCE = 0x1501
    SEQUENCE_LOADED = 0x1502
    WRONG_SEQUENCE_STATE = 0x1503
    BAD_SEQUENCE = 0x1504


@frozen
class Failure:
    """One failure notice: a code and, where there is one, the offending identifier."""

    code: FailureCode
    id: int | None = None


class RequestError(ValueError):
    """A request that fails acceptance; carries the `Failure` for TM[1,2]."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"{failure.code.name}: {detail}")
        self.failure = failure
