"""``fdir models``: what a detector's file promises, and whether it keeps it."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import MISSED, options
from fdir_service.cli.console import console, print_json

app = typer.Typer(help="Inspect and check detector files.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="An ONNX file.")]


@app.command()
def inspect(file: File, as_json: options.Json = False) -> None:
    """Print a detector's card and digest.

    [dim]Example:[/] fdir models inspect configs/hopper/stuck-cnn.onnx
    """
    from models.metadata import read_card

    card, sha256 = read_card(file)
    if as_json:
        print_json({"file": str(file), "sha256": sha256, "card": card.model_dump(mode="json")})
        return
    out = console()
    out.print(
        f"{file}\n  sha256   {sha256}\n  kind     {card.kind}, version {card.version}, seed {card.seed}"
    )
    period = "counted in samples" if card.period is None else f"period {card.period:g} s"
    out.print(f"  window   {card.window} samples of shape {card.shape}, {period}")
    out.print(
        "  channels " + ", ".join(f"{c.name} [{c.unit}]" if c.unit else c.name for c in card.channels),
        markup=False,
    )
    for output in card.outputs:
        out.print(f"  output   {output.name}: index 1 at score >= {output.on:g}, 0 at score < {output.off:g}")
    for name, value in card.metrics.items():
        out.print(f"  metric   {name} = {value:g}")
    out.print(f"  rebuild  {card.command}", markup=False)


@app.command()
def check(file: File, as_json: options.Json = False) -> None:
    """Check an ONNX file against the detector contract and say what it lacks.

    [dim]Example:[/] fdir models check my-detector.onnx
    """
    from models.check import findings

    found = findings(file)
    if as_json:
        print_json({"file": str(file), "good": not found, "findings": found})
    elif found:
        for finding in found:
            print(f"{file}: {finding}")
    else:
        print(f"{file}: good")
    if found:
        raise typer.Exit(MISSED)
