"""``fdir evaluate imager``: whether payload faults are seen, and sound images left alone."""

from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import MISSED, UsageError, options
from fdir_service.cli.console import console, print_json, progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fdir_service.evaluation.imager import Row
    from sim.imager.scenario import ImagerScenario

WIDTH = 120


def imager(
    mission: options.Mission = "imager",
    scenario: Annotated[
        str, typer.Option(help="Scenario whose faults have the severities: a file, or a shipped one.")
    ] = "imager/payload-faults",
    frames: Annotated[int, typer.Option(min=10, help="Images without a fault.")] = 5000,
    fault_frames: Annotated[int, typer.Option(min=10, help="Images with each fault.")] = 500,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Judge the payload-fault indices of a mission on simulated images of unseen scenes.

    Recall counts images in which the index of the very fault tells it; a false alarm is a sound image
    in which any index tells one. The cloud index is shown with and without the payload faults judged first.
    Exits with 3 if a recall is below 0.95, or more than one sound image in 1,000 is called sick.

    [dim]Example:[/] fdir evaluate imager --frames 5000 --seed 1
    """
    from fdir_service.evaluation.imager import evaluate
    from fdir_service.mission import load

    chosen, run = load(mission), _scenario(scenario)
    severities = {fault.kind: fault.severity or 0.0 for fault in run.faults}
    with progress("images", frames + fault_frames * len(severities), enabled=not as_json) as advance:
        rows = list(evaluate(chosen, severities, frames, fault_frames, seed, advance))
    if as_json:
        _print_json(rows, seed)
    else:
        _show(rows)
    if not all(row.good for row in rows):
        raise typer.Exit(MISSED)


def _scenario(name: str) -> "ImagerScenario":
    from fdir_service.scenarios import find
    from sim.imager.scenario import ImagerScenario
    from sim.launch import load

    found = load(find(name))
    if not isinstance(found, ImagerScenario):
        raise UsageError(f"--scenario {name}: is one of the {found.vehicle}, not of the imager")
    return found


def _print_json(rows: "Sequence[Row]", seed: int) -> None:
    from dataclasses import asdict

    found = [asdict(row) | {"good": row.good} for row in rows]
    print_json({"good": all(row.good for row in rows), "seed": seed, "rows": found})


def _show(rows: "Sequence[Row]") -> None:
    from rich.table import Table

    out = console()
    out.width = max(out.width, WIDTH)
    table = Table(title="Payload faults on unseen scenes, and what the cloud index makes of them")
    heads = (
        "fault",
        "severity",
        "images",
        "detected",
        "events",
        "cloud in clear",
        "in cloudy",
        "judged clear",
    )
    for head in (*heads, "cloudy", "good"):
        table.add_column(head, justify="left" if head == "fault" else "right")
    for row in rows:
        shares = (row.cloud_clear, row.cloud_cloudy, row.judged_clear, row.judged_cloudy)
        table.add_row(
            row.fault or "none",
            "-" if row.severity is None else f"{row.severity:g}",
            str(row.images),
            f"{row.detected:.4f}",
            str(row.events),
            *(f"{share:.3f}" for share in shares),
            "yes" if row.good else "NO",
        )
    out.print(table)
