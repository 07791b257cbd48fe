"""ST[01] request verification: success when asked for, failure always (ECSS-E-ST-70-41C clause 6.1)."""

from pus.codec import DEFAULT, Codec
from pus.failure import Failure
from pus.packets import ACK_ACCEPTANCE, ACK_COMPLETION, ACK_PROGRESS, ACK_START, Report, Tc, Tm, request_id

SERVICE = 1
ACCEPTED, NOT_ACCEPTED, STARTED, NOT_STARTED = 1, 2, 3, 4
PROGRESSED, NOT_PROGRESSED = 5, 6
COMPLETED, NOT_COMPLETED, NOT_ROUTED = 7, 8, 10
_FAILURES = (NOT_ACCEPTED, NOT_STARTED, NOT_PROGRESSED, NOT_COMPLETED, NOT_ROUTED)


def accepted(tc: Tc, octets: bytes) -> list[Report]:
    """Report TM[1,1] if `tc` asks for it."""
    return _success(tc, octets, ACK_ACCEPTANCE, ACCEPTED)


def started(tc: Tc, octets: bytes) -> list[Report]:
    """Report TM[1,3] if `tc` asks for it."""
    return _success(tc, octets, ACK_START, STARTED)


def progressed(tc: Tc, octets: bytes, step: bytes) -> list[Report]:
    """Report TM[1,5] with the step ID `step` if `tc` asks for it."""
    return [
        Report(SERVICE, PROGRESSED, report.data + step, report.destination)
        for report in _success(tc, octets, ACK_PROGRESS, PROGRESSED)
    ]


def completed(tc: Tc, octets: bytes) -> list[Report]:
    """Report TM[1,7] if `tc` asks for it."""
    return _success(tc, octets, ACK_COMPLETION, COMPLETED)


def failed(
    subtype: int, octets: bytes, failure: Failure, destination: int = 0, codec: Codec = DEFAULT
) -> Report:
    """Report TM[1,2], [1,4], [1,8] or [1,10] for the request packet `octets`."""
    notice = request_id(octets).ljust(4, b"\0") + codec.failure(failure)
    return Report(SERVICE, subtype, notice, destination)


def _success(tc: Tc, octets: bytes, flag: int, subtype: int) -> list[Report]:
    return [Report(SERVICE, subtype, request_id(octets), tc.source)] if tc.ack & flag else []


def verdict(tm: Tm) -> tuple[bytes, bool | None]:
    """Read a TM[1,x]: the request ID, and True (completed), False (failed) or None (under way)."""
    if tm.subtype == COMPLETED:
        return tm.data[:4], True
    return tm.data[:4], False if tm.subtype in _FAILURES else None
