"""Writing the audit log: what a round brought is on disk before its requests leave."""

import fcntl
import json
import os
import stat
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from fdir_service.audit import FORMAT, AuditError
from fdir_service.audit.frames import FreezeFrames
from fdir_service.audit.reading import check_header
from fdir_service.journal import Journal, Record
from fdir_service.stream import Output, Stream
from pus.samples import Message

_BLOCK = 1 << 16


class AuditLog:
    """A sink that appends the records of each round in one write.

    Parameters
    ----------
    sync : whether every write reaches the disk before `put` returns.

    Raises
    ------
    AuditError
        If the file is something else, or another process writes it.

    """

    def __init__(self, path: Path, stream: Stream, journal: Journal, *, sync: bool = True) -> None:
        self._journal = journal
        settings = stream.mission.file.recovery
        self._frames = FreezeFrames(stream, journal, settings.freeze_before_s, settings.freeze_after_s)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            is_file = stat.S_ISREG(os.fstat(self._file).st_mode)
            if is_file:
                _lock(self._file, path)
                _repair(self._file, path)
            self._sync = sync and is_file
            self._append([header(journal, stream.time)])
        except BaseException:
            os.close(self._file)
            raise

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `fdir_service.sinks.Sink`."""
        self._append([*self._journal.records(output), *self._frames.take(output)])

    def _append(self, records: Iterable[Record]) -> None:
        octets = "".join(json.dumps(record, allow_nan=False) + "\n" for record in records).encode()
        rest = memoryview(octets)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        if octets and self._sync:
            os.fsync(self._file)

    def close(self) -> None:
        """See `fdir_service.sinks.Sink`; frames that are under way end here."""
        try:
            self._append(self._frames.flush())
        finally:
            os.close(self._file)


def header(journal: Journal, time: int) -> Record:
    """Return the record that begins a log, and each continuation of it; `time` (ns) is where it goes on."""
    mission = journal.mission
    return journal.head("header", time) | {
        "format": FORMAT,
        "mission": mission.name,
        "digest": mission.digest,
        "models": {detector.name: detector.sha256 for detector in mission.detectors},
        "program": _version(),
        "epoch": mission.profile.epoch,
    }


def _version() -> str:
    try:
        return metadata.version("fdir-service")
    except metadata.PackageNotFoundError:
        return "unknown"


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AuditError(f"{path}: another process writes this audit log") from None


def _repair(file: int, path: Path) -> None:
    """Cut off what a write that did not end has left behind the last whole line."""
    size = os.fstat(file).st_size
    if not size:
        return
    first, feed, _ = os.pread(file, _BLOCK, 0).partition(b"\n")
    check_header(first + feed, path)
    end = size
    while end:
        start = max(0, end - _BLOCK)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    os.ftruncate(file, end)
