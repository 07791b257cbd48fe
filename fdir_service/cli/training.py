"""What all verbs of ``fdir train`` share."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import UsageError
from fdir_service.cli.console import console, print_json, progress

if TYPE_CHECKING:
    from models.card import Card
    from models.training import Progress

Out = Annotated[Path | None, typer.Option("--out", help="The ONNX file; default: in the mission's folder.")]


def recipes() -> ModuleType:
    """Return the recipes; raises `UsageError` without the extra that they need."""
    try:
        import models.recipes
    except ImportError as error:
        raise UsageError(f"training needs the extra: pip install 'fdir-service[train]' ({error})") from None
    return models.recipes


def run(train: "Callable[[Callable[[Progress], None]], Card]", as_json: bool) -> None:
    """Train with a progress bar, and print the card or its figures."""
    with progress("training", None) as advance:
        card = train(lambda _: advance(1))
    if as_json:
        print_json(card.model_dump(mode="json"))
        return
    for name, value in card.metrics.items():
        console().print(f"{name} = {value:g}")
