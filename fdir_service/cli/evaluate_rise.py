"""``fdir evaluate atmonsat-rise``: the rise detector's form picked by other days, and judged on the day."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fdir_service.cli import UsageError, options
from fdir_service.cli.console import print_json, progress
from fdir_service.cli.evaluate_atmonsat import needs_pyarrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from models.atmonsat.counting import Counts
    from models.atmonsat.rise_filter import Form

LEAST_NOMINAL, LEAST_INJECTED = 4, 2
"""Days: one is judged, another picks, and filters that have seen neither are fitted to two."""


def atmonsat_rise(
    data: Annotated[
        Path, typer.Option(help="Folder with DAY_normal.parquet, DAY_anomalous.parquet and anomalies.csv.")
    ],
    as_json: options.Json = False,
) -> None:
    """Pick the form of the rise detector for each day by all other days, and judge it on the day.

    What it gives is what one may expect of the way the form was found, not only of its parameters.

    [dim]Example:[/] fdir evaluate atmonsat-rise --data atmonsat
    """
    needs_pyarrow()
    from models.atmonsat.rise_evaluation import nominal_days
    from models.atmonsat.rise_selection import forms, injected_days, lines, pooled, select

    nominal = nominal_days(data)
    if len(nominal) < LEAST_NOMINAL:
        raise UsageError(f"--data {data}: files DAY_normal.parquet: {len(nominal)}, not {LEAST_NOMINAL}")
    tested = injected_days(data)
    if len(tested) < LEAST_INJECTED:
        raise UsageError(
            f"--data {data}: files DAY_anomalous.parquet of these days: {len(tested)}, not {LEAST_INJECTED}"
        )
    candidates = list(forms())
    with progress("forms", len(candidates), enabled=not as_json) as advance:
        choices = select(_counted(candidates, advance), nominal_days(data), tested)
    if as_json:
        days = [
            {"day": c.day, "form": c.form.name, "inner_f1": c.inner_f1, **_plain(c.kept)} for c in choices
        ]
        print_json({"days": days, "pooled": _plain(pooled(choices))})
        return
    for line in lines(choices):
        print(line)


def _counted(forms: "Iterable[Form]", advance: "Callable[[int], None]") -> "Iterator[Form]":
    for form in forms:
        yield form
        advance(1)


def _plain(counts: "Counts") -> dict[str, float | None]:
    return {"tp": counts.tp, "fp": counts.fp, "fn": counts.fn, "f1": counts.f1}
