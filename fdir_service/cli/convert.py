"""``fdir convert``: telemetry from one file format into another."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import UsageError, layout_options, options
from fdir_service.cli.console import print_json, progress

if TYPE_CHECKING:
    from fdir_service.convert import Conversion

_NS = 1_000_000_000


def convert(
    file: Annotated[
        Path, typer.Argument(metavar="IN", help="A recording, or a table: .csv, .parquet, .npy, .h5, .hdf5.")
    ],
    to: Annotated[Path, typer.Argument(metavar="OUT", help="What to write: .rec, .csv or .parquet.")],
    mission: options.MissionOption = "hopper",
    source: Annotated[
        str | None, typer.Option(help="Source to convert; not needed if the mission has just one.")
    ] = None,
    time_column: layout_options.Time = None,
    time_unit: layout_options.Unit = None,
    epoch: layout_options.Epoch = None,
    period: layout_options.Period = None,
    start: layout_options.Start = None,
    columns: layout_options.Columns = None,
    dataset: layout_options.Dataset = None,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
    as_json: options.Json = False,
) -> None:
    """Convert telemetry between recordings, CSV and Parquet; read NPY and HDF5.

    [dim]Example:[/] fdir convert day.csv day.parquet --mission atmonsat
    """
    from fdir_service.convert import convert as run
    from fdir_service.mission import load
    from fdir_service.replay import count_samples
    from fdir_service.sources.table import source_of

    layout = layout_options.layout(file, time_column, time_unit, epoch, period, start, columns, dataset)
    _check_files(file, to, force=force)
    chosen = source_of(file, load(mission), source)
    began = time.perf_counter()
    with progress(f"convert {file.name}", count_samples(file)) as advance:
        conversion = run(file, to, chosen, layout, advance)
    _tell(file, conversion)
    if as_json:
        print_json(_summary(file, to, conversion, time.perf_counter() - began))
    else:
        print(f"{to}: {conversion.account.received} sample(s) of {chosen.name} written")


def _check_files(file: Path, to: Path, *, force: bool) -> None:
    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    if to.exists() and not (force and to.is_file()):
        raise UsageError(f"{to}: exists" + ("" if force else "; --force replaces it"))


def _tell(file: Path, conversion: "Conversion") -> None:
    """Say on stderr what was left out, and why."""
    source, account = conversion.source.name, conversion.account
    others = {f"sample(s) of {name}": n for name, n in conversion.sources.items() if name != source}
    for what, n in (others | conversion.left_out).items():
        print(f"{file}: left out: {n} {what}", file=sys.stderr)
    for reason, n in conversion.dropped.items():
        print(f"{file}: dropped: {n} sample(s) of {source}: {reason}", file=sys.stderr)
    for text in conversion.faults.first:
        print(f"  {text}", file=sys.stderr)
    if account.gaps:
        print(
            f"{file}: {account.gaps} gap(s), {account.lost} sample(s) missing, kept as gaps", file=sys.stderr
        )


def _summary(file: Path, to: Path, conversion: "Conversion", seconds: float) -> dict[str, Any]:
    return {
        "in": str(file),
        "out": str(to),
        "source": conversion.source.name,
        "rows": conversion.account.received,
        "seconds": seconds,
        "duration_s": conversion.duration / _NS,
        "sources": dict(conversion.sources),
        "left_out": dict(conversion.left_out),
        "dropped": conversion.dropped,
        "gaps": conversion.account.gaps,
        "missing": conversion.account.lost,
    }
