"""What ``fdir evaluate`` shows on a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from fdir_service.cli.console import console

WIDTH = 150
SHOWN = {
    "missed": "missed",
    "uncertain": "uncertain",
    "precision": "precision",
    "recall": "recall",
    "false_positive_percentage": "FP share",
    "not_triggered": "not trig.",
    "strict_precision": "strict P",
    "strict_recall": "strict R",
}


def show(found: Mapping[str, Any]) -> None:
    """Print the comparison and the tables that need no report."""
    out = console()
    out.width = max(out.width, WIDTH)
    data = found["data"]
    rows = found["rows"]
    title = (
        f"Accelerometer/IMU, setting {data['setting']}, seed {data['seed']}: {data['trajectories']} flights, "
        f"{data['faults']['acc']}/{data['faults']['imu']} faults"
    )
    heads = ["detector", "role", *SHOWN.values(), "J_s", "p", "seeds"]
    _print(out, title, heads, (_cells(row) for row in rows))
    names = [row["detector"] for row in rows if row["role"] != "published"]
    _print(
        out, "Missed/answered in time (strict), by type", ["", "faults", *names], _shares(found["by_type"])
    )
    _print(out, "The same by oracle energy", ["", "faults", *names], _shares(found["by_energy"]))
    _print(
        out,
        "Delays in samples, median / 90 % / 99 %",
        ["detector", "sensor", "delay"],
        ([row["detector"], row["sensor"], _quantiles(row)] for row in found["delays"]),
    )
    _print(out, "Reactions of the chain", _CHAIN, (_chain(row) for row in found["chain"]))
    _print(out, "False reactions where nothing is wrong", _FALSE, map(_false, found["false_reactions"]))
    for detector in found["detectors"]:
        if detector["seen_in_training"]:
            _warn(out, detector)
    for row in found["axis_isolation"]:
        out.print(f"Axes named exactly by {row['detector']}: {_pair(row)}", markup=False)
    out.print("The paper's data are not public: its row is for orientation, not for a ranking.")


_CHAIN = ("detector", "sensor", "reactions", "during a fault", "long runs", "false on nominal flights", "h")
_FALSE = ("detector", "false", "h", "an hour, below (95 %)")


def _print(out: Console, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left")
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _cells(row: Mapping[str, Any]) -> list[str]:
    figures = [_pair(row[name]) for name in SHOWN]
    seeds = ", ".join(map(str, row["seeds"]))
    return [row["detector"], row["role"], *figures, number(row["strict_j"]), str(row["persistency"]), seeds]


def _shares(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[str]]:
    for row in rows:
        what = row.get("type") or _energies(row["from"], row["below"])
        shares = [f"{number(s['missed'])}/{number(s['answered'])}" for s in row["detectors"].values()]
        yield [f"{row['sensor']}, {what}", str(row["faults"]), *shares]


def _energies(low: float, high: float | None) -> str:
    return f"E of {low:g} and more" if high is None else f"E of {low:g} to {high:g}"


def _quantiles(row: Mapping[str, Any]) -> str:
    return " / ".join(number(row[name]) for name in ("median", "p90", "p99"))


def _chain(row: Mapping[str, Any]) -> list[str]:
    counts = ("reactions", "during_a_fault", "runs_of_at_least_the_persistency", "false_on_nominal_flights")
    names = (row["detector"], row["sensor"])
    return [*names, *(str(row[name]) for name in counts), f"{row['nominal_hours']:.2f}"]


def _false(row: Mapping[str, Any]) -> list[str]:
    return [row["detector"], str(row["false"]), f"{row['hours']:.2f}", number(row["per_hour_below"])]


def _warn(out: Console, detector: Mapping[str, Any]) -> None:
    """Say that figures are those of training data, and what is known of trials that were left out."""
    name, left = detector["detector"], detector["left_out"]
    seen = ", ".join(detector["seen_in_training"])
    out.print(f"{name} was trained on {seen}: its rows above are no figures of unseen data.", markup=False)
    shown = [f"{key} {number(value)}" for key, value in left.items() if key.endswith(("strict_j", "nominal"))]
    if shown:
        out.print(f"{name}, each trial by a network that has not seen it: {', '.join(shown)}", markup=False)


def _pair(values: Mapping[str, float | None]) -> str:
    return f"{number(values['acc'])}/{number(values['imu'])}"


def number(value: float | None) -> str:
    """Return a figure with four digits at most, or a dash."""
    return "-" if value is None else f"{value:.4g}" if value >= 1 else f"{value:.3f}".lstrip("0") or "0"
