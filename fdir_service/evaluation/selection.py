"""Which detectors take part: those of the mission, those of its ``evaluation.toml``, and those named beside.

``evaluation.toml`` lies beside the mission file and names detectors that are compared but do not fly::

    [[detector]]
    name = "stuck-cnn-paper"
    model = "stuck-cnn-paper.onnx"
    role = "faithful"
"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import DetectorFile, Role, open_detector
from fdir_service.mission import Mission
from fdir_service.mission.load import describe_problem
from fdir_service.mission.schema import DetectorSection
from fdir_service.mission.sections import Name, Section
from models.card import Output
from models.metadata import read_card
from sim.trajectory import PERIOD

FILE_NAME: Final = "evaluation.toml"
ROLES: Final = (Role.OURS, Role.FAITHFUL)


class ComparedSection(Section):
    """A detector that is compared; its file is relative to the folder of the mission."""

    name: Name
    model: Annotated[str, Field(min_length=1)]
    role: Literal["ours", "faithful"] = "ours"


class EvaluationFile(Section):
    """What a mission is compared with."""

    detector: tuple[ComparedSection, ...] = ()


def select(mission: Mission, named: Iterable[str], period: float | None = PERIOD) -> list[DetectorFile]:
    """Return the detectors of the mission, of its evaluation file, and those `named` as ``[ROLE:]NAME=FILE``.

    Parameters
    ----------
    period : seconds between samples; None: not checked.

    Raises
    ------
    EvaluationError
        If there is none, or one cannot be used.

    """
    folder = mission.path.parent
    found = [
        _of_section(folder, section, period) for section in mission.file.detector if _judges(folder, section)
    ]
    found += [
        open_detector(folder / section.model, section.name, Role(section.role), period=period)
        for section in _read(folder / FILE_NAME).detector
    ]
    found += [_of_word(word, period) for word in named]
    if not found:
        raise EvaluationError(f"{mission.path}: detector: none has outputs acc and imu; --detector names one")
    return found


def _judges(folder: Path, section: DetectorSection) -> bool:
    """Whether a detector of the mission judges the two sensors."""
    card, _ = read_card(folder / section.model)
    return {"acc", "imu"} <= {output.name.removesuffix(".stuck") for output in card.outputs}


def _of_section(folder: Path, section: DetectorSection, period: float | None) -> DetectorFile:
    path = folder / section.model
    card, _ = read_card(path)
    own = {output.name: output for output in card.outputs}
    replaced: dict[str, Output] = {}
    for output in section.outputs:
        given = {name: value for name, value in (("on", output.on), ("off", output.off)) if value is not None}
        replaced[output.output] = own[output.output].model_copy(update=given)
    return open_detector(path, section.name, Role.OURS, section.inputs, replaced, period)


def _read(path: Path) -> EvaluationFile:
    if not path.is_file():
        return EvaluationFile()
    try:
        return EvaluationFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        lines = "; ".join(_problems(error))
        raise EvaluationError(f"{path}: {lines}") from None
    except ValueError as error:
        raise EvaluationError(f"{path}: not TOML: {error}") from None


def _problems(error: ValidationError) -> Iterator[str]:
    return (describe_problem(problem) for problem in error.errors())


def _of_word(word: str, period: float | None) -> DetectorFile:
    """Open what the command line names."""
    head, _, file = word.partition("=")
    role, colon, name = head.rpartition(":")
    if not file or not name or (colon and role not in ROLES):
        raise EvaluationError(f"--detector {word}: give [ours:|faithful:]NAME=FILE.onnx")
    return open_detector(Path(file), name, Role(role) if role else Role.OURS, period=period)
