"""ST[17] test: are-you-alive and on-board connection tests (ECSS-E-ST-70-41C clause 6.17)."""

from collections.abc import Collection, Mapping
from dataclasses import field

from pus import codec
from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.packets import Report, Tc
from pus.records import mutable
from pus.service import Execution, Operation

SERVICE = 17
ALIVE = 2


@mutable
class Test:
    """Answers TC[17,1]; tests the connection to other application processes for TC[17,3].

    Attributes
    ----------
    apid : our application process, whose connection is always good.
    partners : processes that can be tested by asking whether they are alive.
    timeout : ns to wait for the answer.
    waiting : when each test that is under way fails (ns), by APID.

    """

    apid: int = 0
    partners: Collection[int] = ()
    timeout: int = 5_000_000_000
    waiting: dict[int, int] = field(default_factory=dict)

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        return {1: self.are_you_alive, 3: self.test_connection}

    def are_you_alive(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[17,1] perform an are-you-alive connection test."""
        reader.end()
        return Execution(reports=(Report(SERVICE, ALIVE, b""),))

    def test_connection(self, reader: Reader, time: int) -> Execution:
        """TC[17,3] perform an on-board connection test: TM[17,4] once the process has answered."""
        apid = reader.u16()
        reader.end()
        if apid == self.apid:
            return Execution(reports=(connected(apid),))
        if apid not in self.partners or apid in self.waiting:
            return Execution.refused(Failure(FailureCode.APID_NOT_TESTABLE, apid))
        self.waiting[apid] = time + self.timeout
        return Execution(requests=(Tc(apid, SERVICE, 1).pack(),), pending=(SERVICE, apid))

    @property
    def deadline(self) -> int | None:
        """When the next test under way fails (ns), or None."""
        return min(self.waiting.values()) if self.waiting else None

    def answered(self, apid: int) -> bool:
        """Take a TM[17,2] of a process; return whether a test waited for it."""
        return self.waiting.pop(apid, None) is not None

    def expire(self, time: int) -> list[int]:
        """Return the processes that have not answered in time."""
        late = sorted(apid for apid, deadline in self.waiting.items() if deadline <= time)
        for apid in late:
            del self.waiting[apid]
        return late


def connected(apid: int) -> Report:
    """TM[17,4] on-board connection test report."""
    return Report(SERVICE, 4, codec.u16(apid))
