"""``fdir train clouds``: detectors of clouds on pictures."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.training import Out, recipes, run

if TYPE_CHECKING:
    from models.card import Card
    from models.clouds.reconstruction import ReconstructionTraining
    from models.clouds.tiles import Tiles
    from models.training import Progress

MODELS = ("index", "supervised", "cae", "vgg19")
WIDTH = 0.0625
"""Share of the published filters that suits a hundred small pictures."""


def clouds(
    data: Annotated[Path, typer.Option(help="Folder with tiles.csv and rgb/, or with noncloud/ and cloud/.")],
    model: Annotated[str, typer.Option(help="index, supervised, cae or vgg19.")] = "index",
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/imager"),
    out: Out = None,
    frame: Annotated[
        int | None, typer.Option(min=1, help="Of the index: pixels of a side of frames of many tiles.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=32, help="Pixels of a side, of plain pictures; default 384.")
    ] = None,
    width: Annotated[
        float, typer.Option(min=0.001, max=1, help="Share of the published filters of an autoencoder.")
    ] = WIDTH,
    epochs: Annotated[int, typer.Option(min=1, help="Of an autoencoder at most.")] = 100,
    copies: Annotated[int, typer.Option(min=1, help="Times that an epoch shows each picture, changed.")] = 1,
    learning_rate: Annotated[
        float | None, typer.Option(min=0, help="Of an autoencoder, at first; default: what suits it.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="State dictionary of vgg19 (torch) for the encoder; default: random.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option(help="Folder for an autoencoder's checkpoint, log and reconstructions.")
    ] = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Train a detector of clouds; all but the supervised one on clear pictures alone.

    [dim]Example:[/] fdir train clouds --data clouds-landsat --seed 1
    """
    recipes()
    from models.clouds.folders import read
    from models.clouds.reconstruction import ReconstructionTraining

    if model not in MODELS:
        raise UsageError(f"--model: {model!r} is none of {', '.join(MODELS)}")
    if frame and model != "index":
        raise UsageError(f"--frame: is for the index, not for {model}")
    settings = ReconstructionTraining(
        model, width, epochs, copies, learning_rate=learning_rate, weights=weights, results=results
    )
    words = f"--width {width:g} --epochs {epochs} --copies {copies}"
    words += f" --learning-rate {learning_rate:g}" if learning_rate else ""
    words += f" --weights {weights.name}" if weights else ""
    path = out or mission / f"{_name(model, frame)}.onnx"
    trained = _training(model, read(data, size), data.name, path, (seed, frame), settings, words)
    run(trained, as_json)


def _name(model: str, frame: int | None) -> str:
    """Return the name of the file, without a folder."""
    return f"cloud-{model}" + ("-frame" if frame else "")


def _training(
    model: str,
    tiles: "Tiles",
    name: str,
    out: Path,
    numbers: tuple[int, int | None],
    settings: "ReconstructionTraining",
    words: str,
) -> "Callable[[Callable[[Progress], None]], Card]":
    """Return what trains and writes a detector; `numbers` are the seed and the side of a frame."""
    from models.clouds.other_recipes import Source, train_reconstruction, train_supervised
    from models.clouds.recipe import train_index

    seed, frame = numbers
    if model == "index":
        return lambda _: train_index(tiles, name, out, seed, frame)
    if model == "supervised":
        return lambda _: train_supervised(Source(tiles, name), out, seed)
    source = Source(tiles, name, words)
    return lambda report: train_reconstruction(source, out, seed, settings, report)
