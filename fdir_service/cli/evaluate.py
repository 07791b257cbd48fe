"""``fdir evaluate``: how good the detectors are, on data that others can make again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json, progress
from fdir_service.cli.evaluate_atmonsat import atmonsat
from fdir_service.cli.evaluate_clouds import clouds
from fdir_service.cli.evaluate_dclop import dclop
from fdir_service.cli.evaluate_imager import imager
from fdir_service.cli.evaluate_opssat import opssat_ad
from fdir_service.cli.evaluate_rise import atmonsat_rise
from fdir_service.cli.evaluate_stm32 import atmonsat_stm32

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fdir_service.evaluation.contenders import DetectorFile
    from fdir_service.evaluation.flights import Plan
    from fdir_service.evaluation.run import Evaluation
    from fdir_service.mission import Mission
    from sim.sensors import Setting

app = typer.Typer(help="Evaluate detectors side by side.", no_args_is_help=True)
app.command("atmonsat-stm32")(atmonsat_stm32)
MOST_SEEDS = 1 << 32
NOMINAL_SHARE = 4
"""By default there is one nominal flight for so many with faults."""


@app.callback()
def evaluate() -> None:
    """Evaluate detectors side by side, on the real chain."""


app.command("atmonsat")(atmonsat)
app.command("atmonsat-rise")(atmonsat_rise)
app.command("imager")(imager)
app.command("dclop")(dclop)
app.command("opssat-ad")(opssat_ad)
app.command("clouds")(clouds)


@app.command("stuck-values")
def stuck_values(
    mission: Annotated[
        str | None,
        typer.Option("--mission", "-m", help="Mission, as in `fdir run`; hopper, or imu with --recordings."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEEDS, help="Seed of every random choice.")] = 1,
    trajectories: Annotated[int, typer.Option(min=1, help="Simulated flights with faults.")] = 240,
    nominal: Annotated[
        int | None, typer.Option(min=0, help="Flights without a fault; a quarter as many by default.")
    ] = None,
    setting: Annotated[str, typer.Option(help="Noise of the sensors: N nominal, B tactical MEMS.")] = "N",
    persistency: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Samples for a reaction; default: the mission's.")
    ] = None,
    detector: Annotated[
        list[str] | None,
        typer.Option(
            "--detector", metavar="[ROLE:]NAME=FILE", help="One more; equal names are seeds of one."
        ),
    ] = None,
    recordings: Annotated[
        Path | None,
        typer.Option(help="Folder of real IMU recordings without faults (.parquet), instead of flights."),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=1.0, help="Hz of recordings that do not tell their rate.")
    ] = None,
    injections: Annotated[
        int, typer.Option(min=1, max=1000, help="Times that faults are injected into a recording.")
    ] = 16,
    predictions: Annotated[
        Path | None, typer.Option(help="Write every sample with index and reaction (.parquet).")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report (.html).")] = None,
    as_json: options.Json = False,
) -> None:
    """Compare stuck-value detectors, classical checks and a coin on simulated flights with known faults.

    By default those of the mission and of its evaluation.toml. Roles are ours and faithful. Everything is
    made again from the seed, and every index goes through the real chain: its reactions are the requests
    that event-actions release. With --recordings the same faults are put into real IMU recordings.

    [dim]Example:[/] fdir evaluate stuck-values --trajectories 24 --report report.html
    """
    from fdir_service.evaluation.selection import select
    from fdir_service.evaluation.summary import summarise
    from fdir_service.mission import load
    from sim.sensors import Setting

    _check(setting, [s.value for s in Setting], predictions, report)
    chosen = load(mission or ("imu" if recordings else "hopper"))
    if recordings:
        files = select(chosen, detector or (), period=None)
        plan: Plan = _recorded(recordings, rate, files, seed, injections)
    else:
        files = select(chosen, detector or ())
        plan = _flown(Setting(setting), seed, trajectories, nominal)
    evaluation = _evaluate(chosen, files, plan, persistency or _persistency(chosen), predictions)
    found = summarise(evaluation) | {"machine": _machine()}
    if report:
        from fdir_service.evaluation.report import write

        write(report, found, evaluation)
    if as_json:
        print_json(found)
    else:
        from fdir_service.cli.evaluation_view import show

        show(found)


def _flown(setting: "Setting", seed: int, trajectories: int, nominal: int | None) -> "Plan":
    from fdir_service.evaluation.flights import FlightPlan

    free = -(-trajectories // NOMINAL_SHARE) if nominal is None else nominal
    return FlightPlan(setting, seed, trajectories, free)


def _recorded(
    folder: Path, rate: float | None, files: "Sequence[DetectorFile]", seed: int, injections: int
) -> "Plan":
    from fdir_service.evaluation.recordings import RecordingPlan
    from fdir_service.imu_recordings import read_recordings

    return RecordingPlan.of(read_recordings(folder, rate), files, seed, injections)


def _check(setting: str, settings: list[str], predictions: Path | None, report: Path | None) -> None:
    if setting not in settings:
        raise UsageError(f"--setting: {setting!r} is none of {', '.join(settings)}")
    for name, path, suffix in (("--predictions", predictions, ".parquet"), ("--report", report, ".html")):
        if path and path.suffix != suffix:
            raise UsageError(f"{name} {path}: the file must end in {suffix}")
        if path and not path.parent.is_dir():
            raise UsageError(f"{name} {path}: no such folder")


def _persistency(mission: "Mission") -> int:
    """Return the repetition number of the mission's PMONs on learned indices, or the paper's."""
    from fdir_service.evaluation.rows import PUBLISHED_PERSISTENCY

    learned = {p.repetition for p in mission.pmons.values() if p.parameter in mission.learned}
    return learned.pop() if len(learned) == 1 else PUBLISHED_PERSISTENCY


def _evaluate(
    mission: "Mission",
    files: "Sequence[DetectorFile]",
    plan: "Plan",
    persistency: int,
    predictions: Path | None,
) -> "Evaluation":
    from contextlib import ExitStack

    from fdir_service.evaluation.predictions import Predictions
    from fdir_service.evaluation.run import evaluate as run

    with ExitStack() as stack:
        stores = [stack.enter_context(Predictions(predictions, files)).write] if predictions else []
        advance = stack.enter_context(
            progress("flights", sum(plan.facts()[k] for k in ("trajectories", "nominal_trajectories")))
        )
        return run(mission, files, plan, persistency, stores, advance)


def _machine() -> dict[str, Any]:
    from dataclasses import asdict

    from fdir_service.bench.machine import describe

    return asdict(describe())
