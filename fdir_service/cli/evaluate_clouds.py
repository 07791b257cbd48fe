"""``fdir evaluate clouds``: detectors of clouds side by side on scenes that they have not seen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json, progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fdir_service.evaluation.clouds.run import Data
    from models.clouds.contenders import Contender


def clouds(
    data: Annotated[
        Path, typer.Option(help="Folder with tiles.csv, rgb/ and mask/, or with noncloud/ and cloud/.")
    ],
    train: Annotated[
        Path | None,
        typer.Option(help="Fit to this folder, and judge all of --data; default: to the scenes left over."),
    ] = None,
    detector: Annotated[
        list[str] | None, typer.Option("--detector", help="Compare only these, say cae and 'cloud index'.")
    ] = None,
    ice: Annotated[
        Path | None, typer.Option(help="File with patterns of the names of ice scenes, one a line.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Of each autoencoder at most.")] = 8,
    copies: Annotated[
        int, typer.Option(min=1, help="Times that such an epoch shows each picture, changed anew.")
    ] = 16,
    width: Annotated[
        float, typer.Option(min=0.001, max=1, help="Share of the published filters of autoencoders.")
    ] = 0.0625,
    groups: Annotated[
        int, typer.Option(min=2, help="Of scenes, each left out in turn, for autoencoders.")
    ] = 3,
    size: Annotated[
        int | None, typer.Option(min=32, help="Pixels of a side, of plain pictures; default 384.")
    ] = None,
    camera: Annotated[
        Path | None, typer.Option(help="Folder with images.csv and images/ of another camera.")
    ] = None,
    seed: options.Seed = 1,
    report: Annotated[Path | None, typer.Option(help="Write a report (.html).")] = None,
    as_json: options.Json = False,
) -> None:
    """Compare cloud detectors: our index, autoencoders as published, and plain scores.

    Every scene is judged by detectors fitted to other scenes (autoencoders: to other groups of scenes), as it
    is and with noise of 1 DN or JPEG of quality 90. Thresholds come from clear pictures alone.

    [dim]Example:[/] fdir evaluate clouds --data clouds-landsat --report report.html
    """
    if report and (report.suffix != ".html" or not report.parent.is_dir()):
        raise UsageError(f"--report {report}: must end in .html, in a folder that is there")
    _needs_torch()
    from fdir_service.evaluation.clouds.run import evaluate
    from fdir_service.evaluation.clouds.summary import summarise
    from models.clouds.folders import read

    judged = _data(data, ice, size)
    training = read(train, size).judged if train else None
    entries = _entries(tuple(detector or ()), judged.tiles.pictures.shape[1], (epochs, copies, width, groups))
    with progress("detectors", len(entries)) as advance:
        evaluation = evaluate(judged, entries, training, seed, advance)
    found: dict[str, Any] = summarise(evaluation) | {"camera": _camera(camera) if camera else []}
    if report:
        from fdir_service.evaluation.clouds.report import write

        write(report, found, evaluation)
    if as_json:
        print_json(found)
    else:
        from fdir_service.cli.clouds_view import show

        show(found)


def _needs_torch() -> None:
    try:
        import models.clouds.contenders  # noqa: F401
    except ImportError as error:
        raise UsageError(f"this needs the extra: pip install 'fdir-service[train]' ({error})") from None


def _data(folder: Path, ice: Path | None, size: int | None) -> "Data":
    from fdir_service.evaluation.clouds.run import Data
    from models.clouds.folders import has_scenes, read
    from models.clouds.ice import read_patterns, reasons

    tiles = read(folder, size).judged
    if not has_scenes(folder):
        return Data(tiles, {}, plain=True)
    names = sorted(set(tiles.scenes.tolist()))
    return Data(tiles, reasons(folder, names, read_patterns(ice) if ice else ()))


def _entries(
    chosen: "tuple[str, ...]", size: int, bounds: tuple[int, int, float, int]
) -> "Sequence[Contender]":
    from fdir_service.evaluation.clouds.run import committed, shipped_index
    from models.clouds.contenders import contenders
    from models.clouds.reconstruction import ReconstructionTraining

    epochs, copies, width, groups = bounds
    settings = ReconstructionTraining(width=width, epochs=epochs, batch=8, copies=copies)
    shipped = committed(shipped_index(), size)
    every = (*contenders(settings, groups), *((shipped,) if shipped else ()))
    names = [entry.name for entry in every]
    if missing := [name for name in chosen if name not in names]:
        raise UsageError(f"--detector {missing[0]}: is none of {', '.join(names)}")
    return [entry for entry in every if not chosen or entry.name in chosen]


def _camera(folder: Path) -> list[dict[str, Any]]:
    from fdir_service.evaluation.clouds.camera import TILE, read_shots, summarise
    from fdir_service.evaluation.clouds.run import committed, shipped_index
    from models.clouds.tiles import Tiles

    shipped = committed(shipped_index(), TILE)
    if shipped is None:
        raise UsageError(f"--camera {folder}: the committed index is not for tiles of {TILE} pixels")
    fitted = shipped.fit(Tiles.none(TILE), 0)
    return summarise(read_shots(folder, fitted.score), fitted.threshold)
