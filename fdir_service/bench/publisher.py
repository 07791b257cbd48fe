"""The other process: publishes samples of the hopper, all at once or at a pace, when it is told to."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

SOURCE: Final = "avionics"
_PROGRAM: Final = "fdir_service.bench.publishing"


class Publisher:
    """The parent's side of the process.

    Attributes
    ----------
    address : where it publishes.

    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address: str = self._read()["address"]

    def prepare(self, samples: int) -> None:
        """Let it encode the next samples."""
        self._ask("prepare", samples)

    def send(self, interval_ns: int = 0) -> None:
        """Let it send what is prepared, a message every `interval_ns`; returns at once."""
        self._tell("send", interval_ns)

    def sent(self) -> list[int]:
        """Wait for the end of sending; return when each message left, ns of the monotonic clock."""
        stamps: list[int] = self._read()["stamps"]
        return stamps

    def heartbeat(self) -> int:
        """Let it send a heartbeat; return the number of samples published."""
        return int(self._ask("heartbeat")["published"])

    def _ask(self, *words: object) -> dict[str, Any]:
        self._tell(*words)
        return self._read()

    def _tell(self, *words: object) -> None:
        assert self._process.stdin is not None  # noqa: S101
        print(*words, file=self._process.stdin, flush=True)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def publisher(size: int = 1, limit: int = 0, program: str = _PROGRAM) -> Iterator[Publisher]:
    """Start a publisher of messages of `size` samples that queues `limit` of them (0: all), and end it.

    Another `program` gives its own meaning to `size`.
    """
    words = [sys.executable, "-m", program, str(size), str(limit)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        yield Publisher(process)
    finally:
        process.communicate()
