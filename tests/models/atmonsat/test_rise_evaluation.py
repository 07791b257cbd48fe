from pathlib import Path

import numpy as np
import pytest

from models.atmonsat.budget import alarms_a_day
from models.atmonsat.data import read_day
from models.atmonsat.rise_evaluation import BUDGET, fitted, hours, left_out, nominal_days, scored_by
from models.atmonsat.rise_filter import aware, temperatures_only
from models.atmonsat.rise_recipe import train_atmonsat_rise
from models.check import findings
from models.metadata import read_card
from tests.models.atmonsat.rise_days import folder_of_days, write

NAMES = ["2022.03.23", "2022.04.06", "2022.05.18", "2022.05.20", "2022.06.15"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of_days(tmp_path_factory.mktemp("days"))


def test_nominal_days_are_all_but_the_unlabelled_one(folder: Path) -> None:
    days = nominal_days(folder)
    assert [day.name for day in days] == NAMES
    assert hours(days[:1]) == pytest.approx((1600 - 48) * 5.1 / 3600, rel=1e-3)


def test_a_day_without_a_watched_one_is_enough(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, nominal_days(folder)[1], "normal")
    assert [day.name for day in nominal_days(tmp_path)] == ["2022.04.06"]


def test_each_tested_day_is_scored_by_filters_of_the_other_days(folder: Path) -> None:
    rows = list(left_out(folder))
    assert [(row.detector, row.day.name) for row in rows] == [
        (name, day) for name in ("rise", "rise-temperatures") for day in ("2022.05.20", "2022.06.15")
    ]
    others = tuple(day for day in nominal_days(folder) if day.name != "2022.05.20")
    rise, level = fitted(aware(), others)
    assert rows[0].threshold == level
    np.testing.assert_array_equal(rows[0].scores, rise.scores(read_day(folder, "2022.05.20", "anomalous")))
    assert {row.role for row in rows} == {"ours"}
    assert (rows[0].known_at == rows[0].day.times).all()


def test_the_pulses_of_made_up_days_are_found(folder: Path) -> None:
    for row in left_out(folder):
        if row.detector == "rise":
            index = row.scores >= row.threshold
            assert index[200:260].any()
            assert index[400:460].any()


def test_left_out_nominal_days_are_scored_as_well(folder: Path) -> None:
    rows = list(left_out(folder, "normal"))
    assert [len(row.day) for row in rows] == 4 * [1600]


def test_a_larger_budget_has_a_lower_threshold(folder: Path) -> None:
    days = nominal_days(folder)
    assert fitted(aware(), days, 30.0)[1] < fitted(aware(), days, 4.0)[1]


def test_the_committed_form_is_built_from_a_folder_and_gives_the_filters_scores(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.onnx"
    card = train_atmonsat_rise(folder, out, 5)
    assert findings(out) == []
    assert read_card(out)[0] == card
    assert sorted(card.data) == NAMES[:-1]
    assert (card.window, card.shape, card.command) == (
        1,
        (74,),
        "fdir train atmonsat-rise --data DIR --seed 5",
    )
    assert [c.name for c in card.channels[8:10]] == ["temp.8.smooth", "temp.0.30s"]
    days = [day for day in nominal_days(folder) if day.name != "2022.06.15"]
    tested = read_day(folder, "2022.06.15", "anomalous")
    for row, form in zip(scored_by(out, [tested]), (aware(), temperatures_only()), strict=True):
        rise, level = fitted(form, tuple(days))
        assert (row.detector, row.threshold) == (form.name, level)
        np.testing.assert_allclose(row.scores, rise.scores(tested), atol=2e-4)


def test_the_threshold_of_the_fit_keeps_the_budget_on_days_left_out(folder: Path) -> None:
    days = nominal_days(folder)
    _, level = fitted(aware(), days)
    crossed = [fitted(aware(), tuple(d for d in days if d != day))[0].scores(day) for day in days]
    assert alarms_a_day(crossed, hours(days), level) <= BUDGET
