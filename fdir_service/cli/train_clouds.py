"""``fdir train clouds``: detectors of clouds on pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.training import Out, recipes, run

if TYPE_CHECKING:
    from models.card import Card


def clouds(
    data: Annotated[Path, typer.Option(help="Folder with tiles.csv and rgb/.")],
    model: Annotated[str, typer.Option(help="index.")] = "index",
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/imager"),
    out: Out = None,
    frame: Annotated[
        int | None, typer.Option(min=1, help="Pixels of a side of whole frames; default: single tiles.")
    ] = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Train a detector of clouds on clear pictures.

    [dim]Example:[/] fdir train clouds --data clouds-landsat --seed 1
    """
    recipes()
    from models.clouds.recipe import train_index
    from models.clouds.tiles import read_tiles

    if model != "index":
        raise UsageError(f"--model: {model!r} is none of index")

    def train(_: object) -> "Card":
        name = "cloud-index-frame" if frame else "cloud-index"
        return train_index(read_tiles(data), data.name, out or mission / f"{name}.onnx", seed, frame)

    run(train, as_json)
