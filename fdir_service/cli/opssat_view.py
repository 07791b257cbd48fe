"""What ``fdir evaluate opssat-ad`` shows on a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from fdir_service.cli.console import console

WIDTH = 190
METRICS = ("accuracy", "precision", "recall", "f1", "mcc", "auc_roc", "auc_pr")


def show(found: Mapping[str, Any]) -> None:
    """Print what was judged, the comparison, our detectors by channel, and what was reached."""
    out = console()
    out.width = max(out.width, WIDTH)
    for line in _facts(found):
        out.print(line, markup=False)
    pooled = [row for row in found["rows"] if row["channel"] == "pooled"]
    out.print(_table("All channels", pooled, found["macro"]))
    if found["blocked"]:
        out.print(_table("All channels, neighbouring segments kept together", found["blocked"], ()))
    out.print(_by_channel(found["rows"]))
    for line in (*_weak(found["weak"]), *_nested(found["nested"]), *_bars(found["bars"])):
        out.print(line, markup=False)


def _facts(found: Mapping[str, Any]) -> Iterator[str]:
    train, judged = found["train"], found["judged"]
    if found["protocol"] == "train and test":
        yield f"fitted to {_count(train)}, judged on {_count(judged)}, seed {found['seed']}"
        return
    yield f"{_count(train)}; 5 folds, {found['repeats']} repeats from seed {found['seed']} on"


def _count(facts: Mapping[str, Any]) -> str:
    left_out = f", {facts['dropped']} left out with unknown features" if facts["dropped"] else ""
    return f"{facts['segments']} segments, {facts['anomalies']} anomalous{left_out}"


def _table(title: str, rows: Sequence[Mapping[str, Any]], macro: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table; an area by channel is the mean over channels with both classes."""
    table = Table(title=title, title_justify="left")
    heads = ("detector", "role", "labels", "features", "acc.", "prec.", "recall", "F1", "MCC", "ROC", "PR")
    for head in (*heads, "ROC / PR by channel"):
        table.add_column(head)
    means = {(row["role"], row["detector"]): row for row in macro}
    for row in rows:
        mean = means.get((row["role"], row["detector"]))
        table.add_row(
            *(row[n] for n in ("detector", "role", "supervision", "features")),
            *(_with_spread(row, name) for name in METRICS),
            f"{number(mean['auc_roc'])} / {number(mean['auc_pr'])}" if mean else "-",
        )
    return table


def _with_spread(row: Mapping[str, Any], name: str) -> str:
    spread = row.get(f"{name}_std")
    return number(row[name]) if spread is None else f"{number(row[name])} ±{number(spread)}"


def _by_channel(rows: Sequence[Mapping[str, Any]]) -> Table:
    own = [row for row in rows if row["role"] == "ours" and row["channel"] != "pooled"]
    first = {row["channel"]: row for row in own}
    table = Table(title="Ours by channel: F1, ROC, PR (missed, false)", title_justify="left")
    table.add_column("detector")
    for channel, row in first.items():
        table.add_column(f"{channel}\n{row['anomalies']} of {row['segments']}")
    for detector in dict.fromkeys(row["detector"] for row in own):
        cells = {row["channel"]: row for row in own if row["detector"] == detector}
        table.add_row(detector, *(_cell(cells[channel]) for channel in first))
    return table


def _cell(row: Mapping[str, Any]) -> str:
    shown = (row[name] for name in ("f1", "auc_roc", "auc_pr"))
    figures = " ".join("-" if value is None else f"{value:.2f}" for value in shown)
    return f"{figures}\n({row['missed']:.1f}, {row['false']:.1f})"


def _weak(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for detector in dict.fromkeys(row["detector"] for row in rows):
        own = [f"{r['channel']} (PR {number(r['auc_pr'])})" for r in rows if r["detector"] == detector]
        yield f"{detector}: weak on {', '.join(own)}"


def _nested(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        chosen = ", ".join(f"{name} x {count}" for name, count in row["chosen"].items())
        figures = ", ".join(
            f"{name} {number(row['nested'][name])} (fixed settings {number(row['fixed'][name])})"
            for name in ("f1", "auc_roc", "auc_pr")
        )
        yield f"{row['detector']}, settings by nested folds ({chosen}): {figures}"


def _bars(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        figures = f"{row['metric']} {number(row['value'])}, must {row['must']:g}, aim {row['aim']:g}"
        yield f"{row['detector']}: {figures}: {row['reached']}"


def number(value: float | None) -> str:
    """Return a figure with three digits behind the point, or a dash."""
    return "-" if value is None else f"{value:.3f}"
