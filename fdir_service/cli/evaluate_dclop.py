"""``fdir evaluate dclop``: deep clustering beside plain detectors on simulated ADCS telemetry."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import MISSED, UsageError, options
from fdir_service.cli.console import print_json, progress
from fdir_service.cli.training import recipes

MOST_RUNS = 1000


def dclop(
    runs: Annotated[
        int, typer.Option(min=1, max=MOST_RUNS, help="Runs, each with a new simulation and training.")
    ] = 10,
    seed: Annotated[int, typer.Option(min=0, max=1 << 19, help="Seed of the first run.")] = 1,
    report: Annotated[Path | None, typer.Option(help="Write a report (.html).")] = None,
    as_json: options.Json = False,
) -> None:
    """Compare DCLOP, as the paper has it and ours, with plain detectors on simulated ADCS telemetry.

    Every run simulates two weeks of one satellite anew, with the anomalies of the paper and with harder ones,
    trains on all rows without labels (extra 'train'), and scores them and an unseen simulation. From 10 runs
    on, exits with 3 if a must is missed.

    [dim]Example:[/] fdir evaluate dclop --runs 10 --report report.html
    """
    if report and (report.suffix != ".html" or not report.parent.is_dir()):
        raise UsageError(f"--report {report}: must end in .html, in a folder that is there")
    recipes()
    from fdir_service.evaluation.dclop.contenders import contenders
    from fdir_service.evaluation.dclop.run import SETS, Plan, evaluate
    from fdir_service.evaluation.dclop.summary import summarise

    every = contenders()
    with progress("detectors", runs * len(SETS) * len(every)) as advance:
        evaluation = evaluate(Plan(runs, seed), every, advance)
    found = summarise(evaluation)
    if report:
        from fdir_service.evaluation.dclop.report import write

        write(report, found, evaluation)
    if as_json:
        print_json(found)
    else:
        from fdir_service.cli.dclop_view import show

        show(found)
    if found["good"] is False:
        raise typer.Exit(MISSED)
