"""Reports packed per second: our octets of an ST[05] event report against those of spacepackets."""

from fdir_service.bench.rounds import Contender, DisagreementError, Row, UnavailableError
from pus import cuc
from pus.codec import DEFAULT
from pus.packets import Tm
from pus.st05 import SERVICE, Severity

APID, EVENT = 0x42, 1001
DATA = DEFAULT.id(EVENT) + bytes(20)
"""Event definition ID and auxiliary data as long as those of a parameter monitoring event."""
PERIOD = 100_000_000


def ours(reports: int) -> list[bytes]:
    """Pack `reports` event reports."""
    return [
        Tm(APID, SERVICE, Severity.LOW, DATA, k * PERIOD, sequence=k % (1 << 14)).pack()
        for k in range(reports)
    ]


def theirs(reports: int) -> list[bytes]:
    """Build and pack the same reports with spacepackets; the time code is ours in both."""
    try:
        from spacepackets.ecss.tm import PusTm  # noqa: PLC0415  only with the extra "bench"
    except ImportError:
        raise UnavailableError("spacepackets is not installed: pip install 'fdir-service[bench]'") from None
    return [
        bytes(
            PusTm(
                service=SERVICE,
                message_subtype=Severity.LOW,
                timestamp=cuc.encode(k * PERIOD),
                source_data=DATA,
                apid=APID,
                seq_count=k % (1 << 14),
            ).pack()
        )
        for k in range(reports)
    ]


def contenders(quick: bool) -> tuple[Contender, Contender]:
    """Return both; raises `DisagreementError` if one octet differs."""
    reports = 50 if quick else 10_000
    if ours(100) != theirs(100):
        raise DisagreementError("the packets differ from those of spacepackets")
    return Contender(lambda: ours(reports), reports), Contender(lambda: theirs(reports), reports)


ROWS = (Row("st05_packing_vs_spacepackets", "ST[05] event reports to octets; a report", 1, 2, contenders),)
