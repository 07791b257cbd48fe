"""``fdir export``: a mission's definitions in the formats of other tools."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.console import print_json

app = typer.Typer(help="Export a mission's definitions for other tools.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--out", help="The file; default: standard output.")]


@app.command("xtce")
def xtce(mission: options.Mission, out: Out = None, as_json: options.Json = False) -> None:
    """Write the telemetry of a mission as an XTCE 1.2 database.

    [dim]Example:[/] fdir export xtce hopper --out hopper.xml
    """
    from fdir_service.mission import load
    from fdir_service.xtce import database

    found = database(load(mission))
    document = found.encode()
    if out:
        out.write_bytes(document)
    counts = {
        "types": len(found.types),
        "parameters": len(found.fields),
        "containers": len(found.containers),
    }
    if as_json:
        content = {"file": str(out)} if out else {"xtce": document.decode()}
        print_json({"mission": found.mission.name, "digest": found.mission.digest, **counts, **content})
    elif out:
        print(f"{out}: {', '.join(f'{count} {what}' for what, count in counts.items())}")
    else:
        print(document.decode(), end="")
