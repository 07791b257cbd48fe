"""``fdir demo``: a fault, its detection and its recovery in about half a minute."""

import sys
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import MISSED, options
from fdir_service.cli.console import console, print_json

if TYPE_CHECKING:
    from fdir_service.daemon import Daemon
    from fdir_service.demo import Result
    from fdir_service.sinks import Sink

SPEED = 8.0


def demo(
    mission: options.Mission = "hopper",
    scenario: Annotated[str, typer.Option(help="Scenario: a file, or the name of a shipped one.")] = "demo",
    speed: Annotated[float, typer.Option(help="Simulated seconds per second.")] = SPEED,
    plain: Annotated[bool, typer.Option("--plain", help="Lines instead of the live screen.")] = False,
    audit: options.Audit = None,
    as_json: options.Json = False,
    verbose: options.Verbose = 0,
    log_json: options.LogJson = False,
) -> None:
    """Run the daemon against the simulator: a sensor freezes, is detected and replaced.

    Exits with 0 only if all came as the scenario expects; one that expects nothing in particular wants every
    injected fault detected and recovered, and nothing falsely reported.

    [dim]Example:[/] fdir demo --speed 20
    """
    from fdir_service.demo import run
    from fdir_service.logs import configure
    from fdir_service.mission import load
    from fdir_service.scenarios import find
    from fdir_service.service import Options
    from fdir_service.view import Lines, Screen

    configure(verbose, as_json=log_json, quiet=True)
    chosen, file = load(mission), find(scenario)
    with ExitStack() as stack:

        def view(daemon: "Daemon") -> "Sink":
            if as_json or plain or not sys.stdout.isatty():
                write = (lambda _: None) if as_json else _print_line
                return Lines(daemon.stream, daemon.journal, write)
            from rich.live import Live

            live = stack.enter_context(Live(console=console(), refresh_per_second=12))
            return Screen(
                daemon.stream, daemon.journal, live, f"{chosen.name}: {file.stem}, {speed:g} x real time"
            )

        result = run(chosen, file, speed, Options(audit=audit), view)
    if as_json:
        print_json(_as_json(result))
    else:
        _print(result)
    if not result.good:
        raise typer.Exit(MISSED)


def _print_line(line: str) -> None:
    print(line, flush=True)


def _as_json(result: "Result") -> dict[str, Any]:
    outcomes = [
        asdict(outcome) | {"recovered": outcome.recovery_s is not None} for outcome in result.verdict.outcomes
    ]
    false = [{"time_s": time / 1e9, "event": name} for time, name in result.verdict.false_reports]
    return {
        "good": result.good,
        "highest_level": result.verdict.highest_level,
        "blamed": sorted(result.verdict.blamed),
        "faults": outcomes,
        "false_reports": false,
        "accounts": result.accounts,
        "step_p50_ms": result.p50_ms,
        "step_p99_ms": result.p99_ms,
    }


def _print(result: "Result") -> None:
    from rich.table import Table

    out = console()
    faults = Table(title="Faults", title_justify="left")
    for column in ("unit", "onset", "detection delay", "reaction time", "recovered"):
        faults.add_column(column)
    for outcome in result.verdict.outcomes:
        recovered = "no" if outcome.recovery_s is None else f"yes, after {outcome.recovery_s:.1f} s"
        onset = f"{outcome.fault.onset / 1e9:.1f} s"
        faults.add_row(
            outcome.fault.unit, onset, _seconds(outcome.detection_s), _seconds(outcome.reaction_s), recovered
        )
    run = Table(title="Run", title_justify="left")
    for column in ("samples received", "lost", "rejected", "step p50", "step p99", "false reports"):
        run.add_column(column)
    accounts = result.accounts.values()
    received, lost = (sum(account[key] for account in accounts) for key in ("received", "lost"))
    rejected = sum(sum(account["rejected"].values()) for account in accounts)
    times = (f"{result.p50_ms:.2f} ms", f"{result.p99_ms:.2f} ms")
    run.add_row(str(received), str(lost), str(rejected), *times, str(len(result.verdict.false_reports)))
    out.print(faults)
    out.print(run)
    for time, name in result.verdict.false_reports:
        out.print(f"false report: {name} at {time / 1e9:.1f} s")
    blamed = ", ".join(sorted(result.verdict.blamed)) or "nobody"
    level = result.verdict.highest_level
    acted = "no level acted" if level < 0 else f"level {level} was the highest to act"
    out.print(f"Blamed: {blamed}; {acted}.")
    out.print(_conclusion(result))


def _conclusion(result: "Result") -> str:
    if not result.good:
        return "The demo did NOT show what it should."
    if result.verdict.expected is not None:
        return "All came as the scenario expects."
    return "The fault was detected and recovered."


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"
