"""The ground of a scenario: sends its telecommands to the daemon over a socket when their time has come."""

from collections import deque
from collections.abc import Iterable
from types import TracebackType

import zmq


class Operator:
    """A ground that knows beforehand what it will send, as (on-board time in ns, packet)."""

    def __init__(self, address: str, requests: Iterable[tuple[int, bytes]]) -> None:
        self._waiting = deque(sorted(requests))
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.connect(address)

    def __enter__(self) -> "Operator":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.destroy(linger=0)

    def tend(self, time: int) -> None:
        """Send what is due at `time` (ns)."""
        while self._waiting and self._waiting[0][0] <= time:
            self._socket.send(self._waiting.popleft()[1])
