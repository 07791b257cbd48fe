from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.atmonsat.data import Day
from models.atmonsat.rise_evaluation import fitted, nominal_days
from models.atmonsat.rise_filter import aware
from models.atmonsat.rise_selection import InjectedDay, forms, injected_days, lines, select
from tests.models.atmonsat.rise_days import folder_of_days

DAYS = ("2022.05.20", "2022.06.15")
FEW = [form for form in forms() if form.whitening == 0.5][:4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = folder_of_days(tmp_path_factory.mktemp("days"))
    rows = [f"{day},{day.replace('.', '-')}T10:{at},10,True" for day in DAYS for at in ("17:00", "34:00")]
    (made / "anomalies.csv").write_text("\n".join(["day,start,duration_s,scored_upstream", *rows]))
    return made


@pytest.fixture(scope="module")
def nominal(folder: Path) -> tuple[Day, ...]:
    return nominal_days(folder)


@pytest.fixture(scope="module")
def tested(folder: Path) -> tuple[InjectedDay, ...]:
    return injected_days(folder)


def test_the_form_of_the_detector_is_among_those_compared() -> None:
    compared = list(forms())
    assert len({form.name for form in compared}) == len(compared) == 54
    [same] = [form for form in compared if form.name == "lags 1-3, oldest 7, whitening 0.5"]
    np.testing.assert_array_equal(same.rises, aware().rises)
    np.testing.assert_array_equal(same.changes, aware().changes)


def test_the_picked_form_is_judged_by_filters_that_have_not_seen_the_day(
    nominal: tuple[Day, ...], tested: tuple[InjectedDay, ...]
) -> None:
    choices = select(FEW, nominal, tested)
    assert [choice.day for choice in choices] == list(DAYS)
    for choice, aim in zip(choices, tested, strict=True):
        others = tuple(day for day in nominal if day.name != choice.day)
        assert choice.kept == aim.counts(*fitted(choice.form, others))
        assert choice.kept.tp + choice.kept.fn == 2


def test_the_injections_of_a_day_have_no_say_in_its_own_form(
    nominal: tuple[Day, ...], tested: tuple[InjectedDay, ...]
) -> None:
    blind = (replace(tested[0], injections=()), *tested[1:])
    own, other = select(FEW, nominal, tested)
    blind_own, blind_other = select(FEW, nominal, blind)
    assert (blind_own.form, blind_own.inner_f1) == (own.form, own.inner_f1)
    assert blind_other.inner_f1 == 0.0
    assert blind_other.form == FEW[0]
    assert other.inner_f1 > 0.0


def test_the_table_has_a_line_for_each_day_and_the_sum(
    nominal: tuple[Day, ...], tested: tuple[InjectedDay, ...]
) -> None:
    *days, total = lines(select(FEW[:1], nominal, tested))
    assert [line.split()[0] for line in days] == list(DAYS)
    assert all(FEW[0].name in line for line in days)
    assert total.startswith("pooled")
