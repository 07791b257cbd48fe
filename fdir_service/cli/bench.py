"""``fdir bench``: how fast, as ratios to what one would use instead."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import MISSED, options
from fdir_service.cli.console import console, print_json, progress

if TYPE_CHECKING:
    from fdir_service.bench import Result
    from fdir_service.bench.machine import Machine

ROUNDS = 7
LEAST_ROUNDS = 5
WIDTH = 112
"""Columns that the table takes; without a terminal only 80 are assumed."""


def bench(
    rounds: Annotated[
        int, typer.Option("--rounds", min=LEAST_ROUNDS, help="Rounds; both contenders run in each.")
    ] = ROUNDS,
    quick: Annotated[
        bool, typer.Option("--quick", help="One small round a row: shows that it runs, judges nothing.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Measure how many times as fast we are as what one would use instead.

    A value is the median over the rounds of the ratio of CPU times. Exits with 3 if one misses its must.

    [dim]Example:[/] fdir bench --rounds 15
    """
    from fdir_service.bench import ROWS, measure
    from fdir_service.bench.machine import describe

    rounds = 1 if quick else rounds
    results = []
    with progress("Measuring", len(ROWS), enabled=not as_json) as advance:
        for row in ROWS:
            results.append(measure(row, rounds, quick=quick))
            advance(1)
    good = quick or all(result.good for result in results)
    if as_json:
        print_json(_as_json(results, describe(), rounds, quick=quick, good=good))
    else:
        _print(results, describe(), rounds, quick=quick)
    if not good:
        raise typer.Exit(MISSED)


def _as_json(
    results: "list[Result]", machine: "Machine", rounds: int, *, quick: bool, good: bool
) -> dict[str, Any]:
    rows = {
        result.row.key: {
            "value": result.value,
            "must": result.row.must,
            "aim": result.row.aim,
            "least": result.least,
            "most": result.most,
            "ours_ns": result.ours_ns,
            "theirs_ns": result.theirs_ns,
            "measures": result.row.measures,
        }
        for result in results
    }
    return {"good": good, "quick": quick, "rounds": rounds, "machine": asdict(machine), "rows": rows}


def _print(results: "list[Result]", machine: "Machine", rounds: int, *, quick: bool) -> None:
    from rich.table import Table

    out = console()
    out.width = max(out.width, WIDTH)
    table = Table(title=f"Times as fast: medians of {rounds} rounds", title_justify="left")
    for column in ("row", "value", "range", "must", "aim", "ours", "theirs"):
        table.add_column(column, justify="left" if column == "row" else "right", no_wrap=True)
    for result in results:
        row = result.row
        value = f"{result.value:.3g}" if result.good or quick else f"[bold red]{result.value:.3g}[/]"
        spread = f"{result.least:.3g} .. {result.most:.3g}"
        costs = (_cost(result.ours_ns), _cost(result.theirs_ns))
        table.add_row(row.key, value, spread, f"{row.must:g}", f"{row.aim:g}", *costs)
    out.print(table)
    for result in results:
        out.print(f"{result.row.key}: {result.row.measures}", markup=False)
    out.print(f"{machine}", markup=False)
    if quick:
        out.print("One small round: these are no figures to compare.")


def _cost(ns: float) -> str:
    return f"{ns:,.0f} ns" if ns >= 100 else f"{ns:.3g} ns"
