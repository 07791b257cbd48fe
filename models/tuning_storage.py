"""Where a study is kept: a journal or an SQLite file, so that one that was ended goes on."""

from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from models.hysteresis import Scores

JOURNALS: Final = (".journal", ".jsonl", ".log")
DATABASES: Final = (".db", ".sqlite", ".sqlite3")
SETTINGS: Final = "settings"


class TuningError(ValueError):
    """A study that cannot be begun or gone on with; the text names file, key and reason."""


def open_storage(path: Path | None) -> BaseStorage:
    """Return the storage of a file, which is made if there is none; None: in memory.

    Raises
    ------
    TuningError
        If the file is none of a study, or cannot be one.

    """
    if path is None:
        return InMemoryStorage()
    if path.suffix not in JOURNALS + DATABASES:
        known = ", ".join(JOURNALS + DATABASES)
        raise TuningError(f"{path}: suffix: {path.suffix or 'none'!r} is none of {known}")
    if not path.parent.is_dir():
        raise TuningError(f"{path}: no such folder")
    try:
        if path.suffix in DATABASES:
            return RDBStorage(f"sqlite:///{path}")
        _cut(path)
        return JournalStorage(JournalFileBackend(str(path)))
    except Exception as error:  # noqa: BLE001  SQLAlchemy and Optuna raise many kinds for one cause
        raise TuningError(f"{path}: not the file of a study: {str(error).splitlines()[0]}") from None


def _cut(path: Path) -> None:
    """Take away what a killed process wrote of a line: what is behind it could not be read."""
    data = path.read_bytes() if path.exists() else b""
    if data.startswith(b'{"op_code"') and not data.endswith(b"\n"):
        path.write_bytes(data[: data.rfind(b"\n") + 1])


def open_study(path: Path | None, name: str, settings: dict[str, Any]) -> optuna.Study:
    """Return the study of a name, begun or gone on with; a trial that was running when it ended has failed.

    Raises
    ------
    TuningError
        If the study in the file has other settings.

    """
    storage = open_storage(path)
    study = optuna.create_study(study_name=name, storage=storage, direction="maximize", load_if_exists=True)
    known = study.user_attrs.get(SETTINGS)
    if known is None:
        study.set_user_attr(SETTINGS, settings)
    elif differing := [key for key in settings if known.get(key) != settings[key]]:
        key = differing[0]
        raise TuningError(f"{path}: {key}: the study there has {known.get(key)}, this one {settings[key]}")
    for trial in study.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
        study.tell(trial.number, state=TrialState.FAIL)
    return study


class ScoreStore:
    """Scores of the trials of a study on the validation flights, one file each.

    Parameters
    ----------
    folder : where they are; it is made.
    name : of the study.

    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        folder.mkdir(exist_ok=True)

    @classmethod
    def beside(cls, storage: Path, name: str) -> "ScoreStore":
        """Return the store of a study that is kept in a file."""
        return cls(storage.with_name(storage.name + ".scores"), name)

    def path(self, number: int) -> Path:
        """Return the file of a trial."""
        return self._folder / f"{self._name}-{number:04d}.npz"

    def save(self, number: int, scores: NDArray[np.float16]) -> None:
        """Keep the scores of a trial; a file is there as a whole or not at all."""
        part = self.path(number).with_suffix(".part")
        with part.open("wb") as file:
            np.savez_compressed(file, scores=scores)
        part.replace(self.path(number))

    def load(self, number: int) -> Scores:
        """Return the scores of a trial.

        Raises
        ------
        TuningError
            If they are not there any more.

        """
        try:
            with self.path(number).open("rb") as file, np.load(file) as found:
                scores: Scores = found["scores"].astype(np.float32)
        except (OSError, EOFError, BadZipFile, KeyError, ValueError) as error:
            raise TuningError(f"{self.path(number)}: scores: cannot be read: {error}") from None
        return scores
