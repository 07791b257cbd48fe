"""Conversion: the samples of one source from a recording or a table into another file, block by block."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fdir_service import recording
from fdir_service.account import Account
from fdir_service.replay import Advance
from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, Source
from fdir_service.tables.read import FORMATS, read
from fdir_service.tables.write import Output
from pus.samples import Command, Heartbeat, Message, Reply, Samples, Tick

_KINDS = {Command: "ground TCs", Reply: "unit TM packets", Tick: "ticks", Heartbeat: "heartbeats"}


@dataclass(slots=True)
class Conversion:
    """What has been converted.

    Attributes
    ----------
    source : the source that is converted.
    account : its samples: received is what was written, lost what the sequence numbers say is missing.
    faults : bad rows of a table, which are left out and missing in the sequence from then on.
    sources : samples that the file holds, by source.
    left_out : messages that are no samples, by kind.

    """

    source: Source
    account: Account
    faults: Faults
    sources: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    first_time: int | None = None

    @property
    def dropped(self) -> dict[str, int]:
        """Samples of the source that were not written, by reason."""
        return {**self.faults.counts, **self.account.rejected}

    @property
    def duration(self) -> int:
        """On-board time from the first sample to the last (ns)."""
        return 0 if self.first_time is None else self.account.last_time - self.first_time

    def choose(self, messages: Iterable[Message]) -> Iterator[Samples]:
        """Yield the good samples of the source; count all else."""
        for message in messages:
            if not isinstance(message, Samples):
                self.left_out[_KINDS[type(message)]] += 1
                continue
            self.sources[message.source] += len(message)
            if message.source != self.source.name:
                continue
            accepted, _ = self.account.accept(message)
            if accepted is not None:
                if self.first_time is None:
                    self.first_time = int(accepted.times[0])
                yield accepted


def convert(
    path: Path,
    to: Path,
    source: Source,
    layout: Layout,
    advance: Advance = lambda n: None,  # noqa: ARG005
) -> Conversion:
    """Write the samples of a source from one file into another; `advance` hears of the samples read.

    Raises
    ------
    TableError, RecordingError
        If a file cannot be read or written as what it is, or nothing in it can be used.
    OSError
        If writing fails; the file that was to be written is not there then.

    """
    conversion = Conversion(source, Account((len(source.parameters),)), Faults(path))
    is_table = path.suffix in FORMATS
    messages = read(path, source, layout, conversion.faults) if is_table else recording.read(path)
    with Output(to, source) as output:
        for samples in conversion.choose(_told(messages, advance)):
            output.write(samples)
        _check_used(path, conversion)
    return conversion


def _told(messages: Iterable[Message], advance: Advance) -> Iterator[Message]:
    for message in messages:
        yield message
        advance(len(message) if isinstance(message, Samples) else 0)


def _check_used(path: Path, conversion: Conversion) -> None:
    if conversion.account.received:
        return
    if conversion.faults.counts:
        raise TableError(f"no row can be used: {conversion.faults.first[0]}")
    if conversion.dropped:
        raise TableError(f"{path}: no sample can be used: {_counted(conversion.dropped)}")
    if conversion.sources:
        raise TableError(
            f"{path}: no samples of {conversion.source.name}, but {_counted(conversion.sources)}"
        )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} of {name}" for name, n in counts.items())
