"""``fdir models``: what a detector's file promises, and whether it keeps it."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import MISSED, options
from fdir_service.cli.console import console, print_json

if TYPE_CHECKING:
    from models.card import Card, Output

app = typer.Typer(help="Inspect and check detector files.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="An ONNX file.")]


@app.command()
def inspect(file: File, as_json: options.Json = False) -> None:
    """Print a detector's card and digest, the path it takes, why not a faster one, and what each costs.

    [dim]Example:[/] fdir models inspect configs/hopper/stuck-net.onnx
    """
    from models.metadata import read_card

    card, sha256 = read_card(file)
    found = _paths(file, card)
    if as_json:
        print_json({"file": str(file), "sha256": sha256, "card": card.model_dump(mode="json"), **found})
        return
    _print_card(file, card, sha256)
    _print_paths(found, card.window)


def _paths(file: Path, card: "Card") -> dict[str, Any]:
    """Return how the runtime would run a model, by name."""
    from fdir_service.session import DetectorError, WindowSession
    from fdir_service.streaming.cost import measure
    from fdir_service.streaming.prepare import prepare
    from fdir_service.streaming.step import interpreter

    try:
        windows = WindowSession(file, card.window, card.shape)
        compiler = interpreter()
        verdict = prepare(windows, card, compiler)
        costs = measure(windows, verdict, card, compiler)
    except DetectorError as error:
        return {"path": None, "refusals": [{"node": "(model)", "op_type": "", "reason": str(error)}]}
    compiled = verdict.compiled
    step = compiled.step if compiled else "the model has no form as a stream"
    return {
        "path": verdict.path,
        "field": compiled.field if compiled else None,
        "streaming_from": compiled.pays_from if compiled else None,
        "step_up_to": None if isinstance(step, str) else step.most,
        "step_refused": step if isinstance(step, str) else None,
        "refusals": [asdict(refusal) for refusal in verdict.refusals],
        "differences": {k: v for k, v in verdict.differences.items() if math.isfinite(v)},
        "microseconds_per_sample": costs,
    }


def _print_card(file: Path, card: "Card", sha256: str) -> None:
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
        out.print(f"  output   {output.name}: {_index(output)}")
    for name, value in card.metrics.items():
        out.print(f"  metric   {name} = {value:g}")
    out.print(f"  rebuild  {card.command}", markup=False)


def _index(output: "Output") -> str:
    if output.on is None:
        return "a plain score"
    return f"index 1 at score >= {output.on:g}, 0 at score < {output.off:g}"


def _print_paths(found: dict[str, Any], window: int) -> None:
    out = console()
    out.print(f"  path     {found['path'] or 'none'}", end="")
    if found.get("field"):
        samples = f"{found['field']} of {window} samples are read"
        out.print(f" from {found['streaming_from']} waiting sample(s) on; {samples}", end="")
    out.print()
    if found.get("step_up_to"):
        out.print(
            f"  step     for up to {found['step_up_to']} samples, where a mission has compiled_step = true"
        )
    elif found.get("field"):
        out.print(f"  step     none: {found['step_refused']}", markup=False)
    for refusal in found["refusals"]:
        named = " ".join(part for part in (refusal["node"], refusal["op_type"]) if part)
        out.print(f"  refused  {named}: {refusal['reason']}", markup=False)
    for name, value in found.get("differences", {}).items():
        out.print(f"  equal    {name}: within {value:.2g} of single windows")
    for name, costs in found.get("microseconds_per_sample", {}).items():
        listed = ", ".join(f"{cost:.3g} us at K = {k}" for k, cost in costs.items())
        out.print(f"  cost     {name}: {listed}")


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
