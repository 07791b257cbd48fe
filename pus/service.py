"""What a PUS service is: operations by message subtype, and what executing one of them yields."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Protocol

from pus.codec import Codec, Reader
from pus.failure import Failure
from pus.packets import Report
from pus.records import frozen

MAX_REPORT_DATA = 65_536 - 16
"""Octets of source data that fit in one TM packet beside secondary header, time and check word."""


@frozen
class Execution:
    """The outcome of a request.

    Attributes
    ----------
    reports : responses to the requester.
    failures : one per faulty instruction; each becomes a TM[1,4].
    incomplete : why an execution that started could not be completed (TM[1,8]), or None.
    pending : what names an execution that goes on; its end is told to the application process later.
    requests : packets for other application processes.

    """

    reports: tuple[Report, ...] = ()
    failures: tuple[Failure, ...] = ()
    incomplete: Failure | None = None
    pending: Hashable | None = None
    requests: tuple[bytes, ...] = ()

    @staticmethod
    def of(failure: Failure | None) -> "Execution":
        """Return the outcome of a request with one instruction: refused with `failure`, or good."""
        return Execution.refused(failure) if failure else Execution()

    @staticmethod
    def refused(*failures: Failure) -> "Execution":
        """Nothing was executed."""
        return Execution(failures=failures)


Operation = Callable[[Reader, int], Execution]
"""Executes one message subtype: (application data, time in ns) -> outcome.

It reads all data before it changes anything: a `RequestError` leaves the state untouched.
"""


class Service(Protocol):
    """A PUS service: its number and its operations by message subtype."""

    @property
    def number(self) -> int:
        """Service type."""
        ...

    @property
    def operations(self) -> Mapping[int, Operation]:
        """What executes a request, by message subtype."""
        ...


def listed(
    service: int, subtype: int, entries: Sequence[bytes], codec: Codec, head: bytes = b""
) -> tuple[Report, ...]:
    """Return reports of `head`, N and N entries: one, or as many as the packet limit and N ask for."""
    reports, most = [], codec.most_entries
    room = MAX_REPORT_DATA - len(head) - codec.widths.count
    part: list[bytes] = []
    size = 0
    for entry in entries:
        if size + len(entry) > room or len(part) == most:
            reports.append(part)
            part, size = [], 0
        part.append(entry)
        size += len(entry)
    reports.append(part)
    return tuple(Report(service, subtype, head + codec.counted(part)) for part in reports)
