"""``fdir evaluate opssat-ad``: detectors of segments side by side on the OPS-SAT-AD benchmark."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json, progress
from fdir_service.cli.evaluate_atmonsat import needs_pyarrow

if TYPE_CHECKING:
    from models.opssat.data import Segments


def opssat_ad(
    data: Annotated[Path, typer.Option(help="Folder with train.parquet and, to be judged, test.parquet.")],
    repeats: Annotated[int, typer.Option(min=1, max=100, help="Times that the segments are split.")] = 5,
    nested: Annotated[
        bool, typer.Option("--nested", help="Also choose settings by inner folds, and print what that gives.")
    ] = False,
    seed: options.Seed = 1,
    report: Annotated[Path | None, typer.Option(help="Write a report (.html).")] = None,
    as_json: options.Json = False,
) -> None:
    """Compare detectors on labelled segments of OPS-SAT's telemetry, pooled and by channel.

    With train.parquet alone they are cross-validated in 5 folds, at random and in blocks of neighbours. With
    test.parquet beside it they are trained on the one and judged on the other.

    [dim]Example:[/] fdir evaluate opssat-ad --data opssat-ad --report report.html
    """
    if report and (report.suffix != ".html" or not report.parent.is_dir()):
        raise UsageError(f"--report {report}: must end in .html, in a folder that is there")
    needs_pyarrow()
    from threadpoolctl import threadpool_limits

    from fdir_service.evaluation.opssat.run import Plan, evaluate
    from fdir_service.evaluation.opssat.summary import summarise

    plan = Plan.of(data, seed, repeats)
    # Matrices are small: threads of a linear algebra library would only wait for each other.
    with threadpool_limits(1):
        with progress("fits", plan.fits) as advance:
            found = summarise(evaluate(plan, advance))
        if nested:
            found["nested"] = _nested(plan.train, seed)
    if report:
        from fdir_service.evaluation.opssat.report import write

        write(report, found)
    if as_json:
        print_json(found)
    else:
        from fdir_service.cli.opssat_view import show

        show(found)


def _nested(segments: "Segments", seed: int) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from models.opssat.selection import candidates, fits, nested

    choices = candidates()
    with progress("nested fits", fits(choices)) as advance:
        return [asdict(nested(name, own, segments, seed, advance)) for name, own in choices.items()]
