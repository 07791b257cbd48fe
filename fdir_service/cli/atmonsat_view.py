"""What ``fdir evaluate atmonsat`` shows on a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from fdir_service.cli.console import console

WIDTH = 150


def show(found: Mapping[str, Any]) -> None:
    """Print what was judged, what the models were trained on, and the comparison."""
    out = console()
    out.width = max(out.width, WIDTH)
    for day in found["days"]:
        text = f"{day['day']}: {day['samples']} samples, {day['hours']:.2f} h, {day['injections']} injections"
        out.print(text, markup=False)
    for model in found["models"]:
        out.print(_trained(model), markup=False)
    for line in _fitted(found["fits"]):
        out.print(line, markup=False)
    areas = {row["detector"]: row for row in found["means"]}
    pooled = [row for row in found["rows"] if row["day"] == "pooled"]
    out.print(_table("All days", pooled, areas))
    out.print(_by_day(found))
    for row in found["nominal"]:
        rate = f"{row['alarms']} alarms in {number(row['hours'])} h, {number(row['alarms_per_day'])} a day"
        out.print(f"{row['detector']}, nominal files of days left out: {rate}", markup=False)
    for row in found["spread"]:
        figures = {name: value for name, value in row.items() if isinstance(value, Mapping)}
        ends = [
            f"{name} {number(v['mean'])} ({number(v['low'])} .. {number(v['high'])})"
            for name, v in figures.items()
        ]
        seeds = ", ".join(map(str, row["seeds"]))
        out.print(f"{row['detector']}, seeds {seeds}: {'; '.join(ends)}", markup=False)


def _fitted(fits: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for name in dict.fromkeys(fit["detector"] for fit in fits):
        own = [fit for fit in fits if fit["detector"] == name]
        days = ", ".join(sorted({day for fit in own for day in fit["trained_on"]}))
        seen = [fit["day"] for fit in own if fit["day"] in fit["trained_on"]]
        known = f"but for {', '.join(seen)} " if seen else ""
        yield f"{name}: fitted to the normal parts of {days}, {known}never to that of the judged day"


def _trained(model: Mapping[str, Any]) -> str:
    days = ", ".join(model["trained_on"])
    bound = f"{number(model['epochs'])} epochs, threshold from {number(model['folds'])} left-out days"
    return f"{model['detector']} seed {model['seed']}: trained on the normal parts of {days}; {bound}"


def _table(title: str, rows: list[dict[str, Any]], areas: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return a table; the areas are means over the days."""
    table = Table(title=title, title_justify="left")
    area = "ROC / PR, mean of days"
    heads = (
        "role",
        "hits",
        "false",
        "a day",
        "kept P / R / F1",
        "raw P / R / F1",
        area,
        "delay s",
        "threshold",
    )
    for head in ("detector", *heads):
        table.add_column(head)
    for row in rows:
        shown = areas[row["detector"]]
        table.add_row(
            row["detector"],
            row["role"],
            f"{row['hits']} of {row['injections']}",
            str(row["false_alarms"]),
            number(row["false_alarms_per_day"]),
            *(" / ".join(number(row[k][n]) for n in ("precision", "recall", "f1")) for k in ("kept", "raw")),
            f"{number(shown['roc_auc'])} / {number(shown['pr_auc'])}",
            number(row["median_delay_s"]),
            number(row["threshold"]),
        )
    return table


def _by_day(found: Mapping[str, Any]) -> Table:
    table = Table(title="Hits / false alarms by day", title_justify="left")
    days = [day["day"] for day in found["days"]]
    for head in ("detector", *days):
        table.add_column(head)
    for detector in dict.fromkeys(row["detector"] for row in found["rows"]):
        own = {row["day"]: row for row in found["rows"] if row["detector"] == detector}
        cells = [f"{own[d]['hits']} / {own[d]['false_alarms']}" if d in own else "-" for d in days]
        table.add_row(detector, *cells)
    return table


def number(value: float | None) -> str:
    """Return a figure with three digits behind the point below 1, one above, or a dash."""
    if value is None:
        return "-"
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}".removesuffix(".0")
