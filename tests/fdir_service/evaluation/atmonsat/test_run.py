from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.atmonsat.contenders import Folders, rule
from fdir_service.evaluation.atmonsat.faithful import (
    committed,
    model_files,
    open_file,
    score,
    threshold,
)
from fdir_service.evaluation.atmonsat.recordings import JudgedDay, are_the_developers, judged_days
from fdir_service.evaluation.atmonsat.run import Choice, Evaluation, evaluate
from fdir_service.evaluation.atmonsat.summary import summarise
from models.atmonsat.data import DataSetError, Day
from models.atmonsat.scored import Scored
from tests.fdir_service.evaluation.atmonsat.firmware import EXCERPT, write_firmware

KEYS = {
    *("detector", "role", "day", "hours", "injections", "hits", "false_alarms", "false_alarms_per_day"),
    *("raw", "kept", "roc_auc", "pr_auc", "median_delay_s", "threshold"),
}
CONFUSION = {"tp", "fp", "tn", "fn", "precision", "recall", "f1"}


@pytest.fixture(scope="module")
def parts() -> tuple[JudgedDay, ...]:
    return judged_days(EXCERPT)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    return write_firmware(folder)


def several(days: Sequence[Day], folders: Folders) -> Iterator[Scored]:
    """A contender with two seeds whose threshold is another on each day."""
    for seed in (1, 2):
        for k, day in enumerate(days):
            scores = np.full(len(day), -1.0)
            scores[200 * seed] = 3.0
            yield Scored("mine", "ours", day, scores, 1.0 + k, day.times, seed)


@pytest.fixture(scope="module")
def evaluation(parts: tuple[JudgedDay, ...], files: Path) -> Evaluation:
    return evaluate(parts, [open_file(files)], Choice(folders=Folders(EXCERPT), contenders=(rule, several)))


@pytest.fixture(scope="module")
def found(evaluation: Evaluation) -> dict[str, Any]:
    return summarise(evaluation)


def test_every_row_has_the_agreed_keys(found: dict[str, Any]) -> None:
    assert found["rows"]
    for row in found["rows"]:
        assert set(row) == KEYS
        assert set(row["raw"]) == set(row["kept"]) == CONFUSION


def test_each_detector_has_a_row_for_each_day_and_one_pooled(found: dict[str, Any]) -> None:
    names = [(row["detector"], row["day"]) for row in found["rows"] if row["role"] != "published"]
    detectors = ["rule", "mine seed 1", "mine seed 2", "firmware"]
    assert names == [(d, day) for d in detectors for day in ("2022.05.18", "pooled")]
    published = {row["day"] for row in found["rows"] if row["role"] == "published"}
    assert published == {"2022.05.18"}


def test_the_rule_counts_neither_samples_nor_true_negatives(found: dict[str, Any]) -> None:
    row = next(row for row in found["rows"] if row["detector"] == "rule")
    assert set(row["raw"].values()) == {None}
    assert row["kept"]["tn"] is None
    assert (row["kept"]["tp"], row["hits"], row["roc_auc"], row["threshold"]) == (2, 2, None, None)


def test_a_detector_file_is_judged_from_its_first_full_window(
    files: Path, parts: tuple[JudgedDay, ...], found: dict[str, Any]
) -> None:
    [scored] = score(open_file(files), [part.day for part in parts])
    assert np.isnan(scored.scores[:150]).all()
    assert np.isfinite(scored.scores[150:]).all()
    assert (scored.known_at >= scored.day.times).all()
    row = next(row for row in found["rows"] if row["detector"] == "firmware")
    assert row["role"] == "faithful"
    assert row["kept"]["tp"] + row["kept"]["fp"] + row["kept"]["tn"] + row["kept"]["fn"] == 1189
    assert row["false_alarms_per_day"] == pytest.approx(24 * 2 / row["hours"])
    assert row["median_delay_s"] == 44.0


def test_a_day_that_is_shorter_than_a_window_is_not_judged(files: Path, parts: tuple[JudgedDay, ...]) -> None:
    day = parts[0].day
    short = Day(day.name, *(getattr(day, n)[:100] for n in Day.__slots__[1:-1]), day.digest)
    [scored] = score(open_file(files), [short])
    assert np.isnan(scored.scores).all()


def test_the_spread_over_seeds_is_told(found: dict[str, Any]) -> None:
    [row] = found["spread"]
    assert (row["detector"], row["seeds"]) == ("mine", [1, 2])
    assert row["hits"] == {"mean": 0.0, "low": 0, "high": 0}
    assert row["false_alarms"]["mean"] == 1.0


def test_the_summary_says_what_was_judged_and_trained_on(found: dict[str, Any]) -> None:
    [day] = found["days"]
    assert (day["day"], day["samples"], day["injections"]) == ("2022.05.18", 1189, 3)
    [model] = found["models"]
    assert (model["detector"], model["trained_on"], model["command"]) == ("firmware", [], "none")


def test_only_named_detectors_are_compared(parts: tuple[JudgedDay, ...], files: Path) -> None:
    seen: list[int] = []
    found = evaluate(parts, [open_file(files)], Choice(("firmware",)), seen.append)
    assert [entry.detector for entry in found.entries] == ["firmware"]
    assert found.files[0].model == "firmware"
    with pytest.raises(EvaluationError, match="--model mine: no such detector"):
        evaluate(parts, [open_file(files)], Choice(("mine",)))


def test_a_day_without_injections_has_nulls(parts: tuple[JudgedDay, ...], files: Path) -> None:
    quiet = (JudgedDay(parts[0].day, ()),)
    found = summarise(evaluate(quiet, [open_file(files)], Choice(folders=Folders(EXCERPT))))
    for row in found["rows"]:
        if row["role"] != "published":
            assert (row["injections"], row["hits"]) == (0, 0)
            assert (
                row["kept"]["recall"] is row["kept"]["f1"] is row["roc_auc"] is row["median_delay_s"] is None
            )


def test_another_significance_level_needs_its_threshold_on_the_card(files: Path) -> None:
    file = open_file(files)
    assert threshold(file) == pytest.approx(87.32, abs=0.01)
    with pytest.raises(EvaluationError, match=r"threshold_at_0\.2; significance levels: 0\.1, 0\.05"):
        threshold(file, 0.2)


def test_the_models_of_a_folder_are_named_after_their_files(files: Path) -> None:
    assert [file.model for file in model_files(files.parent)] == ["firmware"]


def test_the_committed_models_know_what_they_were_trained_on() -> None:
    every = committed()
    assert "cnn-150" in {file.model for file in every}
    for file in every:
        assert file.path.stem == f"{file.model}-{file.card.seed}"
        assert not {"2022.03.23", "2022.05.13"} & set(file.card.data)
        assert threshold(file) > 0


def test_a_folder_without_days_is_refused(tmp_path: Path, parts: tuple[JudgedDay, ...]) -> None:
    with pytest.raises(DataSetError, match="no file DAY_anomalous"):
        judged_days(tmp_path)
    with pytest.raises(DataSetError, match="no such folder"):
        judged_days(tmp_path / "none")
    assert not are_the_developers(parts)
