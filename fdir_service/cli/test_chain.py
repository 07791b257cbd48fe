"""``fdir test-chain``: chain tests from files, with a summary."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import MISSED, USAGE, UsageError, options
from fdir_service.cli.console import console, print_json

if TYPE_CHECKING:
    from fdir_service.testing.junit import Outcome


def run_tests(
    scenarios: Annotated[list[Path], typer.Argument(help="Chain tests (.toml, .csv), or folders of them.")],
    junit: Annotated[Path | None, typer.Option(help="Write the results as JUnit XML to this file.")] = None,
    as_json: options.Json = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print all timelines.")] = False,
) -> None:
    """Run chain tests: fed values, expected events, requests and ladder states; no sockets, models, clocks.

    Exits with 3 if an expectation was missed, with 2 if a file cannot be used.

    [dim]Example:[/] fdir test-chain configs/hopper/chain-tests --junit results.xml
    """
    outcomes = list(_run(scenarios, time.perf_counter))
    if junit is not None:
        _write(junit, outcomes)
    if as_json:
        print_json({"good": _code(outcomes) == 0, "tests": [_as_json(outcome) for outcome in outcomes]})
    else:
        _print(outcomes, verbose=verbose)
    if code := _code(outcomes):
        raise typer.Exit(code)


def _run(scenarios: list[Path], clock: Callable[[], float]) -> "Iterator[Outcome]":
    from fdir_service.testing.errors import ChainTestError
    from fdir_service.testing.file_load import find, read
    from fdir_service.testing.junit import Outcome
    from fdir_service.testing.run import run

    paths = [path for given in scenarios for path in find(given)]
    if not paths:
        raise UsageError(f"no chain tests in {', '.join(map(str, scenarios))}")
    for path in paths:
        begin = clock()
        try:
            found = run(read(path))
        except ChainTestError as error:
            yield Outcome(path, error, clock() - begin)
        else:
            yield Outcome(path, found, clock() - begin)


def _code(outcomes: "list[Outcome]") -> int:
    words = {outcome.word for outcome in outcomes}
    return USAGE if "error" in words else MISSED if "failed" in words else 0


def _write(path: Path, outcomes: "list[Outcome]") -> None:
    from fdir_service.testing.junit import document

    document(outcomes).write(path, encoding="utf-8", xml_declaration=True)


def _as_json(outcome: "Outcome") -> dict[str, Any]:
    from fdir_service.testing.run import Result

    head = {"name": outcome.name, "file": str(outcome.path), "result": outcome.word}
    if not isinstance(outcome.found, Result):
        return {**head, "problems": outcome.found.problems}
    misses = [{"time_s": miss.time_s, "text": miss.text} for miss in outcome.found.misses]
    return {**head, "misses": misses, "duration_s": outcome.found.chain.time_s}


def _print(outcomes: "list[Outcome]", *, verbose: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from fdir_service.testing.run import Result

    out, summary = console(), Table(title="Chain tests", title_justify="left")
    for column in ("name", "result", "time", "first miss"):
        summary.add_column(column)
    for outcome in outcomes:
        summary.add_row(outcome.name, outcome.word, *_first(outcome))
    out.print(summary)
    for outcome in outcomes:
        found = outcome.found
        if not isinstance(found, Result):
            out.print(Text(f"\n{found}"))
        elif verbose or found.misses:
            lines = [f"\n{outcome.name}", *(miss.text for miss in found.misses), found.chain.timeline()]
            out.print(Text("\n".join(lines)))


def _first(outcome: "Outcome") -> tuple[str, str]:
    """Return time and text of the first miss, or the first problem of a file."""
    from fdir_service.testing.run import Result

    if not isinstance(outcome.found, Result):
        return "", outcome.found.problems[0]
    if outcome.found.passed:
        return "", ""
    miss = outcome.found.misses[0]
    return "" if miss.time_s is None else f"{miss.time_s:.3f} s", miss.text
