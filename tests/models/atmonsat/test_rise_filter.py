from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.atmonsat.data import Day
from models.atmonsat.rise_filter import (
    BORDERS_S,
    RIDGE,
    Form,
    aware,
    classes,
    fit,
    moments,
    temperatures_only,
)
from models.atmonsat.rise_inputs import RiseInputs, ages, judged, lagged
from tests.models.atmonsat.rise_days import day

NOMINAL = tuple(day(name, seed) for seed, name in enumerate(("2022.04.06", "2022.05.18", "2022.05.20")))
FORMS = (aware(), temperatures_only())
MOMENTS = {form.name: [moments(form, RiseInputs.of(made)) for made in NOMINAL] for form in FORMS}
TESTED = day("2022.06.01", 9, pulses=(300, 800))


def cut(made: Day, n: int) -> Day:
    columns = ("times", "temperatures", "scored", "hit", "reboot", "converters_on")
    return replace(made, **{name: getattr(made, name)[:n] for name in columns})


def naive_scores(form: Form, made: Day) -> NDArray[np.float64]:
    """Score with the textbook's formulas: context X, rises D, one regression, one whitening."""
    parts = [rows(form, nominal) for nominal in NOMINAL]
    x, d = (np.concatenate(values) for values in zip(*parts, strict=True))
    expected = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ d)
    covariance = np.cov((d - x @ expected).T, bias=True)
    a, n = form.whitening, d.shape[1]
    mean = np.trace(covariance) / n
    weights = np.linalg.solve((1 - a) * mean * np.eye(n) + a * covariance, np.ones(n))
    weights /= np.sqrt(weights @ covariance @ weights)
    x, d = rows(form, made)
    return np.asarray((d - x @ expected) @ weights)


def rows(form: Form, made: Day) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    known = judged(ages(made))
    values, found = lagged(made)[known], ages(made)[known]
    if form.restarts:
        rises, oldest = [values[:, 0] - values[:, 1:4].mean(axis=1)], 3
    else:
        rises, oldest = [values[:, 0] - values[:, 1], values[:, 1] - values[:, 2]], 2
    changes = [values[:, k] - values[:, k + 1] for k in range(oldest, 7)]
    restarts = np.eye(len(BORDERS_S) + 1)[classes(found)] * form.restarts
    return np.concatenate([np.ones((len(values), 1)), restarts, *changes], axis=1), np.concatenate(
        rises, axis=1
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_folded_filter_is_regression_and_matched_filter_in_one(form: Form) -> None:
    rise = fit(form, MOMENTS[form.name])
    scores = rise.scores(TESTED)
    known = judged(ages(TESTED))
    np.testing.assert_array_equal(np.isnan(scores), ~known)
    np.testing.assert_allclose(scores[known], naive_scores(form, TESTED), atol=1e-8)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=20)
@given(n=st.integers(2, 1600))
def test_the_scores_of_the_beginning_are_the_beginning_of_the_scores(form: Form, n: int) -> None:
    rise = fit(form, MOMENTS[form.name])
    np.testing.assert_allclose(rise.scores(cut(TESTED, n)), rise.scores(TESTED)[:n], atol=1e-9)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_warmth_that_is_everywhere_and_always_changes_no_score(form: Form) -> None:
    rise = fit(form, MOMENTS[form.name])
    assert np.abs(rise.weights.sum(axis=0)).max() < 1e-9
    warmer = replace(TESTED, temperatures=TESTED.temperatures + 7)
    np.testing.assert_allclose(rise.scores(warmer), rise.scores(TESTED), atol=1e-8)


def test_who_knows_of_restarts_expects_their_warmth_and_is_surprised_by_a_pulse() -> None:
    rise = fit(aware(), MOMENTS["rise"])
    scores = rise.scores(TESTED)
    pulse, restart = np.nanmax(scores[300:320]), np.nanmax(scores[599:619])
    assert pulse > 2 * restart
    assert pulse > 4
    assert (rise.weights[0] > 0).all()


def test_classes_go_by_the_younger_age() -> None:
    found = np.array([[0.0, 500.0], [19.9, 20.0], [300.0, 20.0], [250.0, 1e6]])
    assert classes(found).tolist() == [0, 0, 1, 8]
