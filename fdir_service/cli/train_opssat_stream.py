"""The verb of ``fdir train`` for the OPS-SAT photodiodes."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.training import Out, recipes, run


def opssat_stream(
    data: Annotated[Path, typer.Option(help="Folder whose folder runs holds the runs (.parquet).")],
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/opssat"),
    out: Out = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Fit the detector of odd photodiode segments; judge each run by a detector that left it out.

    [dim]Example:[/] fdir train opssat-stream --data opssat-orbitai --seed 1
    """
    recipes()
    from models.segments.recipe import train_opssat_stream

    run(lambda _: train_opssat_stream(data, out or mission / "segment-mixture.onnx", seed), as_json)
