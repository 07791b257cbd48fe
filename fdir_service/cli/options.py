"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

Mission = Annotated[
    str, typer.Argument(help="Mission: a file, a folder, or a shipped one (hopper, atmonsat).")
]
MissionOption = Annotated[str, typer.Option("--mission", "-m", help="Mission, as in `fdir run`.")]
TelemetryIn = Annotated[
    str | None, typer.Option("--telemetry", help="Address of the daemon's telemetry (ZeroMQ).")
]
TmPort = Annotated[str | None, typer.Option("--tm", help="Its TM port HOST:PORT (TCP).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Verbose = Annotated[int, typer.Option("--verbose", "-v", count=True, help="Log more (-v, -vv).")]
LogJson = Annotated[bool, typer.Option("--log-json", help="Log one JSON object a line.")]
Samples = Annotated[str | None, typer.Option("--samples", help="Address of the samples (ZeroMQ).")]
Units = Annotated[str | None, typer.Option("--units", help="Address of the units' TC port (ZeroMQ).")]
Audit = Annotated[
    Path | None, typer.Option("--audit", "--events", help="Append what happens to this audit log.")
]
Device = Annotated[str, typer.Option(help="Torch device of the training; auto: a GPU where there is one.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every random choice.")]
