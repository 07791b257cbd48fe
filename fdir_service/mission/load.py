"""Loading a mission: read, validate whole, compile. Every problem is listed with file and key."""

import hashlib
import tomllib
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fdir_service.mission.compiled import Mission
from fdir_service.mission.compiler import compile_mission
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile

FILE_NAME = "mission.toml"


class MissionError(ValueError):
    """A mission that cannot be used; `problems` holds one line each, with key and reason."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{path}: {len(problems)} problem(s)\n{lines}")
        self.path = path
        self.problems = problems


def shipped() -> tuple[Path, ...]:
    """Return the folders that may hold shipped missions: in an installed wheel, and in a checkout."""
    here = Path(__file__).parents
    return here[1] / "configs", here[2] / "configs"


def find(name: str) -> Path:
    """Return the mission file for a path, a folder or the name of a mission that ships with the package."""
    path = Path(name)
    candidates = (path, path / FILE_NAME, *(folder / name / FILE_NAME for folder in shipped()))
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise MissionError(path, [f"no such file, folder with a {FILE_NAME}, or shipped mission"])


def load(name: str | Path, *, models: bool = True) -> Mission:
    """Load the mission at a path, in a folder, or shipped under a name; without `models` none is opened.

    Raises
    ------
    MissionError
        With every problem that was found.

    """
    path = find(str(name))
    file, raw = _read(path)
    problems = Problems()
    compiled = compile_mission(file, path, hashlib.sha256(raw), problems, models=models)
    if compiled is None:
        raise MissionError(path, problems.lines)
    return compiled


def _read(path: Path) -> tuple[MissionFile, bytes]:
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise MissionError(path, [f"cannot be read: {error.strerror}"]) from None
    except ValueError as error:
        raise MissionError(path, [f"not TOML: {error}"]) from None
    try:
        return MissionFile.model_validate(table), raw
    except ValidationError as error:
        raise MissionError(path, [describe_problem(k) for k in _causes(error.errors())]) from None


def _causes(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out lists that are too short only because something in them is wrong."""
    places = [problem["loc"] for problem in found]
    return [
        problem
        for problem in found
        if problem["type"] != "too_short"
        or all(loc == problem["loc"] or loc[: len(problem["loc"])] != problem["loc"] for loc in places)
    ]


def describe_problem(problem: ErrorDetails) -> str:
    """Return what pydantic found as one line: key, reason, value."""
    key = ".".join(str(part) for part in problem["loc"])
    given = "" if isinstance(problem["input"], dict) else f" (got {problem['input']!r})"
    return f"{key}: {problem['msg']}{given}"
