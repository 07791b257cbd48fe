"""Sinks that write files: the recording of the input."""

from collections.abc import Sequence
from pathlib import Path

from fdir_service.recording import Recorder
from fdir_service.stream import Output
from pus.samples import Message


class Recording:
    """Records every message that came in, so that a replay repeats the run."""

    def __init__(self, path: Path) -> None:
        self._recorder = Recorder(path)

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `Sink`."""
        for message in messages:
            self._recorder.write(message)
        self._recorder.flush()

    def close(self) -> None:
        """See `Sink`."""
        self._recorder.close()
