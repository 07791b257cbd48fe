"""``fdir evaluate atmonsat-stm32``: our runtime beside recorded runs of the AtMonSat microcontroller."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import MISSED, UsageError, options
from fdir_service.cli.console import console, print_json, progress

if TYPE_CHECKING:
    from fdir_service.evaluation.microcontroller import Row


def atmonsat_stm32(
    data: Annotated[Path, typer.Option(help="Folder with firmware.npz and DAY_inputs.parquet.")],
    detector: Annotated[
        Path | None, typer.Option(help="Keep the detector built from firmware.npz (.onnx).")
    ] = None,
    outputs: Annotated[
        Path | None, typer.Option(help="Write our answers as DAY_outputs.parquet into this folder.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Hold our detector runtime against recorded runs of the AtMonSat microcontroller.

    The firmware's rules (row buffer, window of zeros at the start, hold-off) go around a detector file that
    is built from its weights. Row, reply row and alarm of each output have to be equal, the distance within
    1e-4 relative; exit code 3 if they are not. Days without DAY_outputs.parquet are answered all the same.

    [dim]Example:[/] fdir evaluate atmonsat-stm32 --data atmonsat-stm32
    """
    _check(data, detector, outputs)
    rows = _evaluate(data, detector, outputs)
    compared = [row.parity for row in rows if row.parity is not None]
    if as_json:
        _print_json(rows, all(compared) if compared else None)
    else:
        _show(rows)
    if not all(compared):
        raise typer.Exit(MISSED)


def _check(data: Path, detector: Path | None, outputs: Path | None) -> None:
    for name, folder in (
        ("--data", data),
        ("--outputs", outputs),
        ("--detector", detector and detector.parent),
    ):
        if folder and not folder.is_dir():
            raise UsageError(f"{name} {folder}: no such folder")
    if detector and detector.suffix != ".onnx":
        raise UsageError(f"--detector {detector}: the file must end in .onnx")
    if outputs and outputs.resolve() == data.resolve():
        raise UsageError(f"--outputs {outputs}: the recorded answers are there")


def _evaluate(data: Path, detector: Path | None, outputs: Path | None) -> "list[Row]":
    from fdir_service.evaluation.microcontroller import PATHS, evaluate, setup
    from models.atmonsat.firmware import FILE_NAME, read_firmware
    from models.atmonsat.firmware_detector import write_detector
    from models.atmonsat.recorded_runs import read_runs, write_outputs

    firmware = read_firmware(data / FILE_NAME)
    runs = read_runs(data, firmware.sensors)
    rows = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        path = detector or folder / "firmware.onnx"
        write_detector(firmware, path)
        advance = stack.enter_context(progress("runs", len(runs) * len(PATHS)))
        for run in runs:
            for row, answer in evaluate(run, firmware, setup(path, firmware)):
                rows.append(row)
                advance(1)
                if outputs and row.path == "reply":
                    write_outputs(outputs, run.day, answer.outputs)
    return rows


def _print_json(rows: "Sequence[Row]", parity: bool | None) -> None:
    from dataclasses import asdict

    from fdir_service.bench.machine import describe
    from fdir_service.evaluation.microcontroller import TOLERANCE

    found = {"parity": parity, "tolerance": TOLERANCE, "machine": asdict(describe())}
    print_json(found | {"rows": [asdict(row) for row in rows]})


WIDTH = 110
_HEADS = (
    "day",
    "path",
    "outputs",
    "alarms",
    "max rel. diff.",
    "nearest to thr.",
    "us, here",
    "us, target",
    "parity",
)


def _show(rows: "Sequence[Row]") -> None:
    from rich.table import Table

    out = console()
    out.width = max(out.width, WIDTH)
    table = Table(
        title="The microcontroller's runs on our runtime, times per inference", title_justify="left"
    )
    for head in _HEADS:
        table.add_column(head)
    for row in rows:
        table.add_row(*_cells(row))
    out.print(table)
    for row in rows:
        for difference in row.differences:
            out.print(f"{row.day}, {row.path}: {difference}", markup=False)
    for day in sorted({row.day for row in rows if row.parity is None}):
        out.print(f"{day}: no recorded answers to compare with", markup=False)
    out.print("The alarm at row 0 of each run comes from the empty window: leave it out when counting.")


def _cells(row: "Row") -> list[str]:
    counts = [str(row.outputs), str(row.detections)]
    figures = [row.max_relative_difference, row.nearest_to_threshold]
    times = [row.us_per_inference, row.recorded_us_per_inference]
    parity = {True: "yes", False: "NO", None: "-"}[row.parity]
    return [row.day, row.path, *counts, *map(_small, figures), *map(_small, times), parity]


def _small(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}" if value < 100 else f"{value:.0f}"
