"""The published counts, exactly: the firmware's network judged by our runtime and our counting.

The shipped excerpt is one day, whose evaluation range begins late. With the folders FDIR_ATMONSAT (data)
and FDIR_ATMONSAT_STM32 (firmware weights) all eight days are judged.
"""

import os
from pathlib import Path

import pytest

from fdir_service.evaluation.atmonsat.faithful import open_file, score
from fdir_service.evaluation.atmonsat.published import published
from fdir_service.evaluation.atmonsat.recordings import DEVELOPERS_DAYS, JudgedDay, judged_days
from models.atmonsat.counting import HOLD_OFF, judge, targets
from models.atmonsat.curves import curves
from models.atmonsat.data import read_day, read_injections
from models.atmonsat.rule import judge_rule, score_by_rule
from tests.fdir_service.evaluation.atmonsat.firmware import EXCERPT, write_firmware

DATA, WEIGHTS = os.environ.get("FDIR_ATMONSAT"), os.environ.get("FDIR_ATMONSAT_STM32")
RULE = {
    "2022.04.06": (1, 0, 2),
    "2022.05.18": (2, 0, 1),
    "2022.05.20": (0, 0, 1),
    "2022.05.30": (0, 0, 1),
    "2022.06.01": (0, 1, 4),
    "2022.06.03": (0, 0, 1),
    "2022.06.08": (0, 0, 2),
    "2022.06.15": (2, 0, 0),
}


@pytest.fixture(scope="module")
def weights() -> Path:
    return Path(WEIGHTS) / "firmware.npz" if WEIGHTS else EXCERPT / "firmware.npz"


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(DATA) if DATA else EXCERPT


@pytest.fixture(scope="module")
def parts(folder: Path) -> tuple[JudgedDay, ...]:
    return judged_days(folder)


def test_the_excerpt_or_all_days_are_there(parts: tuple[JudgedDay, ...]) -> None:
    assert [part.day.name for part in parts] == (list(DEVELOPERS_DAYS) if DATA else ["2022.05.18"])
    assert HOLD_OFF == 60


def test_the_firmware_network_reproduces_the_published_table(
    parts: tuple[JudgedDay, ...], weights: Path, tmp_path: Path
) -> None:
    hours = {part.day.name: 1.0 for part in parts}
    expected = {r["day"]: r for r in published(hours) if r["detector"] == "published firmware cnn"}
    file = open_file(write_firmware(tmp_path, weights))
    judged = 0
    for scored, part in zip(score(file, [part.day for part in parts]), parts, strict=True):
        assert scored.threshold == pytest.approx(87.32106)
        found, row = judge(scored, part.injections), expected[part.day.name]
        assert (found.raw, found.kept) == (row["raw"], row["kept"])
        assert (found.hits, found.injections) == (row["hits"], row["injections"])
        areas = curves(found)
        assert areas is not None
        assert round(areas.roc_auc, 3) == row["roc_auc"]
        assert round(areas.pr_auc, 3) == row["pr_auc"]
        judged += 1
    assert judged == len(parts) == len(expected)


def test_the_rule_reproduces_the_published_counts(parts: tuple[JudgedDay, ...]) -> None:
    for part in parts:
        kept = judge_rule(score_by_rule(part.day), part.injections).kept
        assert (kept.tp, kept.fp, kept.fn) == RULE[part.day.name]


def test_hit_windows_are_those_of_the_data_set(folder: Path, parts: tuple[JudgedDay, ...]) -> None:
    for part in parts:
        day = read_day(folder, part.day.name, "anomalous")
        ours = day.hit & False
        for aim in targets(day, read_injections(folder, day.name)):
            ours[aim.first : aim.last + 1] = True
        assert (ours == day.hit)[day.scored].all()
