"""What came of a request to our own services: how it ended, and what of it lasts over a restart."""

from fdir_service.ladder.commands import sets_mode
from pus import changes, st01
from pus.chain import Instant
from pus.packets import decode_tc

_RESULTS = {
    st01.NOT_ACCEPTED: "rejected",
    st01.NOT_STARTED: "failed",
    st01.NOT_COMPLETED: "failed",
}


def result(instant: Instant) -> str:
    """Return how the execution of a request ended, for a counter's label."""
    verdicts = (_RESULTS.get(r.subtype) for r in instant.reports if r.service == st01.SERVICE)
    return next((verdict for verdict in verdicts if verdict), "executed")


def lasting(packet: bytes, instant: Instant) -> list[bytes]:
    """Return what repeats the lasting effect of a request that has been executed, if there is any."""
    if any((r.service, r.subtype) == (st01.SERVICE, st01.NOT_ACCEPTED) for r in instant.reports):
        return []
    request = decode_tc(packet)
    change = request if sets_mode(request) else changes.lasting(request)
    return [change.pack()] if change else []
