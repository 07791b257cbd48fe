"""What the verbs print with: a console for results, a progress bar on stderr."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from fdir_service.replay import Advance


def console() -> "Console":
    """Return a console on stdout; plain text when it is no terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def print_json(value: Any) -> None:
    """Print one JSON document; numbers that are not known become null."""
    print(json.dumps(value, indent=2, allow_nan=False))


@contextmanager
def progress(text: str, total: int | None, *, enabled: bool = True) -> Iterator["Advance"]:
    """Show a bar on stderr if it is a terminal; yield what advances it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not (enabled and sys.stderr.isatty()),
        transient=True,
    )
    with bar:
        task = bar.add_task(text, total=total)
        yield lambda n: bar.advance(task, n)
