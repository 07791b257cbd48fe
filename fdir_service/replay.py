"""Replay: a recording or a table through the stream, in fixed blocks, without acting on anything."""

from collections.abc import Callable, Iterator
from pathlib import Path

from fdir_service import recording
from fdir_service.mission import Mission
from fdir_service.sources import table
from fdir_service.sources.reblock import reblock
from fdir_service.stream import CHUNK, Output, Stream
from pus.samples import Message, Samples

Advance = Callable[[int], None]
TABLES = (".csv", ".parquet")


def open_source(path: Path, mission: Mission) -> Iterator[Message]:
    """Return the messages of a recording, or of a table by its suffix."""
    if path.suffix in TABLES:
        return iter(table.read(path, mission))
    return recording.read(path)


def replay(stream: Stream, path: Path, advance: Advance = lambda n: None) -> Iterator[Output]:  # noqa: ARG005
    """Yield what the stream makes of the file, block by block; `advance` hears of the samples handled.

    Requests that recovery would send are in the outputs; nothing is sent.
    """
    for group in reblock(open_source(path, stream.mission), CHUNK, stream.accounts):
        yield stream.take(group)
        advance(sum(len(message) for message in group if isinstance(message, Samples)))


def count_samples(path: Path) -> int | None:
    """Return how many samples the file holds, for a progress bar; None where counting would read it all."""
    if path.suffix == ".csv":
        with path.open("rb") as file:
            return max(0, sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1)
    if path.suffix == ".parquet":
        return table.count_rows(path)
    return None
