"""Packets from a file: concatenated space packets, or the unit TM and ground TCs of a recording."""

from collections.abc import Iterator
from pathlib import Path

from fdir_service import recording
from fdir_service.framing import Framer, FramingError
from fdir_service.ground.telemetry import PacketDecoder
from fdir_service.journal import Record
from fdir_service.recording import RecordingError
from pus.samples import Command, Reply

_OCTETS = 1 << 16


def records(path: Path, decoder: PacketDecoder) -> Iterator[Record]:
    """Yield the packets of a file as records; raises `RecordingError`. A truncated tail is left out."""
    try:
        with path.open("rb") as file:
            is_recording = file.read(len(recording.MAGIC)) == recording.MAGIC
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from None
    return _recorded(path, decoder) if is_recording else map(decoder.telemetry, _packets(path))


def _recorded(path: Path, decoder: PacketDecoder) -> Iterator[Record]:
    for message in recording.read(path):
        match message:
            case Reply():
                yield decoder.telemetry(message.packet)
            case Command():
                yield decoder.telecommand(message.packet)


def _packets(path: Path) -> Iterator[bytes]:
    framer, offset = Framer(), 0
    with path.open("rb") as file:
        while octets := file.read(_OCTETS):
            framer.feed(octets)
            try:
                for packet in framer.packets():
                    offset += len(packet)
                    yield packet
            except FramingError as error:
                raise RecordingError(f"{path}: no space packet at offset {offset}: {error}") from None
