"""A recording is the wire in a file: a header, then one length-prefixed message after the other.

``FDIRREC`` and one octet of format version, then for each message its length (u32, big-endian) and its
octets as `pus.samples.encode` makes them. A truncated tail is tolerated: the whole messages count.
"""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pus.samples import MAX_OCTETS, Message, Samples, WireError, decode, encode

MAGIC = b"FDIRREC"
VERSION = 1
HEADER = MAGIC + bytes((VERSION,))
_BEGINNING = 1 << 18
"""Octets of messages from which the samples in the rest are estimated."""


class RecordingError(ValueError):
    """A file that is no recording of this version; the text names the file and the reason."""


class Recorder:
    """Appends messages to a recording; an existing recording is continued."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.messages = 0
        keep = _sound_size(path)
        self._file: IO[bytes] = path.open("r+b" if keep else "wb")
        if keep:
            self._file.truncate(keep)
            self._file.seek(keep)
        else:
            self._file.write(HEADER)

    def write(self, message: Message) -> None:
        """Append one message; raises OSError, for example when the disk is full."""
        octets = encode(message)
        self._file.write(len(octets).to_bytes(4, "big") + octets)
        self.messages += 1

    def flush(self) -> None:
        """Hand what has been written to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Flush and close."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _sound_size(path: Path) -> int:
    """Return the size of the part that can be continued: 0 for a new file, no truncated tail."""
    if not path.exists() or path.stat().st_size == 0:
        return 0
    size = len(HEADER)
    with path.open("rb") as file:
        _check_header(file, path)
        for octets in _frames(file, path):
            size += 4 + len(octets)
    return size


def _check_header(file: IO[bytes], path: Path) -> None:
    header = file.read(len(HEADER))
    if header[: len(MAGIC)] != MAGIC or len(header) != len(HEADER):
        raise RecordingError(f"{path}: is no recording (it does not start with {MAGIC.decode()})")
    if header[-1] != VERSION:
        raise RecordingError(f"{path}: recording format {header[-1]}, this program reads {VERSION}")


def _frames(file: IO[bytes], path: Path) -> Iterator[bytes]:
    while len(prefix := file.read(4)) == 4:
        size = int.from_bytes(prefix, "big")
        if size > MAX_OCTETS:
            raise RecordingError(f"{path}: a message of {size} octets at offset {file.tell() - 4}")
        octets = file.read(size)
        if len(octets) < size:
            return
        yield octets


def read(path: Path) -> Iterator[Message]:
    """Yield the messages of a recording.

    Raises
    ------
    RecordingError
        If the file cannot be read as a recording.

    """
    try:
        with path.open("rb") as file:
            _check_header(file, path)
            for octets in _frames(file, path):
                try:
                    yield decode(octets)
                except WireError as error:
                    raise RecordingError(f"{path}: before offset {file.tell()}: {error}") from None
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from None


def estimate_samples(path: Path) -> int | None:
    """Return how many samples a recording holds about, judged by its beginning; None for a file without any.

    Raises
    ------
    RecordingError
        If the beginning cannot be read as a recording.

    """
    samples = octets = 0
    for message in read(path):
        samples += len(message) if isinstance(message, Samples) else 0
        octets += 4 + len(encode(message))
        if octets >= _BEGINNING:
            break
    return round(samples * max(1.0, (path.stat().st_size - len(HEADER)) / octets)) if samples else None
