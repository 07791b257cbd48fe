"""ST[01] request verification."""

import pytest

from pus import st01
from pus.failure import Failure, FailureCode
from pus.packets import Tc, Tm

TC = Tc(0x42, 12, 1, source=9, sequence=2)
OCTETS = TC.pack()


@pytest.mark.parametrize(("report", "subtype"), [(st01.accepted, 1), (st01.started, 3), (st01.completed, 7)])
def test_a_success_carries_the_request_id(report, subtype) -> None:  # type: ignore[no-untyped-def]
    [success] = report(TC, OCTETS)
    assert (success.service, success.subtype, success.destination) == (1, subtype, 9)
    assert success.data.hex() == "1842c002"


@pytest.mark.parametrize("report", [st01.accepted, st01.started, st01.completed])
def test_a_success_is_not_told_unasked(report) -> None:  # type: ignore[no-untyped-def]
    assert report(Tc(0x42, 12, 1, ack=0), OCTETS) == []


def test_a_failure_carries_the_request_id_the_code_and_the_offender() -> None:
    notice = st01.failed(st01.NOT_STARTED, OCTETS, Failure(FailureCode.UNKNOWN_PMON, 99), 9)
    assert (notice.subtype, notice.destination, notice.data.hex()) == (4, 9, "1842c0020c010063")


def test_a_failure_without_an_offender_has_no_failure_data() -> None:
    assert st01.failed(st01.NOT_ROUTED, OCTETS, Failure(FailureCode.APID)).data.hex() == "1842c0020004"


@pytest.mark.parametrize(
    ("subtype", "verdict"),
    [(1, None), (2, False), (3, None), (4, False), (5, None), (6, False), (7, True), (8, False), (10, False)],
)
def test_a_verification_report_says_how_its_request_stands(subtype: int, verdict: bool | None) -> None:
    tm = Tm(0x51, 1, subtype, OCTETS[:4] + b"\x00\x01", 0)
    assert st01.verdict(tm) == (OCTETS[:4], verdict)
