"""What ``fdir evaluate clouds`` shows on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from fdir_service.cli.console import console

WIDTH = 150


def show(found: Mapping[str, Any]) -> None:
    """Print what was judged, the comparison, the scenes of ice, and what another camera gives."""
    out = console()
    out.width = max(out.width, WIDTH)
    clear, cloudy = (sum(scene[key] for scene in found["scenes"]) for key in ("clear", "cloudy"))
    out.print(f"{clear} clear and {cloudy} cloudy pictures of {len(found['scenes'])} scenes", markup=False)
    for scene in found["scenes"]:
        if scene["ice"]:
            out.print(f"ice: {scene['scene']} ({scene['ice']})", markup=False)
    for degradation in dict.fromkeys(row["degradation"] for row in found["rows"]):
        out.print(_table(degradation, [row for row in found["rows"] if row["degradation"] == degradation]))
    for degradation in dict.fromkeys(row["degradation"] for row in found["by_scene"] if row["ice"]):
        out.print(_ice(found, degradation))
    for row in found["camera"]:
        text = f"{row['by']} {row['value']}: {row['pictures']} pictures, index {number(row['index']['mean'])}"
        out.print(f"{text}, {number(row['cover'])} of the tiles at the threshold", markup=False)


def _table(degradation: str, rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Degradation: {degradation}", title_justify="left")
    subsets = list(dict.fromkeys(row["subset"] for row in rows))
    heads = [f"ROC / PR / F1, {subset}" for subset in subsets]
    for head in ("detector", "role", "labels", *heads, "P / R", "TP FP TN FN", "threshold"):
        table.add_column(head)
    for name in dict.fromkeys(row["detector"] for row in rows):
        own = {row["subset"]: row for row in rows if row["detector"] == name}
        first = own["all"]
        table.add_row(
            name,
            first["role"],
            "yes" if first["supervised"] else "no",
            *(_numbers(own[subset], "auc_roc", "auc_pr", "f1") for subset in subsets),
            _numbers(first, "precision", "recall"),
            " ".join(str(count) for count in first["confusion"].values()),
            number(first["threshold"]),
        )
    return table


def _ice(found: Mapping[str, Any], degradation: str) -> Table:
    """Return the scenes of ice one by one: flagged tiles of all."""
    rows = [row for row in found["by_scene"] if row["ice"] and row["degradation"] == degradation]
    title = f"Scenes of ice, degradation {degradation}: tiles flagged, and mean score"
    table = Table(title=title, title_justify="left")
    scenes = list(dict.fromkeys(row["scene"] for row in rows))
    for head in ("detector", *scenes):
        table.add_column(head)
    for name in dict.fromkeys(row["detector"] for row in rows):
        table.add_row(name, *(_flagged(row) for row in rows if row["detector"] == name))
    return table


def _flagged(row: Mapping[str, Any]) -> str:
    counts = row["confusion"]
    kind = "cloudy" if counts["tp"] + counts["fn"] else "clear"
    flagged, tiles = counts["tp"] + counts["fp"], sum(counts.values())
    return f"{flagged} of {tiles} ({kind}), {number(row['score']['mean'])}"


def _numbers(row: Mapping[str, Any], *names: str) -> str:
    return " / ".join(number(row[name]) for name in names)


def number(value: float | None) -> str:
    """Return a figure with three digits behind the point, or a dash."""
    return "-" if value is None else f"{value:.3f}"
