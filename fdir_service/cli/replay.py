"""``fdir replay``: recorded telemetry through the chain."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.account import as_table
from fdir_service.cli import options
from fdir_service.cli.console import console, print_json, progress
from fdir_service.journal import Journal, Record, describe
from fdir_service.labels import Score, read_labels, score
from fdir_service.mission import load
from fdir_service.stream import Stream

if TYPE_CHECKING:
    from fdir_service.what_if import WhatIf

_NS = 1_000_000_000


def replay(
    file: Annotated[Path, typer.Argument(help="A recording, or a table: .csv, .parquet.")],
    mission: Annotated[str, typer.Option("--mission", "-m", help="Mission of the recording.")] = "hopper",
    labels: Annotated[Path | None, typer.Option(help="CSV start,end,label: what should be found.")] = None,
    slack: Annotated[
        float, typer.Option(help="Seconds after a label in which an event still finds it.")
    ] = 300.0,
    audit: options.Audit = None,
    telemetry: Annotated[Path | None, typer.Option(help="Write the TM packets to this file.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Print every transition, not only events.")
    ] = False,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Report what an active ladder would have done.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Replay recorded telemetry: print the events with their times; nothing is sent to anybody.

    [dim]Example:[/] fdir replay day.csv --mission atmonsat --labels day.labels.csv
    """
    chosen = load(mission)
    wanted = read_labels(labels, chosen.profile.epoch) if labels else []
    stream, records = Stream(chosen), list[Record]()
    supposed = _suppose(stream) if what_if else None
    kinds = None if everything else ("event", "recovery", "silence")
    for record in _run(stream, file, audit, telemetry, supposed):
        if kinds is None or record["kind"] in kinds:
            records.append(record)
            if not as_json and (everything or not what_if):
                console().print(f"{record['utc']}  {describe(record)}", markup=False)
    result = _score(records, wanted, slack, stream)
    summary = _summary(stream, records, result if labels else None)
    report = {"what_if": supposed.report()} if supposed else {}
    if as_json:
        print_json({**summary, **report, "records": records})
    else:
        _print(summary, result if labels else None, Journal(chosen))
        _print_report(report)


def _suppose(stream: Stream) -> "WhatIf":
    from fdir_service.what_if import WhatIf, make_passive

    make_passive(stream)
    return WhatIf(stream.mission)


def _print_report(report: dict[str, Any]) -> None:
    from fdir_service.what_if import lines

    if report:
        console().print("", *lines(report["what_if"]), sep="\n", markup=False)


def _run(
    stream: Stream, file: Path, audit: Path | None, telemetry: Path | None, supposed: "WhatIf | None"
) -> Iterator[Record]:
    """Replay the file into the sinks that were asked for; yield the records."""
    from contextlib import ExitStack

    from fdir_service.audit.log import AuditLog
    from fdir_service.replay import count_samples
    from fdir_service.replay import replay as outputs

    journal = Journal(stream.mission)
    if not file.is_file():
        from fdir_service.cli.errors import UsageError

        raise UsageError(f"{file}: no such file")
    with ExitStack() as stack:
        log = AuditLog(audit, stream, journal, sync=False) if audit else None
        packets = stack.enter_context(telemetry.open("wb")) if telemetry else None
        if log:
            stack.callback(log.close)
        advance = stack.enter_context(progress(f"replay {file.name}", count_samples(file)))
        for output in outputs(stream, file, advance):
            if log:
                log.put((), output)
            if supposed:
                supposed.take(output)
            if packets:
                packets.writelines(tm.pack() for tm in output.telemetry)
            yield from journal.records(output)


def _score(records: list[Record], labels: list[Any], slack: float, stream: Stream) -> Score:
    times = [
        round(record["time_s"] * _NS)
        for record in records
        if record["kind"] == "event" and record["severity"] != "informative"
    ]
    return score(times, labels, slack, stream.duration / _NS)


def _summary(stream: Stream, records: list[Record], result: Score | None) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "mission": stream.mission.name,
        "digest": stream.mission.digest,
        "duration_s": stream.duration / _NS,
        "accounts": as_table(stream.accounts),
        "events": sum(record["kind"] == "event" for record in records),
    }
    if result is None:
        return summary
    found = [
        {
            "label": f.label.text,
            "start_s": f.label.start / _NS,
            "found": f.found is not None,
            "delay_s": f.delay_s,
        }
        for f in result.findings
    ]
    return summary | {
        "labels": found,
        "found": result.found,
        "false_alarms": len(result.false_alarms),
        "false_alarms_per_day": result.false_alarms_per_day,
    }


def _print(summary: dict[str, Any], result: Score | None, journal: Journal) -> None:
    from rich.table import Table

    out = console()
    accounts = summary["accounts"].values()
    received = sum(account["received"] for account in accounts)
    hours = summary["duration_s"] / 3600
    out.print(f"\n{received} samples in {hours:.2f} h, {summary['events']} event(s)")
    if result is None:
        return
    table = Table(title="Labels", title_justify="left")
    for column in ("label", "start (UTC)", "found", "delay"):
        table.add_column(column)
    for finding in result.findings:
        delay = "" if finding.delay_s is None else f"{finding.delay_s:.0f} s"
        found = "yes" if finding.found is not None else "no"
        table.add_row(finding.label.text, journal.utc(finding.label.start), found, delay)
    out.print(table)
    alarms = len(result.false_alarms)
    out.print(
        f"{result.found} of {len(result.findings)} found, {alarms} false alarm(s) "
        f"= {result.false_alarms_per_day:.1f} a day"
    )
