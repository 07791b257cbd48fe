"""What a PUS service is: operations by message subtype, and what executing one of them yields."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pus.codec import Reader
from pus.failure import Failure
from pus.packets import Report


@dataclass(frozen=True, slots=True)
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
