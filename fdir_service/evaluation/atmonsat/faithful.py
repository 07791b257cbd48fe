"""The authors' architectures as detector files: which there are, and what they say about a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from fdir_service.evaluation import EvaluationError
from fdir_service.mission.load import find
from fdir_service.session import WindowSession
from models.atmonsat.data import Day
from models.atmonsat.islcc import known_from, offline_rows
from models.atmonsat.scored import Scored
from models.atmonsat.significance import SIGNIFICANCE, SIGNIFICANCES, key
from models.card import Card
from models.metadata import read_card

FOLDER: Final = "models"
"""Folder of the committed files beside the mission `atmonsat`."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A detector file of the protocol.

    Attributes
    ----------
    model : its architecture, ``cnn-150``; the file is named MODEL-SEED.onnx.

    """

    model: str
    path: Path
    sha256: str
    card: Card


def committed() -> tuple[ModelFile, ...]:
    """Return the files that are shipped, by name."""
    return model_files(find("atmonsat").parent / FOLDER)


def model_files(folder: Path) -> tuple[ModelFile, ...]:
    """Return the files MODEL-SEED.onnx of a folder, by name."""
    return tuple(open_file(path) for path in sorted(folder.glob("*-*.onnx")))


def open_file(path: Path) -> ModelFile:
    """Read the card of a file.

    Raises
    ------
    CardError
        If it has none.

    """
    card, sha256 = read_card(path)
    return ModelFile(path.stem.rpartition("-")[0], path, sha256, card)


def threshold(file: ModelFile, significance: float = SIGNIFICANCE) -> float:
    """Return the threshold at a significance level.

    Raises
    ------
    EvaluationError
        If the card does not have it.

    """
    found = file.card.metrics.get(key(significance))
    if found is None:
        levels = ", ".join(f"{level:g}" for level in SIGNIFICANCES)
        raise EvaluationError(f"{file.path}: metrics: no {key(significance)}; significance levels: {levels}")
    return found


def score(file: ModelFile, days: Iterable[Day], significance: float = SIGNIFICANCE) -> Iterator[Scored]:
    """Yield the distances on each day, which start with the first full window of offline samples."""
    level = threshold(file, significance)
    session = WindowSession(file.path, file.card.window, file.card.shape)
    for day in days:
        scores = np.full(len(day), np.nan)
        if len(day) >= file.card.window:
            found = session.slide(offline_rows(day.temperatures))
            scores[file.card.window - 1 :] = found[:, 0]
        known_at = day.times[known_from(day.temperatures)]
        yield Scored(file.model, "faithful", day, scores, level, known_at, file.card.seed)
