"""What ``fdir evaluate dclop`` shows on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from fdir_service.cli.console import console
from fdir_service.evaluation.dclop import tables

WIDTH = 190


def show(found: Mapping[str, Any]) -> None:
    """Print the paper's tables, the comparison, the portrait of ours, and the bars."""
    out = console()
    out.width = max(out.width, WIDTH)
    seeds = found["seeds"]
    out.print(
        f"{found['runs']} runs, seeds {seeds[0]} to {seeds[-1]}; mean ± standard deviation", markup=False
    )
    for table in tables.tables(found["rows"]):
        _print(out, table.title, table.heads, table.cells)
    for portrait in found["portraits"]:
        _portrait(out, portrait)
    _bars(out, found)
    out.print(
        "The paper's data are not public: its figures are for orientation, not for a ranking.\n"
        "Plain kNN and LOF are almost perfect on its anomalies: what DCLOP adds is the portrait."
    )


def _print(out: Console, title: str, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = Table(title=title, title_justify="left")
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _portrait(out: Console, portrait: Mapping[str, Any]) -> None:
    rows = tuple(
        (str(c["cluster"]), str(c["rows"]), str(c["anomalous"]), f"{c['day']:.0%}", c["words"])
        for c in portrait["clusters"]
    )
    title = f"Portrait by {portrait['detector']}, seed {portrait['seed']}"
    _print(out, title, ("cluster", "rows", "anomalies", "day", "what makes it"), rows)


def _bars(out: Console, found: Mapping[str, Any]) -> None:
    for bar in found["bars"]:
        value = "–" if bar["value"] is None else tables.figure(bar["value"])
        sign = "at most" if bar["at_most"] else "at least"
        verdict = "aim met" if bar["aim_met"] else "met" if bar["good"] else "MISSED"
        levels = f"must {sign} {bar['must']:g}, aim {bar['aim']:g}"
        out.print(f"{bar['detector']}, {bar['name']}: {value} ({levels}): {verdict}", markup=False)
    if found["good"] is None:
        out.print("The bars are for means over ten runs or more: these runs are too few to judge.")
