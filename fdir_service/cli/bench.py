"""``fdir bench``: how fast, as ratios to what one would use instead."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fdir_service.cli import MISSED, UsageError, options
from fdir_service.cli.console import console, print_json, progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fdir_service.bench import Result, Row, Skipped
    from fdir_service.bench.machine import Machine

ROUNDS = 7
LEAST_ROUNDS = 5
WIDTH = 132
"""Columns that the table takes; without a terminal only 80 are assumed."""


def bench(
    rounds: Annotated[
        int, typer.Option("--rounds", min=LEAST_ROUNDS, help="Rounds; both contenders run in each.")
    ] = ROUNDS,
    only: Annotated[list[str] | None, typer.Option("--only", help="Only this row; may be repeated.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="One small round a row: shows that it runs, judges nothing.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw the results into this file (.svg, .png).")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Measure how many times as fast we are as what one would use instead.

    A value is the median over the rounds, of the ratio of CPU times as a rule. Exits with 3 if one misses
    its must; a row that needs an extra that is not installed is skipped.

    [dim]Example:[/] fdir bench --rounds 15 --only chunk256_engine_vs_bare_ort
    """
    from fdir_service.bench import ROWS, Result, measure
    from fdir_service.bench.machine import describe

    rows = _chosen(ROWS, only)
    rounds = 1 if quick else rounds
    results: list[Result | Skipped] = []
    with progress("Measuring", len(rows), enabled=not as_json) as advance:
        for row in rows:
            results.append(measure(row, rounds, quick=quick))
            advance(1)
    good = quick or all(result.good for result in results if isinstance(result, Result))
    if plot:
        _plot(results, f"fdir bench, medians of {rounds} rounds\n{describe()}", plot)
    if as_json:
        print_json(_as_json(results, describe(), rounds, quick=quick, good=good))
    else:
        _print(results, describe(), rounds, quick=quick)
    if not good:
        raise typer.Exit(MISSED)


def _chosen(rows: "Sequence[Row]", only: list[str] | None) -> "list[Row]":
    known = {row.key for row in rows}
    if foreign := [key for key in only or () if key not in known]:
        raise UsageError(f"--only: no row {', '.join(foreign)}; there are {', '.join(sorted(known))}")
    return [row for row in rows if not only or row.key in only]


def _plot(results: "list[Result | Skipped]", title: str, path: Path) -> None:
    from fdir_service.bench.plot import plot
    from fdir_service.bench.rounds import UnavailableError

    try:
        plot(results, title, path)
    except (UnavailableError, ValueError, OSError) as error:
        raise UsageError(f"--plot {path}: {error}") from None


def _as_json(
    results: "list[Result | Skipped]", machine: "Machine", rounds: int, *, quick: bool, good: bool
) -> dict[str, Any]:
    rows = {result.row.key: _row_as_json(result) for result in results}
    return {"good": good, "quick": quick, "rounds": rounds, "machine": asdict(machine), "rows": rows}


def _row_as_json(result: "Result | Skipped") -> dict[str, Any]:
    from fdir_service.bench import Skipped

    row = result.row
    demanded = {"must": row.must, "aim": row.aim, "at_most": row.at_most, "measures": row.measures}
    if isinstance(result, Skipped):
        return {"value": None, "skipped": result.reason, **demanded}
    found = {"value": result.value, "good": result.good, "least": result.least, "most": result.most}
    return {**found, "ours_ns": result.ours_ns, "theirs_ns": result.theirs_ns, **demanded}


def _print(results: "list[Result | Skipped]", machine: "Machine", rounds: int, *, quick: bool) -> None:
    from rich.table import Table

    out = console()
    out.width = max(out.width, WIDTH)
    table = Table(title=f"Medians of {rounds} rounds", title_justify="left")
    for column in ("row", "value", "range", "must", "aim", "ours", "theirs"):
        table.add_column(column, justify="left" if column == "row" else "right", no_wrap=True)
    for result in results:
        table.add_row(result.row.key, *_cells(result, quick=quick))
    out.print(table)
    for result in results:
        out.print(f"{result.row.key}: {result.row.measures}", markup=False)
    out.print(f"{machine}", markup=False)
    if quick:
        out.print("One small round: these are no figures to compare.")


def _cells(result: "Result | Skipped", *, quick: bool) -> list[str]:
    from fdir_service.bench import Skipped

    row = result.row
    sign = "<=" if row.at_most else ">="
    demanded = [f"{sign} {row.must:g}", f"{sign} {row.aim:g}"]
    if isinstance(result, Skipped):
        return ["skipped", "", *demanded, result.reason, ""]
    value = f"{result.value:.4g}" if result.good or quick else f"[bold red]{result.value:.3g}[/]"
    if result.ours_ns is None or result.theirs_ns is None:
        return [value, "", *demanded, "", ""]
    spread = f"{result.least:.4g} .. {result.most:.4g}"
    return [value, spread, *demanded, _cost(result.ours_ns), _cost(result.theirs_ns)]


def _cost(ns: float) -> str:
    unit, size = next(((u, n) for u, n in (("s", 1e9), ("ms", 1e6), ("us", 1e3)) if ns >= n), ("ns", 1.0))
    return f"{ns / size:.3g} {unit}"
