"""Reading the audit log; a last line that is not whole is not there yet."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from fdir_service.audit import FORMAT, AuditError
from fdir_service.journal import Record

_BEGIN = b'{"kind": "header"'


class Reader:
    """Reads a log as it grows.

    Raises
    ------
    AuditError
        If the file cannot be read, or is something else.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise AuditError(f"{path}: cannot be read: {error.strerror}") from None

    def records(self) -> Iterator[Record]:
        """Yield the records that are there and have not been yielded yet."""
        start = self._file.tell()
        while (line := self._file.readline()).endswith(b"\n"):
            self.lines += 1
            start += len(line)
            if self.lines == 1:
                check_header(line, self.path)
            yield self._record(line)
        self._file.seek(start)

    def _record(self, line: bytes) -> Record:
        try:
            record: Record = json.loads(line)
            record["kind"], record["time_ns"]
        except (ValueError, KeyError, TypeError):
            raise AuditError(f"{self.path}: line {self.lines} is no record") from None
        return record

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def read(path: Path) -> Iterator[Record]:
    """Yield the records of a log; raises `AuditError` (see `Reader`), also for one without a header."""
    with Reader(path) as reader:
        yield from reader.records()
        if not reader.lines:
            raise AuditError(f"{path}: is no audit log (it has no whole line)")


def check_header(line: bytes, path: Path) -> None:
    """Check the first line of a log; without a line feed it is one that was cut off.

    Raises
    ------
    AuditError
        If it is no header, or one of another format.

    """
    form = _format(line) if line.endswith(b"\n") else FORMAT if _may_become_header(line) else None
    if form is None:
        raise AuditError(f"{path}: is no audit log (its first line is no header)")
    if form != FORMAT:
        raise AuditError(f"{path}: audit log of format {form}, this program reads {FORMAT}")


def _format(line: bytes) -> object:
    """Return the format that a header names, or None for another line."""
    try:
        header = json.loads(line)
        return header["format"] if header["kind"] == "header" else None
    except (ValueError, KeyError, TypeError):
        return None


def _may_become_header(line: bytes) -> bool:
    return line.startswith(_BEGIN) or _BEGIN.startswith(line)
