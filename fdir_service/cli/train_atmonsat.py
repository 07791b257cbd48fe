"""The verbs of ``fdir train`` for the AtMonSat data."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.training import Out, recipes, run

if TYPE_CHECKING:
    from models.card import Card
    from models.training import Progress


def atmonsat_cnn(
    data: Annotated[Path, typer.Option(help="Folder with DAY_KIND.parquet files.")],
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/atmonsat"),
    out: Out = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Train the AtMonSat predictor on nominal days and set its thresholds on left-out ones.

    [dim]Example:[/] fdir train atmonsat-cnn --data atmonsat --seed 1
    """
    recipes()
    from models.atmonsat.recipe import train_atmonsat_cnn

    def train(report: "Callable[[Progress], None]") -> "Card":
        return train_atmonsat_cnn(data, out or mission / "atmonsat-cnn.onnx", seed, report)

    run(train, as_json)


def atmonsat_rise(
    data: Annotated[Path, typer.Option(help="Folder with DAY_KIND.parquet files.")],
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/atmonsat"),
    out: Out = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Fit the linear filters of temperature rises to nominal days, with thresholds from left-out ones.

    [dim]Example:[/] fdir train atmonsat-rise --data atmonsat --seed 1
    """
    recipes()
    from models.atmonsat.rise_recipe import train_atmonsat_rise

    run(lambda _: train_atmonsat_rise(data, out or mission / "atmonsat-rise.onnx", seed), as_json)


def atmonsat(
    data: Annotated[Path, typer.Option(help="Folder with DAY_normal.parquet files.")],
    model: Annotated[
        str, typer.Option(help="cnn-150, cnn-100, cnn-200, lstm-v1, lstm-v2 or autoencoder.")
    ] = "cnn-150",
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/atmonsat"),
    out: Out = None,
    seed: options.Seed = 1,
    epochs: Annotated[int | None, typer.Option(min=1, help="In each training at most; default 500.")] = None,
    folds: Annotated[
        int | None, typer.Option(min=1, help="Days left out in turn; default: every one.")
    ] = None,
    stride: Annotated[int, typer.Option(min=1, help="Samples between the windows trained on.")] = 1,
    as_json: options.Json = False,
) -> None:
    """Train an architecture of the AtMonSat authors as they do: offline counters, every day left out once.

    [dim]Example:[/] fdir train atmonsat --model cnn-150 --data atmonsat --seed 1
    """
    recipes()
    from models.atmonsat.protocol import ARCHITECTURES, Bound, train_model

    if model not in ARCHITECTURES:
        raise UsageError(f"--model: {model!r} is none of {', '.join(ARCHITECTURES)}")

    def train(report: "Callable[[Progress], None]") -> "Card":
        path = out or mission / "models" / f"{model}-{seed}.onnx"
        return train_model(model, data, path, seed, report, Bound(epochs, folds, stride))

    run(train, as_json)
