from pathlib import Path

import numpy as np
import pytest
from optuna.trial import TrialState

from models.tuning_storage import ScoreStore, TuningError, open_study

SUFFIXES = (".journal", ".jsonl", ".log", ".db", ".sqlite", ".sqlite3")
FACTS = {"seed": 1, "windows": [60, 68]}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_trials_are_there_when_the_file_is_opened_again(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"study{suffix}"
    study = open_study(path, "net", FACTS)
    study.tell(study.ask(), 0.5)
    running = study.ask()
    again = open_study(path, "net", FACTS)
    assert [trial.value for trial in again.trials] == [0.5, None]
    assert again.trials[running.number].state is TrialState.FAIL


def test_several_detectors_may_have_their_studies_in_one_file(tmp_path: Path) -> None:
    for name in ("net", "cnn"):
        study = open_study(tmp_path / "both.journal", name, FACTS | {"name": name})
        study.tell(study.ask(), 1.0)
    assert len(open_study(tmp_path / "both.journal", "net", FACTS).trials) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("study.txt", "suffix: '.txt' is none of"),
        ("study", "suffix: 'none'"),
        ("no/study.db", "no such folder"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(TuningError, match=reason):
        open_study(tmp_path / name, "net", FACTS)


@pytest.mark.parametrize("suffix", [".journal", ".db"])
def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"other{suffix}"
    path.write_bytes(b"name,value\n1,2\nhalf a line")
    with pytest.raises(TuningError, match=f"other{suffix}: not the file of a study"):
        open_study(path, "net", FACTS)
    assert path.read_bytes() == b"name,value\n1,2\nhalf a line"


@pytest.mark.parametrize("key", ["seed", "windows"])
def test_other_settings_are_named(tmp_path: Path, key: str) -> None:
    path = tmp_path / "study.journal"
    open_study(path, "net", FACTS)
    with pytest.raises(TuningError, match=rf"study.journal: {key}: the study there has"):
        open_study(path, "net", FACTS | {key: 7})


def test_half_a_line_of_a_killed_process_does_not_spoil_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "study.journal"
    study = open_study(path, "net", FACTS)
    study.tell(study.ask(), 0.5)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"op_code": 4, "wor')
    again = open_study(path, "net", FACTS)
    again.tell(again.ask(), 0.7)
    assert [trial.value for trial in open_study(path, "net", FACTS).trials] == [0.5, 0.7]


def test_scores_are_kept_beside_the_study_as_a_whole(tmp_path: Path) -> None:
    store = ScoreStore.beside(tmp_path / "study.db", "net")
    scores = np.random.default_rng(0).random((2, 30, 2)).astype(np.float16)
    store.save(3, scores)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["net-0003.npz"]
    found = ScoreStore.beside(tmp_path / "study.db", "net").load(3)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.astype(np.float16), scores)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no more"])
def test_scores_that_are_lost_are_named(tmp_path: Path, content: bytes | None) -> None:
    store = ScoreStore(tmp_path, "net")
    if content is not None:
        store.path(0).write_bytes(content)
    with pytest.raises(TuningError, match=r"net-0000\.npz: scores: cannot be read"):
        store.load(0)
