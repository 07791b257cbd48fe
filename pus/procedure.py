"""A procedure: requests with delays, and one run of it. What ST[18] and ST[21] execute.

The delay of a step runs from its release, which may be later than it was due: the time between two steps is
never shorter than the delay. After the last delay the run is over.
"""

from collections.abc import Callable, Collection

from pus import cuc
from pus.codec import Reader, undecodable
from pus.failure import RequestError
from pus.packets import Tc, decode_tc
from pus.records import frozen, mutable


@frozen
class Step:
    """One request with the delay that follows it (ns); `id` is 0 where steps have no name."""

    request: bytes
    delay: int
    id: int = 0


@mutable
class Run:
    """A run of a procedure.

    Attributes
    ----------
    at : position of the next step.
    due : when it leaves (ns), or None while the run is held.
    hold_after, stop_after : step ID after which the run is held or stopped; 0: the current one; None: none.

    """

    steps: tuple[Step, ...]
    due: int | None
    at: int = 0
    hold_after: int | None = None
    stop_after: int | None = None
    left: int = 0

    @property
    def is_over(self) -> bool:
        """Whether every step has left and the last delay has passed."""
        return self.at > len(self.steps)

    @property
    def current(self) -> int:
        """ID of the step that left last, 0 before the first."""
        return self.steps[self.at - 1].id if 0 < self.at <= len(self.steps) else 0

    def is_ahead(self, step: int) -> bool:
        """Whether a step with this ID has yet to leave."""
        return any(ahead.id == step for ahead in self.steps[self.at :])

    def release(self, time: int) -> list[bytes]:
        """Return the requests that are due at `time`, in order."""
        released = []
        while self.due is not None and self.due <= time and not self.is_over:
            if self.at < len(self.steps):
                released.append(self.steps[self.at].request)
                self.left += 1
                self.due = time + self.steps[self.at].delay
            self.at += 1
            self._end_step()
        return released

    def _end_step(self) -> None:
        if self.stop_after is not None and self.stop_after in (0, self.current):
            self.at = len(self.steps) + 1
        elif self.hold_after is not None and self.hold_after in (0, self.current):
            self.due, self.hold_after = None, None

    def resume(self, time: int) -> None:
        """Go on with the next step now."""
        self.due = time


def read_request(reader: Reader) -> bytes:
    """Read one embedded TC packet; its own length field delimits it."""
    header = reader.rest()[:6]
    if len(header) < 6:
        raise undecodable("an embedded request ends within its header")
    return reader.octets(int.from_bytes(header[4:6], "big") + 7)


def is_executable(request: bytes, accepts: Callable[[Tc], bool], apid: int, barred: Collection[int]) -> bool:
    """Whether a stored request is sound, accepted by someone on board, and no loop.

    `barred` are the services of our own process `apid` that the request may not address.
    """
    try:
        tc = decode_tc(request)
    except RequestError:
        return False
    return accepts(tc) and not (tc.apid == apid and tc.service in barred)


def read_delay(reader: Reader) -> int:
    """Read a relative time; returns ns."""
    return cuc.decode_relative(reader.octets(cuc.RELATIVE_SIZE))


def encode_steps(steps: tuple[Step, ...]) -> bytes:
    """Encode {request, delay} of each step."""
    return b"".join(step.request + cuc.encode_relative(step.delay) for step in steps)
