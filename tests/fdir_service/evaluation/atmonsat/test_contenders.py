from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from fdir_service.evaluation.atmonsat.contenders import RISE, Folders, quiet, rise
from fdir_service.evaluation.atmonsat.recordings import judged_days
from fdir_service.evaluation.atmonsat.run import Choice, evaluate
from fdir_service.evaluation.atmonsat.summary import summarise
from fdir_service.mission.load import find
from models.atmonsat.data import Day, read_day
from models.atmonsat.rise_evaluation import scored_by
from models.metadata import read_card
from tests.models.atmonsat.rise_days import folder_of_days

SEEN, UNSEEN = "2022.05.20", "2022.06.15"
"""Days that the committed file was fitted to, and not."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = folder_of_days(tmp_path_factory.mktemp("days"))
    (made / "anomalies.csv").write_text("day,start,duration_s,scored_upstream\n")
    return made


@pytest.fixture(scope="module")
def days(folder: Path) -> list[Day]:
    return [part.day for part in judged_days(folder)]


def test_the_days_are_one_that_the_committed_file_has_seen_and_one_that_it_has_not() -> None:
    seen = read_card(find("atmonsat").parent / RISE)[0].data
    assert SEEN in seen
    assert UNSEEN not in seen


def test_a_day_that_the_committed_file_was_fitted_to_is_judged_by_filters_of_other_days(
    folder: Path, days: list[Day]
) -> None:
    found = {(one.detector, one.day.name): one for one in rise(days, Folders(folder))}
    assert all(SEEN not in one.trained_on for (_, day), one in found.items() if day == SEEN)
    [unseen, _] = scored_by(find("atmonsat").parent / RISE, [read_day(folder, UNSEEN, "anomalous")])
    np.testing.assert_array_equal(found["rise", UNSEEN].scores, unseen.scores)
    assert found["rise", UNSEEN].threshold == unseen.threshold


def test_with_a_folder_to_train_on_every_day_is_judged_by_filters_of_its_other_days(
    folder: Path, days: list[Day]
) -> None:
    for one in rise(days, Folders(folder, folder)):
        assert one.day.name not in one.trained_on
        assert len(one.trained_on) == 4


def test_without_enough_nominal_days_the_committed_file_judges_and_says_what_it_has_seen(
    folder: Path, tmp_path: Path
) -> None:
    for name in (f"{SEEN}_anomalous.parquet", "anomalies.csv"):
        copy(folder / name, tmp_path)
    parts = judged_days(tmp_path)
    found = summarise(evaluate(parts, [], Choice(("rise",), folders=Folders(tmp_path))))
    [fit] = found["fits"]
    assert SEEN in fit["trained_on"]
    assert quiet(tmp_path) == ()
    assert found["nominal"] == []


def test_alarms_on_nominal_files_of_days_left_out_are_told(folder: Path) -> None:
    found = evaluate(judged_days(folder), [], Choice(folders=Folders(folder)))
    rows = summarise(found)["nominal"]
    assert [row["detector"] for row in rows] == ["rise", "rise-temperatures"]
    for row in rows:
        assert row["alarms_per_day"] == pytest.approx(row["alarms"] / row["hours"] * 24)
        assert row["hours"] == pytest.approx(2 * 1600 * 5.1 / 3600, rel=0.15)
