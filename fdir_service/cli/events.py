"""``fdir events``: what an audit log holds."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli.console import console
from fdir_service.cli.stopping import stop_signal
from fdir_service.journal import KINDS, Record, tell

if TYPE_CHECKING:
    from fdir_service.audit.export import CsvFrames
    from fdir_service.audit.selection import Bound, Selection

_WAIT_S = 0.1
_STYLES = {"high": "bold red", "medium": "red", "low": "yellow", "recovery": "green", "fmon": "magenta"}

_Names = list[str] | None


def events(
    file: Annotated[Path, typer.Argument(help="An audit log: what `--audit` has written.")],
    kind: Annotated[_Names, typer.Option(help="Only records of this kind (repeat for more).")] = None,
    severity: Annotated[str, typer.Option(help="Only events of this severity or a higher one.")] = "",
    unit: Annotated[_Names, typer.Option(help="Only records about this unit.")] = None,
    level: Annotated[_Names, typer.Option(help="Only steps of this level: number or name.")] = None,
    fmon: Annotated[_Names, typer.Option(help="Only records about this FMON: ID or name.")] = None,
    pmon: Annotated[_Names, typer.Option(help="Only transitions of this PMON: ID or name.")] = None,
    event: Annotated[_Names, typer.Option(help="Only this event and its requests: ID or name.")] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="Earliest time: UTC, or seconds on board.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Latest time: UTC, or seconds on board.")] = None,
    frames: Annotated[bool, typer.Option("--frames", help="Print the values of freeze frames too.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write freeze frames as CSV into this folder.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as the log grows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List an audit log. Options of different kinds narrow down together.

    [dim]Example:[/] fdir events audit.jsonl --kind recovery --level 1
    """
    from fdir_service.audit.export import CsvFrames
    from fdir_service.audit.reading import read
    from fdir_service.audit.selection import Selection

    names = {"units": unit, "levels": level, "fmons": fmon, "pmons": pmon, "events": event}
    wanted = Selection(
        kinds=_known_kinds(kind or []),
        severity=_known_severity(severity),
        begin=_bound("--from", begin),
        end=_bound("--to", end),
        **{key: frozenset(texts or ()) for key, texts in names.items()},
    )
    exported = CsvFrames(csv) if csv else None
    records = _follow(file, stop_signal()) if follow else read(file)
    show = _print_json if as_json else _Rows(frames=frames).put
    _list(records, wanted, exported, show)
    if exported and not as_json:
        console().print(f"{len(exported.files)} file(s) written to {csv}")


def _list(
    records: Iterator[Record],
    wanted: "Selection",
    exported: "CsvFrames | None",
    show: Callable[[Record], None],
) -> None:
    for record in records:
        if wanted(record):
            if exported and record["kind"] == "frame":
                exported.put(record)
            show(record)


def _follow(file: Path, should_stop: Callable[[], bool]) -> Iterator[Record]:
    from fdir_service.audit.reading import Reader

    with Reader(file) as reader:
        while not should_stop():
            yield from reader.records()
            time.sleep(_WAIT_S)


def _print_json(record: Record) -> None:
    print(json.dumps(record, allow_nan=False), flush=True)


class _Rows:
    """Prints records as the rows of a table, each as soon as it is known."""

    def __init__(self, *, frames: bool) -> None:
        self._frames = frames
        self._console = console()
        self._console.print(f"{'UTC':<24}  {'on board':>12}  {'record':<12}  what", style="bold")

    def put(self, record: Record) -> None:
        """Print one record."""
        from rich.text import Text

        row = f"{record['utc']:<24}  {record['time_s']:10.3f} s  {record['kind']:<12}  {tell(record)}"
        style = _STYLES.get(str(record.get("severity", record["kind"])), "")
        self._console.print(Text(row, style=style))
        if self._frames and record["kind"] == "frame":
            self._values(record)

    def _values(self, frame: Record) -> None:
        from fdir_service.audit.export import table

        for source in frame["sources"]:
            names = list(source["values"])
            widths = [max(12, len(name)) for name in names]
            head = (f"{name:>{width}}" for name, width in zip(names, widths, strict=True))
            self._console.print("  ".join((f"{'since failure':>15}", *head)), style="dim", markup=False)
            for _, since, *values in table(frame, source):
                cells = (f"{_cell(v):>{width}}" for v, width in zip(values, widths, strict=True))
                self._console.print("  ".join((f"{since:13.3f} s", *cells)), style="dim", markup=False)


def _cell(value: float | None) -> str:
    return "not known" if value is None else f"{value:.6g}"


def _known_kinds(kinds: list[str]) -> frozenset[str]:
    if unknown := set(kinds) - set(KINDS):
        raise typer.BadParameter(f"{min(unknown)!r} is none of {', '.join(KINDS)}", param_hint="--kind")
    return frozenset(kinds)


def _known_severity(severity: str) -> str:
    from fdir_service.audit.selection import SEVERITIES

    if severity and severity not in SEVERITIES:
        reason = f"{severity!r} is none of {', '.join(SEVERITIES)}"
        raise typer.BadParameter(reason, param_hint="--severity")
    return severity


def _bound(option: str, text: str | None) -> "Bound | None":
    from fdir_service.audit.selection import read_bound

    try:
        return None if text is None else read_bound(text)
    except ValueError:
        reason = f"{text!r} is neither a number of seconds nor a time in ISO 8601"
        raise typer.BadParameter(reason, param_hint=option) from None
