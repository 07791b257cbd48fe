"""Loading chain tests: read, validate, compare with the mission; every problem with file, key and reason."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fdir_service.mission import Mission, MissionError, load
from fdir_service.mission.load import describe_problem
from fdir_service.testing import value_table
from fdir_service.testing.errors import ChainTestError
from fdir_service.testing.file_check import problems
from fdir_service.testing.file_schema import ChainTestFile

SUFFIXES = (".toml", ".csv")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A chain test that can be run."""

    path: Path
    file: ChainTestFile
    mission: Mission

    @property
    def name(self) -> str:
        """Its name, or that of its file."""
        return self.file.name or self.path.stem


def find(path: Path) -> list[Path]:
    """Return the chain tests in a folder, or the file itself; a CSV file of mere values is none."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    return [file for file in found if file.suffix == ".toml" or _is_test(file)]


def _is_test(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(1) == b"#"


def read(path: Path) -> Scenario:
    """Read one chain test.

    Raises
    ------
    ChainTestError
        With every problem that was found.

    """
    table = _with_values(path, _csv(path) if path.suffix == ".csv" else _toml(path, _text(path)))
    try:
        file = ChainTestFile.model_validate(table)
    except ValidationError as error:
        raise ChainTestError(path, [describe_problem(problem) for problem in error.errors()]) from None
    mission = _mission(path, file.mission)
    if found := list(problems(file, mission)):
        raise ChainTestError(path, found)
    return Scenario(path, file, mission)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ChainTestError(path, [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise ChainTestError(path, [f"not UTF-8 text: {error.reason}"]) from None


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ChainTestError(path, [f"not TOML: {error}"]) from None


def _csv(path: Path) -> dict[str, Any]:
    """Return a CSV file as the table of a chain-test file."""
    toml, lines = value_table.front_matter(_text(path))
    return _with_rows(_toml(path, toml), _rows(path, lines))


def _with_values(path: Path, table: dict[str, Any]) -> dict[str, Any]:
    """Add the rows of the table of values that the file names."""
    if not isinstance(table.get("values"), str):
        return table
    beside = path.parent / table["values"]
    return _with_rows(table, _rows(beside, value_table.front_matter(_text(beside))[1]))


def _with_rows(table: dict[str, Any], rows: list[value_table.Step]) -> dict[str, Any]:
    steps = table.get("step", [])
    return {**table, "step": [*steps, *rows] if isinstance(steps, list) else steps}


def _rows(path: Path, lines: Iterable[str]) -> list[value_table.Step]:
    try:
        return list(value_table.steps(lines))
    except value_table.RowError as error:
        raise ChainTestError(path, [str(error)]) from None


def _mission(path: Path, name: str) -> Mission:
    beside = path.parent / name
    try:
        return load(beside if beside.exists() else name, models=False)
    except MissionError as error:
        raise ChainTestError(path, [f"mission: {line}" for line in _lines(error)]) from None


def _lines(error: MissionError) -> Iterator[str]:
    yield from (f"{error.path}: {problem}" for problem in error.problems)
