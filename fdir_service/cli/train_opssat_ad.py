"""``fdir train opssat-ad``: the detectors of segments."""

from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import options
from fdir_service.cli.console import console, print_json, progress
from fdir_service.cli.evaluate_atmonsat import needs_pyarrow


def opssat_ad(
    data: Annotated[Path, typer.Option(help="Folder with train.parquet.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the four ONNX files.")] = Path("opssat-ad"),
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Fit four detectors to labelled segments of OPS-SAT's telemetry: one sample is one segment's features.

    [dim]Example:[/] fdir train opssat-ad --data opssat-ad --out models --seed 1
    """
    needs_pyarrow()
    from threadpoolctl import threadpool_limits

    from models.opssat.contenders import EXPORTED
    from models.opssat.recipe import file_name, train_opssat

    with threadpool_limits(1), progress("detectors", len(EXPORTED)) as advance:
        cards = train_opssat(data, out, seed, advance)
    if as_json:
        print_json([card.model_dump(mode="json") for card in cards])
        return
    for contender, card in zip(EXPORTED, cards, strict=True):
        figures = ", ".join(f"{n} {card.metrics[n]:g}" for n in ("octets", "parity", "parity_novel"))
        line = f"{out / file_name(contender)}: threshold {card.outputs[0].on:.4f}, {figures}"
        console().print(line, markup=False)
