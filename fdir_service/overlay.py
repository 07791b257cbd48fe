"""The overlay: telecommands that changed definitions, kept so that the changes survive a restart.

A text file: one line of JSON with the digest of the mission, then one telecommand packet a line in
hexadecimal digits, in the order of execution. A truncated last line is dropped. An overlay of another
mission is set aside, never applied.
"""

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from fdir_service.stream import Output
from pus.samples import Message

log = logging.getLogger("fdir")

FORMAT = 1


class OverlayError(ValueError):
    """A file that is no overlay; the text names file and reason."""


class Overlay:
    """The overlay of one mission in one file; as a sink it appends what changes definitions."""

    def __init__(self, path: Path, digest: str) -> None:
        self.path = path
        self._digest = digest
        self.packets = self._read()
        self._file = path.open("a", encoding="ascii")
        if not path.stat().st_size:
            self._append(json.dumps({"format": FORMAT, "mission": digest}))

    def _read(self) -> list[bytes]:
        """Return the telecommands that apply to this mission; cut off a truncated tail."""
        if not self.path.exists() or not self.path.stat().st_size:
            return []
        text = self.path.read_text("ascii", errors="replace")
        whole = text[: text.rfind("\n") + 1]
        header, *lines = whole.splitlines() or [""]
        if self._mission_of(header) != self._digest:
            self._set_aside()
            return []
        if whole != text:
            os.truncate(self.path, len(whole))
        try:
            return [bytes.fromhex(line) for line in lines]
        except ValueError as error:
            raise OverlayError(f"{self.path}: not hexadecimal digits: {error}") from None

    def _mission_of(self, header: str) -> str:
        try:
            fields = json.loads(header)
            if fields["format"] != FORMAT:
                raise OverlayError(
                    f"{self.path}: overlay format {fields['format']}, this program reads {FORMAT}"
                )
            return str(fields["mission"])
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, OverlayError):
                raise
            raise OverlayError(f"{self.path}: is no overlay (its first line is no header)") from None

    def _set_aside(self) -> None:
        """Move an overlay of another mission out of the way; a number keeps older ones."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.aside-{number}")).exists():
            number += 1
        self.path.rename(aside)
        log.warning("%s belongs to another mission file or model; set aside as %s", self.path, aside)

    def _append(self, line: str) -> None:
        self._file.write(line + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `fdir_service.sinks.Sink`."""
        for packet in output.definitions:
            self._append(packet.hex())

    def close(self) -> None:
        """See `fdir_service.sinks.Sink`."""
        self._file.close()
