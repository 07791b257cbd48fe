"""What a person sees of a running chain: a live screen on a terminal, plain lines elsewhere."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fdir_service.journal import Journal, describe, status_name
from fdir_service.stream import Output, Stream
from pus.samples import Message
from pus.st12.definitions import FmonChecking, PmonChecking

LINES = 14
_STYLES = {"event": "bold red", "recovery": "bold green", "request": "yellow", "fmon": "magenta"}
_INDEX_COLOURS = {0.0: "green", 1.0: "bold red"}


class _Watched:
    """Names and rows of the failure indices and of the PMONs on them."""

    def __init__(self, stream: Stream) -> None:
        mission = stream.mission
        self.stream = stream
        outputs = [output for detector in mission.detectors for output in detector.outputs]
        self.scores = {o.index: o.score for o in outputs if o.index is not None}
        self.indices = {index: mission.parameters.by_id[index].name for index in self.scores}
        self.pmons = [s for s in mission.file.pmon if mission.pmons[s.id].parameter in self.indices]
        self.fmons = mission.file.fmon

    def index(self, parameter: int) -> float:
        """Newest failure index."""
        return self.stream.chain.latest(parameter)


class Lines:
    """Plain lines: every record, each change of an index, and thirds of a count on the way to a violation."""

    def __init__(self, stream: Stream, journal: Journal, write: Callable[[str], None]) -> None:
        self._watched = _Watched(stream)
        self._journal = journal
        self._write = write
        self._indices: dict[int, float] = {}
        self._thirds: dict[int, int] = {}
        self._announced = 0

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `fdir_service.sinks.Sink`."""
        for line in (*self._counts(), *map(describe, self._journal.records(output)), *self._samples()):
            self._write(line)

    def close(self) -> None:
        """See `fdir_service.sinks.Sink`."""

    def _head(self) -> str:
        return f"{self._watched.stream.sample_time / 1e9:10.3f} s  "

    def _samples(self) -> Iterator[str]:
        received = sum(account.received for account in self._watched.stream.accounts.values())
        if received // 250 > self._announced:
            self._announced = received // 250
            yield f"{self._head()}{received} samples received"

    def _counts(self) -> Iterator[str]:
        watched, monitoring = self._watched, self._watched.stream.chain.monitoring
        for parameter, name in watched.indices.items():
            index = watched.index(parameter)
            before = self._indices.get(parameter, float("nan"))
            if index == index and index != before:  # noqa: PLR0124  NaN is not equal to itself
                self._indices[parameter] = index
                score = watched.stream.chain.latest(watched.scores[parameter])
                yield f"{self._head()}failure index {name} = {index:.0f} (score {score:.3f})"
        for section in watched.pmons:
            count, needed = monitoring.counting(section.id)
            failing = watched.index(watched.stream.mission.pmons[section.id].parameter) == 1.0
            third = 3 * count // needed if failing else 0
            if third not in (self._thirds.get(section.id, 0), 3) and third:
                yield f"{self._head()}PMON {section.id} {section.name}: {count} of {needed} checks agree"
            self._thirds[section.id] = third


class Screen:
    """A live screen: samples, failure indices, counts of persistency, and the latest records."""

    def __init__(self, stream: Stream, journal: Journal, live: Live, title: str) -> None:
        self._watched = _Watched(stream)
        self._journal = journal
        self._live = live
        self._title = title
        self._lines: deque[Text] = deque(maxlen=LINES)

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `fdir_service.sinks.Sink`."""
        for record in self._journal.records(output):
            self._lines.append(Text(describe(record), style=_STYLES.get(record["kind"], "dim"), no_wrap=True))
        self._live.update(self._render())

    def close(self) -> None:
        """See `fdir_service.sinks.Sink`."""
        self._live.update(self._render(), refresh=True)

    def _render(self) -> RenderableType:
        stream = self._watched.stream
        received = sum(account.received for account in stream.accounts.values())
        lost = sum(account.lost for account in stream.accounts.values())
        head = Text(f"{stream.sample_time / 1e9:8.1f} s   {received} samples, {lost} lost")
        lines: Iterable[Text] = self._lines or [Text("waiting for samples", style="dim")]
        return Panel(Group(head, self._table(), Text(), *lines), title=self._title, title_align="left")

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for column in ("detector index", "score", "index", "PMON", "count", "FMON"):
            table.add_column(column)
        watched, monitoring = self._watched, self._watched.stream.chain.monitoring
        for section in watched.pmons:
            pmon = monitoring.pmons[section.id]
            index = watched.index(pmon.parameter)
            count, needed = monitoring.counting(section.id)
            checking = monitoring.checking(section.id)
            users = [f.id for f in watched.fmons if section.id in f.pmons]
            states = ", ".join(monitoring.fmon_states[k].status.name.lower() for k in users)
            table.add_row(
                watched.indices[pmon.parameter],
                _number(watched.stream.chain.latest(watched.scores[pmon.parameter]), ".3f"),
                Text(_number(index, ".0f"), style=_INDEX_COLOURS.get(index, "dim")),
                Text(status_name(pmon, checking), style="red" if checking >= PmonChecking.LOW else ""),
                f"{'█' * round(12 * count / needed):<12} {count}/{needed}",
                Text(states, style="bold red" if FmonChecking.FAILED.name.lower() in states else ""),
            )
        return table


def _number(value: float, form: str) -> str:
    return "not known" if value != value else format(value, form)  # noqa: PLR0124
