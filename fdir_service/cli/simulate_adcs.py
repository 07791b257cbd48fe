"""``fdir simulate-adcs``: two weeks of a CubeSat's ADCS as a file, with labels."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json


def simulate_adcs(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="What to write: .parquet, .csv or .rec.")],
    seed: Annotated[int, typer.Option(min=0, help="Of libration, spin, noise, reception, anomalies.")] = 0,
    anomalies: Annotated[str, typer.Option(help="Which anomalies: paper, harder or none.")] = "paper",
    satellite: Annotated[int, typer.Option(min=0, help="Whose sensor errors.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
    as_json: options.Json = False,
) -> None:
    """Write 15 days of ADCS telemetry, 793 rows of 27 parameters, and its labels (OUT with .labels.csv).

    [dim]Example:[/] fdir simulate-adcs adcs.parquet --seed 1 --anomalies harder
    """
    from fdir_service.adcs_telemetry import MISSION, write
    from fdir_service.mission import load
    from fdir_service.sources.table import source_of
    from sim.adcs.anomalies import AnomalySet
    from sim.adcs.dataset import generate

    if anomalies not in [*AnomalySet]:
        raise UsageError(f"--anomalies: {anomalies!r} is none of {', '.join(AnomalySet)}")
    if out.exists() and not (force and out.is_file()):
        raise UsageError(f"{out}: exists" + ("" if force else "; --force replaces it"))
    telemetry = generate(seed, AnomalySet(anomalies), satellite)
    labels = write(telemetry, seed, out, source_of(out, load(MISSION, models=False), None))
    kinds = Counter(telemetry.kinds[telemetry.labels].tolist())
    if as_json:
        counts = {"rows": len(telemetry.values), "day": int(telemetry.is_day.sum()), "anomalies": kinds}
        print_json({"out": str(out), "labels": str(labels), **counts})
    else:
        print(f"{out}: {len(telemetry.values)} row(s), {kinds.total()} of them anomalous, see {labels}")
