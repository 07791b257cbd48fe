"""``fdir train``: rebuild the committed detectors from seeds and data."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import UsageError, options, training
from fdir_service.cli.console import console, print_json, progress
from fdir_service.cli.train_atmonsat import atmonsat, atmonsat_cnn, atmonsat_rise
from fdir_service.cli.train_clouds import clouds
from fdir_service.cli.train_imager import payload_faults
from fdir_service.cli.train_opssat_ad import opssat_ad
from fdir_service.cli.train_opssat_stream import opssat_stream

if TYPE_CHECKING:
    from models.card import Card
    from models.stuck_recipe import StuckRecipe
    from models.training import Progress

app = typer.Typer(
    help="Train detectors and export them to ONNX (needs the extra 'train').", no_args_is_help=True
)
app.command("atmonsat")(atmonsat)
app.command("atmonsat-cnn")(atmonsat_cnn)
app.command("atmonsat-rise")(atmonsat_rise)
app.command("opssat-stream")(opssat_stream)
app.command("payload-faults")(payload_faults)
app.command("opssat-ad")(opssat_ad)
app.command("clouds")(clouds)

Seeds = Annotated[
    int,
    typer.Option(min=1, help="Train with so many seeds from --seed on; the best on validation is kept."),
]

LearningRate = Annotated[
    float | None, typer.Option(help="Largest learning rate; this and the next three: default of the recipe.")
]
Epochs = Annotated[int | None, typer.Option(help="Training epochs at most.")]
Quantiles = Annotated[
    tuple[float, float] | None,
    typer.Option(help="Bounds of the robust scaling, percent.", metavar="LOW HIGH"),
]
Window = Annotated[int | None, typer.Option(help="Samples in a window.")]


@app.command("stuck-cnn")
def stuck_cnn(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/hopper"),
    out: training.Out = None,
    seed: options.Seed = 1,
    trajectories: Annotated[int, typer.Option(help="Simulated trajectories to train on.")] = 1500,
    as_json: options.Json = False,
) -> None:
    """Train the stuck-value CNN on simulated flights.

    [dim]Example:[/] fdir train stuck-cnn --seed 1
    """
    recipes = training.recipes()
    from fdir_service.training_data import stuck_data

    def train(report: "Callable[[Progress], None]") -> "Card":
        data = stuck_data(trajectories)
        card: Card = recipes.train_stuck_cnn(data, out or mission / "stuck-cnn.onnx", seed, report)
        return card

    training.run(train, as_json)


@app.command("stuck-cnn-paper")
def stuck_cnn_paper(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/hopper"),
    out: training.Out = None,
    seed: options.Seed = 1,
    seeds: Seeds = 1,
    learning_rate: LearningRate = None,
    epochs: Epochs = None,
    quantiles: Quantiles = None,
    window: Window = None,
    device: options.Device = "auto",
    as_json: options.Json = False,
) -> None:
    """Train the two-branch CNN on signal and derivative alone, as the stuck-value paper has it.

    [dim]Example:[/] fdir train stuck-cnn-paper --seed 1 --seeds 3
    """
    changes = _changes(learning_rate, epochs, quantiles, window)
    recipe = _recipe("FAITHFUL", changes, device)
    _train_stuck(recipe, mission, out, range(seed, seed + seeds), as_json)


@app.command("stuck-net")
def stuck_net(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/hopper"),
    out: training.Out = None,
    seed: options.Seed = 1,
    seeds: Seeds = 1,
    learning_rate: LearningRate = None,
    epochs: Epochs = None,
    quantiles: Quantiles = None,
    window: Window = None,
    device: options.Device = "auto",
    as_json: options.Json = False,
) -> None:
    """Train the dilated stuck-value net, which names the axis, on flights that are new in every epoch.

    [dim]Example:[/] fdir train stuck-net --seed 1 --seeds 3
    """
    changes = _changes(learning_rate, epochs, quantiles, window)
    recipe = _recipe("IMPROVED", changes, device)
    _train_stuck(recipe, mission, out, range(seed, seed + seeds), as_json)


@app.command("stuck-net-real")
def stuck_net_real(
    data: Annotated[Path, typer.Option(help="Folder with recordings of an IMU without faults (.parquet).")],
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/imu"),
    out: training.Out = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Train the dilated net on real recordings with injected faults; judge each by a net that left it out.

    [dim]Example:[/] fdir train stuck-net-real --data recordings --seed 1
    """
    training.recipes()
    import models.stuck_real
    from fdir_service.imu_recordings import read_recordings
    from fdir_service.recorded_trials import RecordedTrials

    trials = RecordedTrials(read_recordings(data))

    def train(report: "Callable[[Progress], None]") -> "Card":
        path = out or mission / f"{models.stuck_real.NAME}.onnx"
        return models.stuck_real.train_real(trials, path, seed, report)

    training.run(train, as_json)


def _changes(
    learning_rate: float | None,
    epochs: int | None,
    quantiles: tuple[float, float] | None,
    window: int | None,
) -> dict[str, Any]:
    """Return the hyper-parameters that are given."""
    low, high = quantiles or (None, None)
    given = {
        "learning_rate": learning_rate,
        "epochs": epochs,
        "quantile_low": low,
        "quantile_high": high,
        "window": window,
    }
    return {name: value for name, value in given.items() if value is not None}


def _recipe(name: str, changes: dict[str, Any], device: str) -> "StuckRecipe":
    """Return a recipe with other hyper-parameters, on a device."""
    training.recipes()
    import models.stuck_recipe

    found: StuckRecipe = getattr(models.stuck_recipe, name)
    try:
        changed = found.tuned(replace(found.hyperparameters, **changes))
    except ValueError as error:
        raise UsageError(f"{found.name}: {error}") from None
    return changed.on(device)


def _train_stuck(recipe: "StuckRecipe", mission: Path, out: Path | None, seeds: range, as_json: bool) -> None:
    """Train with every seed and keep the file that is best on the validation flights."""
    import models.stuck_recipe
    from fdir_service.benchmark_flights import Source, flights_ahead

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


@app.command("dclop-adcs")
def dclop_adcs(
    mission: Annotated[Path, typer.Option(help="Folder of the mission.")] = Path("configs/cubesat-adcs"),
    out: training.Out = None,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Train the DCLOP of the simulated CubeSat on twelve days of nominal flight, `--dependable`.

    [dim]Example:[/] fdir train dclop-adcs --seed 1
    """
    training.recipes()
    from fdir_service.adcs_flights import train_adcs

    training.run(lambda report: train_adcs(out or mission / "dclop.onnx", seed, report), as_json)


@app.command("dclop")
def dclop(
    data: Annotated[
        list[Path], typer.Option(help="Table of samples x channels (.csv, .parquet); may be repeated.")
    ],
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
    training.recipes()
    from fdir_service.dclop_training import DclopChoice, train_tables

    choice = DclopChoice(
        _words(columns), _words(without), dependable, clusters, clip, restarts, static, budget
    )
    training.run(lambda report: train_tables(data, out, seed, choice, report), as_json)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
