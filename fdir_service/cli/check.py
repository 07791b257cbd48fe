"""``fdir check`` and ``fdir schema``: a mission file, and what it may contain."""

from typing import Annotated

import typer

from fdir_service.cli import USAGE, options
from fdir_service.cli.console import console, print_json


def check(mission: options.Mission, as_json: options.Json = False) -> None:
    """Check a mission file: every problem is listed with its key.

    [dim]Example:[/] fdir check hopper
    """
    from fdir_service.mission import MissionError, load

    try:
        found = load(mission)
    except MissionError as error:
        if not as_json:
            raise
        print_json({"file": str(error.path), "good": False, "problems": error.problems})
        raise typer.Exit(USAGE) from None
    counts = {
        "sources": len(found.file.source),
        "parameters": len(found.parameters.parameters),
        "detectors": len(found.detectors),
        "pmons": len(found.pmons),
        "fmons": len(found.fmons),
        "events": len(found.events),
        "event_actions": len(found.actions),
    }
    if as_json:
        print_json({"file": str(found.path), "good": True, "digest": found.digest, **counts})
        return
    listed = ", ".join(f"{count} {what.replace('_', '-')}" for what, count in counts.items())
    console().print(f"{found.path}: good. {listed}. Digest {found.digest[:16]}.")


def schema(
    as_json: Annotated[bool, typer.Option("--json", help="The schema is JSON anyway.")] = False,  # noqa: ARG001
    page: Annotated[
        bool, typer.Option("--page", help="Print the reference page of the mission profile instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of mission files, for editors and linters.

    [dim]Example:[/] fdir schema > configs/mission.schema.json
    """
    from fdir_service.mission import profile_page
    from fdir_service.mission.schema import json_schema

    if page:
        typer.echo(profile_page.page(), nl=False)
    else:
        print_json(json_schema())
