"""The files that are judged: the test part of each day in a folder, with its injections."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.atmonsat.counting import scored_part
from models.atmonsat.data import UNLABELLED_DAY, DataSetError, Day, Injection, read_day, read_injections

DEVELOPERS_DAYS: Final = (
    *("2022.04.06", "2022.05.18", "2022.05.20", "2022.05.30"),
    *("2022.06.01", "2022.06.03", "2022.06.08", "2022.06.15"),
)
"""The days that the published figures are for."""


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """The scored range of a day's anomalous file, and its injections."""

    day: Day
    injections: tuple[Injection, ...]


def judged_days(folder: Path) -> tuple[JudgedDay, ...]:
    """Read what a folder has of ``DAY_anomalous.parquet``, by date; the unlabelled day is left out.

    Raises
    ------
    DataSetError
        If there is none, or a file is not what the data set promises.

    """
    if not folder.is_dir():
        raise DataSetError(f"{folder}: no such folder")
    names = sorted(
        path.name.removesuffix("_anomalous.parquet") for path in folder.glob("*_anomalous.parquet")
    )
    judged = [name for name in names if name != UNLABELLED_DAY]
    if not judged:
        raise DataSetError(f"{folder}: no file DAY_anomalous.parquet with known injections")
    return tuple(
        JudgedDay(scored_part(read_day(folder, name, "anomalous")), read_injections(folder, name))
        for name in judged
    )


def are_the_developers(parts: Sequence[JudgedDay]) -> bool:
    """Tell whether the days are those that the published figures are for."""
    return tuple(part.day.name for part in parts) == DEVELOPERS_DAYS
