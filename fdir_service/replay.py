"""Replay: a recording or a table through the stream, in fixed blocks, without acting on anything."""

from collections.abc import Callable, Iterator
from pathlib import Path

from fdir_service import recording
from fdir_service.mission import Mission
from fdir_service.mission.source_schema import FRAMES
from fdir_service.sources import table
from fdir_service.sources.reblock import reblock
from fdir_service.stream import CHUNK, Output, Stream
from fdir_service.tables.parquet import count_rows
from fdir_service.tables.read import FORMATS
from pus.samples import Message, Samples

Advance = Callable[[int], None]


def open_source(path: Path, mission: Mission) -> Iterator[Message]:
    """Return the messages of a recording, or of a table by its suffix."""
    if path.suffix in FORMATS:
        return iter(table.read(path, mission))
    return recording.read(path)


def replay(stream: Stream, path: Path, advance: Advance = lambda n: None) -> Iterator[Output]:  # noqa: ARG005
    """Yield what the stream makes of the file, block by block; `advance` hears of the samples handled.

    Requests that recovery would send are in the outputs; nothing is sent.
    """
    block = FRAMES if stream.mission.images else CHUNK
    for group in reblock(open_source(path, stream.mission), block, stream.accounts):
        yield stream.take(group)
        advance(sum(len(message) for message in group if isinstance(message, Samples)))


def count_samples(path: Path) -> int | None:
    """Return how many samples a file holds, for a progress bar; None where it cannot be told beforehand.

    Exact for Parquet, lines for CSV, for a recording an estimate from its beginning.
    """
    if path.suffix == ".csv":
        with path.open("rb") as file:
            return max(0, sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1)
    if path.suffix == ".parquet":
        return count_rows(path)
    return None if path.suffix in FORMATS else recording.estimate_samples(path)
