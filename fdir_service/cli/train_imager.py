"""``fdir train payload-faults``: what tells a sick imager from a strange scene."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.console import console, print_json, progress
from fdir_service.cli.training import Out

SEED = 1000
"""Apart from the seeds of evaluations."""


def payload_faults(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/imager"),
    out: Out = None,
    size: Annotated[int, typer.Option(min=32, max=1024, help="Pixels along an edge of an image.")] = 64,
    images: Annotated[int, typer.Option(min=1, help="Images without faults.")] = 10_000,
    seed: options.Seed = SEED,
    as_json: options.Json = False,
) -> None:
    """Take the thresholds of the payload-fault indices from simulated images without faults.

    The statistics themselves are fixed: columns, lines, saturation, noise and sharpness of one image.

    [dim]Example:[/] fdir train payload-faults --seed 1000
    """
    from fdir_service.imager_training import train_payload_faults

    with progress("images", images, enabled=not as_json) as advance:
        card = train_payload_faults(out or mission / "payload-faults.onnx", size, images, seed, advance)
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    for output in card.outputs:
        console().print(f"{output.name} >= {output.on:g}")
