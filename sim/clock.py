"""The clock that paces the publisher; injected, so that tests need not wait."""

import time
from typing import Protocol

import zmq

_NS_PER_MS = 1_000_000


class Clock(Protocol):
    """Time that passes."""

    def now(self) -> int:
        """Return a monotonic time, ns."""
        ...

    def wait(self, poller: zmq.Poller, ns: int) -> None:
        """Return after `ns`, or earlier once a socket of `poller` has something to read."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> int:
        """Return the monotonic clock, ns."""
        return time.monotonic_ns()

    def wait(self, poller: zmq.Poller, ns: int) -> None:
        """Wait in the poll; whole milliseconds, rounded up."""
        poller.poll(-(-ns // _NS_PER_MS))
