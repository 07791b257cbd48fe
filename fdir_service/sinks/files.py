"""Sinks that write files: records as JSON lines, and the recording of the input."""

import json
from collections.abc import Sequence
from pathlib import Path

from fdir_service.journal import Journal
from fdir_service.recording import Recorder
from fdir_service.stream import Output
from pus.samples import Message


class JsonLines:
    """Appends each record of the journal as one line of JSON."""

    def __init__(self, path: Path, journal: Journal) -> None:
        self._journal = journal
        self._file = path.open("a", encoding="utf-8")

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `Sink`."""
        lines = [json.dumps(record) + "\n" for record in self._journal.records(output)]
        if lines:
            self._file.writelines(lines)
            self._file.flush()

    def close(self) -> None:
        """See `Sink`."""
        self._file.close()


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
