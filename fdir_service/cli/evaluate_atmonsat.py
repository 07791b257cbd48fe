"""``fdir evaluate atmonsat``: the AtMonSat detectors side by side on real telemetry."""

from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json, progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fdir_service.evaluation.atmonsat.faithful import ModelFile

DEFAULT_TRAINED = ("cnn-150",)
"""Architectures that --train trains if none is named; the recurrent ones take hours."""


def atmonsat(
    data: Annotated[Path, typer.Option(help="Folder with DAY_anomalous.parquet files and anomalies.csv.")],
    train: Annotated[
        Path | None,
        typer.Option(
            help="Train first, on the DAY_normal.parquet files of this folder; default: committed models."
        ),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Compare only these detectors, say cnn-150 and rule.")
    ] = None,
    significance: Annotated[
        float, typer.Option(help="Share of nominal samples above the threshold: .1, .05, .025, .01 or .005.")
    ] = 0.05,
    seed: options.Seed = 1,
    report: Annotated[Path | None, typer.Option(help="Write a report (.html).")] = None,
    as_json: options.Json = False,
) -> None:
    """Compare AtMonSat detectors on the days of a folder, counted as the data set's authors count.

    By default the committed models with their thresholds, on whatever days the folder has; it says what they
    were trained on. With --train models are trained first, thresholds from left-out days (extra 'train').

    [dim]Example:[/] fdir evaluate atmonsat --data atmonsat --report report.html
    """
    if report and (report.suffix != ".html" or not report.parent.is_dir()):
        raise UsageError(f"--report {report}: must end in .html, in a folder that is there")
    needs_pyarrow()
    from fdir_service.evaluation.atmonsat.contenders import Folders
    from fdir_service.evaluation.atmonsat.recordings import judged_days
    from fdir_service.evaluation.atmonsat.run import Choice, evaluate
    from fdir_service.evaluation.atmonsat.summary import summarise

    parts = judged_days(data)
    choice = Choice(tuple(model or ()), significance, Folders(data, train))
    with _files(train, tuple(model or ()), seed) as files, progress("detectors", len(files) + 1) as advance:
        evaluation = evaluate(parts, files, choice, advance)
    found = summarise(evaluation)
    if report:
        from fdir_service.evaluation.atmonsat.report import write

        write(report, found, evaluation)
    if as_json:
        print_json(found)
    else:
        from fdir_service.cli.atmonsat_view import show

        show(found)


def needs_pyarrow() -> None:
    """Raise `UsageError` without the extra that reads Parquet."""
    if find_spec("pyarrow") is None:
        raise UsageError("Parquet needs the extra: pip install 'fdir-service[data]'")


@contextmanager
def _files(train: Path | None, models: tuple[str, ...], seed: int) -> "Iterator[Sequence[ModelFile]]":
    """Give the committed files, or those trained now, which last as long as the block."""
    from fdir_service.evaluation.atmonsat.faithful import committed, model_files

    if train is None:
        yield committed()
        return
    with TemporaryDirectory() as folder:
        _train(train, Path(folder), models or DEFAULT_TRAINED, seed)
        yield model_files(Path(folder))


def _train(data: Path, out: Path, models: "Sequence[str]", seed: int) -> None:
    try:
        from models.atmonsat.protocol import ARCHITECTURES, train_model
    except ImportError as error:
        raise UsageError(f"training needs the extra: pip install 'fdir-service[train]' ({error})") from None
    for name in models:
        if name in ARCHITECTURES:
            with progress(f"training {name}: epochs", None) as advance:

                def report(_: Any, advance: Any = advance) -> None:
                    advance(1)

                train_model(name, data, out / f"{name}-{seed}.onnx", seed, report)
