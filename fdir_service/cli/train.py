"""``fdir train``: rebuild the committed detectors from seeds and data."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.console import console, print_json, progress

if TYPE_CHECKING:
    from models.card import Card
    from models.training import Progress

app = typer.Typer(
    help="Train detectors and export them to ONNX (needs the extra 'train').", no_args_is_help=True
)

Out = Annotated[Path | None, typer.Option("--out", help="The ONNX file; default: in the mission's folder.")]


@app.command("stuck-cnn")
def stuck_cnn(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/hopper"),
    out: Out = None,
    seed: options.Seed = 1,
    trajectories: Annotated[int, typer.Option(help="Simulated trajectories to train on.")] = 1500,
    as_json: options.Json = False,
) -> None:
    """Train the stuck-value CNN on simulated flights.

    [dim]Example:[/] fdir train stuck-cnn --seed 1
    """
    recipes = _recipes()
    from fdir_service.training_data import stuck_data

    def train(report: "Callable[[Progress], None]") -> "Card":
        data = stuck_data(trajectories)
        card: Card = recipes.train_stuck_cnn(data, out or mission / "stuck-cnn.onnx", seed, report)
        return card

    _train(train, as_json)


@app.command("atmonsat-cnn")
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
    recipes = _recipes()

    def train(report: "Callable[[Progress], None]") -> "Card":
        card: Card = recipes.train_atmonsat_cnn(data, out or mission / "atmonsat-cnn.onnx", seed, report)
        return card

    _train(train, as_json)


def _recipes() -> ModuleType:
    from fdir_service.cli import UsageError

    try:
        import models.recipes
    except ImportError as error:
        raise UsageError(f"training needs the extra: pip install 'fdir-service[train]' ({error})") from None
    return models.recipes


def _train(train: "Callable[[Callable[[Progress], None]], Card]", as_json: bool) -> None:
    with progress("training", None) as advance:
        card = train(lambda _: advance(1))
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    for name, value in card.metrics.items():
        console().print(f"{name} = {value:g}")
