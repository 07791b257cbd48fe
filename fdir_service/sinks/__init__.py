"""Where results go: telemetry over ZeroMQ and TCP, recordings of what came in."""

from collections.abc import Sequence
from typing import Protocol

from fdir_service.stream import Output
from pus.samples import Message


class Sink(Protocol):
    """Takes what came in and what the stream made of it; an OSError names what could not be written."""

    def put(self, messages: Sequence[Message], output: Output) -> None:
        """Take one round of the loop."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...
