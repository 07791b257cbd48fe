"""What ``fdir tune`` shows on a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from fdir_service.cli.console import console

WIDTH: Final = 130
DETECTION: Final = {
    "missed": "missed",
    "uncertain": "uncertain",
    "delay_median": "delay, median",
    "delay_90": "delay, 90 %",
    "false_positive_runs": "false positives",
    "false_positive_99": "their 99 %",
    "false_positives_long_enough": "long enough",
    "precision": "P",
    "recall": "R",
    "answered_short": "answered, short faults",
    "answered_long": "answered, long faults",
}
STAGE: Final = {
    "or_classical": "or classical",
    "on": "on (card)",
    "off": "off (card)",
    "persistency": "repetition (PMON)",
    "missed": "missed",
    "uncertain": "uncertain",
    "strict_precision": "strict P",
    "strict_recall": "strict R",
    "chosen": "chosen",
}


def show(found: Mapping[str, Any]) -> None:
    """Print Table 4, the trials, the double check and the output stage."""
    heads = ("hyper-parameter", "paper (other data)", found["detector"])
    _print(
        "Table 4",
        heads,
        ([r["hyperparameter"], *map(_text, (r["paper"], r["ours"]))] for r in found["table_4"]),
    )
    out, trials, best, own = console(), found["trials"], found["best"], found["own"]
    out.print(
        f"objective {_text(best['objective'])} in trial {best['number']}; {_text(own['objective'])} with the "
        f"hyper-parameters of the recipe; {trials['complete']} trials complete, {trials['pruned']} pruned, "
        f"{trials['fail']} ended"
    )
    out.print("spread of the trials: " + _list(found["spread"]))
    out.print("importance: " + (_list(found["importance"]) or "not known from so few trials"))
    _sensors("Detection metrics, for the double check against bias", found["detection"], DETECTION)
    show_output_stage(found["output_stage"])
    out.print(f"to train with them: {found['train']}", markup=False)


def show_output_stage(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print the output stage: a row for each sensor, with the classical checks and without."""
    rows = (
        [sensor, *(_text(row.get(key)) for key in STAGE)] for sensor, both in found.items() for row in both
    )
    _print("Output stage on validation flights", ("sensor", *STAGE.values()), rows)


def _sensors(title: str, found: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> None:
    rows = ([text, *(_text(values.get(key)) for values in found.values())] for key, text in names.items())
    _print(title, ("", *found), rows)


def _list(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in values.items())


def _text(value: Any) -> str:
    """Return a value for a table cell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}"


def _print(title: str, heads: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    out = console()
    out.width = max(out.width, WIDTH)
    table = Table(title=title, title_justify="left")
    for k, head in enumerate(heads):
        table.add_column(head, justify="right" if k else "left")
    for row in rows:
        table.add_row(*row)
    out.print(table)
