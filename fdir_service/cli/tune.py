"""``fdir tune``: hyper-parameters and output stage of stuck-value detectors, on validation flights."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json, progress

if TYPE_CHECKING:
    from models.tuning_storage import ScoreStore

app = typer.Typer(
    help="Tune hyper-parameters on validation flights (needs the extra 'train').", no_args_is_help=True
)
OBJECTIVES = ("literal", "strict")

Seed = Annotated[int, typer.Option(min=1, help="Seed of every random choice.")]
Storage = Annotated[
    Path | None,
    typer.Option(help="File of the study (.journal or .db): the same command goes on with it."),
]
Trials = Annotated[int, typer.Option(min=1, help="Finished trials in the study, those in the file included.")]
Timeout = Annotated[
    float | None, typer.Option(min=0.0, help="Seconds after which no further trial is begun.")
]
FlightsOption = Annotated[
    int, typer.Option("--flights", min=1, help="Simulated flights in a training epoch.")
]
Validation = Annotated[int, typer.Option(min=1, help="Flights that trials are judged by.")]
Steps = Annotated[int, typer.Option(min=1, help="Training steps in an epoch.")]
Objective = Annotated[
    str, typer.Option(help="How reactions are counted: literal, as the paper does, or strict.")
]


@app.command("stuck-cnn-paper")
def stuck_cnn_paper(
    storage: Storage = None,
    trials: Trials = 50,
    timeout: Timeout = None,
    seed: Seed = 1,
    flights: FlightsOption = 300,
    validation: Validation = 240,
    steps: Steps = 200,
    objective: Objective = "literal",
    device: options.Device = "auto",
    as_json: options.Json = False,
) -> None:
    """Tune the two-branch CNN on signal and derivative alone, as the stuck-value paper has it.

    [dim]Example:[/] fdir tune stuck-cnn-paper --storage paper.journal --trials 40 --flights 120 --steps 40
    """
    _tune(
        "FAITHFUL", storage, (trials, timeout), (seed, flights, validation, steps, objective), device, as_json
    )


@app.command("stuck-net")
def stuck_net(
    storage: Storage = None,
    trials: Trials = 50,
    timeout: Timeout = None,
    seed: Seed = 1,
    flights: FlightsOption = 300,
    validation: Validation = 240,
    steps: Steps = 200,
    objective: Objective = "literal",
    device: options.Device = "auto",
    as_json: options.Json = False,
) -> None:
    """Tune the dilated stuck-value net; its window follows from the dilations.

    [dim]Example:[/] fdir tune stuck-net --storage net.db --trials 40 --flights 120 --steps 40
    """
    _tune(
        "IMPROVED", storage, (trials, timeout), (seed, flights, validation, steps, objective), device, as_json
    )


def _tune(
    recipe_name: str,
    storage: Path | None,
    limit: tuple[int, float | None],
    settings: tuple[int, int, int, int, str],
    device: str,
    as_json: bool,
) -> None:
    """Run the study and show what it found."""
    if settings[-1] not in OBJECTIVES:
        raise UsageError(f"--objective: {settings[-1]!r} is none of {', '.join(OBJECTIVES)}")
    _require()
    import models.stuck_recipe
    from fdir_service import benchmark_flights
    from fdir_service.tuning_data import ResidentFlights
    from models.tuning import Limit, Study, TuningSettings
    from models.tuning_report import report

    recipe = getattr(models.stuck_recipe, recipe_name).on(device)
    own = TuningSettings(*settings)
    source = benchmark_flights.Source(flights=own.flights, part=own.validation)
    data = ResidentFlights(source)
    trials, seconds = limit
    with _store(storage, recipe.name) as store:
        study = Study.open(recipe, own, storage, store)
        with progress("trials", trials) as advance:
            study.run(data, Limit(trials, float("inf") if seconds is None else seconds), advance)
        found = report(study, data)
    if as_json:
        print_json(found)
        return
    from fdir_service.cli.tuning_view import show

    show(found)


@contextmanager
def _store(storage: Path | None, name: str) -> "Iterator[ScoreStore]":
    """Yield where the scores of the trials are kept: beside the study, or nowhere for long."""
    from models.tuning_storage import ScoreStore

    if storage:
        yield ScoreStore.beside(storage, name)
        return
    with TemporaryDirectory() as folder:
        yield ScoreStore(Path(folder), name)


def _require() -> None:
    try:
        import optuna  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise UsageError(f"tuning needs the extra: pip install 'fdir-service[train]' ({error})") from None


@app.command("output-stage")
def output_stage(
    model: Annotated[Path, typer.Argument(help="The detector's ONNX file.")],
    validation: Validation = 240,
    as_json: options.Json = False,
) -> None:
    """Choose thresholds, persistency, and whether to or with the classical checks, for a trained detector.

    It is scored once, on the validation flights; the rest is looked for in these scores.

    [dim]Example:[/] fdir tune output-stage configs/hopper/stuck-net.onnx
    """
    _require()
    from fdir_service import benchmark_flights
    from fdir_service.evaluation.contenders import Role, open_detector
    from fdir_service.record_scores import score_records
    from fdir_service.tuning_data import ResidentFlights
    from models.output_stage import output_stage as tune_stage
    from sim.sensors import Sensor

    detector = open_detector(model, model.stem, Role.OURS)
    data = ResidentFlights(benchmark_flights.Source(part=validation))
    flights = data.part("validation")
    full = score_records(model, flights.signals).full
    columns = [detector.card.outputs.index(detector.sensors[sensor]) for sensor in Sensor]
    found = tune_stage(flights, full[..., columns], data.classical(flights))
    if as_json:
        print_json(found)
        return
    from fdir_service.cli.tuning_view import show_output_stage

    show_output_stage(found)
