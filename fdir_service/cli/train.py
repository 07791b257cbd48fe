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
Seeds = Annotated[
    int,
    typer.Option(min=1, help="Train with so many seeds from --seed on; the best on validation is kept."),
]


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


@app.command("stuck-cnn-paper")
def stuck_cnn_paper(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/hopper"),
    out: Out = None,
    seed: options.Seed = 1,
    seeds: Seeds = 1,
    as_json: options.Json = False,
) -> None:
    """Train the two-branch CNN on signal and derivative alone, as the stuck-value paper has it.

    [dim]Example:[/] fdir train stuck-cnn-paper --seed 1 --seeds 3
    """
    _train_stuck("FAITHFUL", mission, out, range(seed, seed + seeds), as_json)


@app.command("stuck-net")
def stuck_net(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/hopper"),
    out: Out = None,
    seed: options.Seed = 1,
    seeds: Seeds = 1,
    as_json: options.Json = False,
) -> None:
    """Train the dilated stuck-value net, which names the axis, on flights that are new in every epoch.

    [dim]Example:[/] fdir train stuck-net --seed 1 --seeds 3
    """
    _train_stuck("IMPROVED", mission, out, range(seed, seed + seeds), as_json)


@app.command("stuck-net-real")
def stuck_net_real(
    data: Annotated[Path, typer.Option(help="Folder with recordings of an IMU without faults (.parquet).")],
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/imu"),
    out: Out = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Train the dilated net on real recordings with injected faults; judge each by a net that left it out.

    [dim]Example:[/] fdir train stuck-net-real --data recordings --seed 1
    """
    _recipes()
    import models.stuck_real
    from fdir_service.imu_recordings import read_recordings
    from fdir_service.recorded_trials import RecordedTrials

    trials = RecordedTrials(read_recordings(data))

    def train(report: "Callable[[Progress], None]") -> "Card":
        path = out or mission / f"{models.stuck_real.NAME}.onnx"
        return models.stuck_real.train_real(trials, path, seed, report)

    _train(train, as_json)


def _train_stuck(recipe_name: str, mission: Path, out: Path | None, seeds: range, as_json: bool) -> None:
    """Train with every seed and keep the file that is best on the validation flights."""
    _recipes()
    import models.stuck_recipe
    from fdir_service.benchmark_flights import Source, flights_ahead

    recipe = getattr(models.stuck_recipe, recipe_name)
    total = len(seeds) * recipe.training.epochs
    with progress("training", total) as advance, flights_ahead(Source()) as data:
        cards = models.stuck_recipe.train_seeds(
            recipe, data, out or mission / f"{recipe.name}.onnx", seeds, lambda _: advance(1)
        )
    if as_json:
        print_json([card.model_dump(mode="json") for card in cards])
        return
    for name, (mean, low, high) in models.stuck_recipe.spread(cards).items():
        console().print(f"{name} = {mean:g}  ({low:g} .. {high:g})")


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
    _recipes()
    from models.atmonsat.recipe import train_atmonsat_cnn

    def train(report: "Callable[[Progress], None]") -> "Card":
        return train_atmonsat_cnn(data, out or mission / "atmonsat-cnn.onnx", seed, report)

    _train(train, as_json)


@app.command("dclop")
def dclop(
    data: Annotated[Path, typer.Option(help="Table of samples x channels (.csv, .parquet).")],
    out: Annotated[Path, typer.Option("--out", help="The ONNX file.")] = Path("dclop.onnx"),
    seed: options.Seed = 1,
    columns: Annotated[str, typer.Option(help="Channels, A,B,...; default: all columns with numbers.")] = "",
    without: Annotated[str, typer.Option(help="Columns that are no channels, A,B,...")] = "",
    dependable: Annotated[
        bool,
        typer.Option("--dependable", help="Spare clusters, limited values, neighbourhoods in both spaces."),
    ] = False,
    clusters: Annotated[int | None, typer.Option(min=1, help="Number of clusters, K.")] = None,
    clip: Annotated[float | None, typer.Option(help="Largest standardised value.")] = None,
    restarts: Annotated[int, typer.Option(min=1, help="Trainings; the best silhouette is kept.")] = 1,
    static: Annotated[bool, typer.Option("--static", help="Huber loss without dynamic weights.")] = False,
    budget: Annotated[int | None, typer.Option(min=1, help="Reference rows at most.")] = None,
    as_json: options.Json = False,
) -> None:
    """Cluster a table of telemetry deeply, and score how far a sample is from its cluster.

    [dim]Example:[/] fdir train dclop --data adcs.csv --without label --seed 1
    """
    _recipes()
    from fdir_service.dclop_training import DclopChoice, train_table

    choice = DclopChoice(
        _words(columns), _words(without), dependable, clusters, clip, restarts, static, budget
    )
    _train(lambda report: train_table(data, out, seed, choice, report), as_json)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


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
