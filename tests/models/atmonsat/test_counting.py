from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.atmonsat.counting import (
    HOLD_OFF,
    REACH,
    Counts,
    Outcome,
    alarms,
    judge,
    kept_alarms,
    scored_alone,
    scored_part,
    scored_range,
    targets,
)
from models.atmonsat.curves import curves
from tests.models.atmonsat.days import PERIOD, calm, day, injection, scored


def peaks(n: int, *at: int) -> np.ndarray:
    scores = np.zeros(n)
    scores[list(at)] = 2.0
    return scores


def test_a_hit_window_begins_behind_the_last_change_before_the_injection() -> None:
    one = day(calm(300, changes=(80, 110)))
    [aim] = targets(one, [injection(100)])
    assert (aim.first, aim.last) == (81, 100 + REACH)
    [late] = targets(one, [injection(110.5)])
    assert (late.first, late.last) == (111, 111 + REACH)


def test_a_hit_window_without_a_change_before_it_begins_at_the_injection() -> None:
    [aim] = targets(day(calm(300, changes=(100,))), [injection(100)])
    assert (aim.first, aim.last) == (100, 160)


def test_only_injections_in_the_scored_range_count_and_windows_end_with_it() -> None:
    one = day(calm(300), slice(50, 200))
    assert scored_range(one) == (50, 199)
    found = targets(one, [injection(10), injection(190), injection(250), injection(400)])
    assert [(aim.first, aim.last) for aim in found] == [(190, 199)]


def test_the_scored_part_is_a_day_of_its_own() -> None:
    one = day(np.arange(300.0)[:, None] * np.ones(9), slice(50, 200))
    part = scored_part(one)
    assert len(part) == 150
    assert part.temperatures[0, 0] == 50
    assert part.times[-1] == one.times[199]
    assert scored_range(part) == (0, 149)


def test_raw_counts_take_samples_and_injections_kept_ones_alarms() -> None:
    one = day(calm(600))
    found = judge(
        scored(one, peaks(600, 20, 102, 103, 104, 130, 500)), [injection(100), injection(300), injection(700)]
    )
    assert found.injections == 2
    assert found.raw == Counts(tp=4, fp=2, tn=593, fn=1)
    assert (found.raw_hits, found.hits) == (1, 1)
    assert found.kept == Counts(tp=1, fp=2, tn=596, fn=1)
    assert found.delays == (10.0,)
    assert found.hours == pytest.approx(599 * PERIOD / 3600)


def test_the_hold_off_of_a_false_alarm_can_swallow_a_true_one() -> None:
    found = judge(scored(day(calm(300)), peaks(300, 90, 110)), [injection(100)])
    assert found.raw == Counts(1, 1, 298, 0)
    assert found.kept == Counts(0, 1, 298, 1)
    assert (found.raw_hits, found.hits, found.delays) == (1, 0, ())


def test_waiting_is_charged_as_delay() -> None:
    found = judge(scored(day(calm(300)), peaks(300, 110), wait=7), [injection(100)])
    assert found.delays == (17 * PERIOD,)


def test_what_is_not_judged_raises_no_alarm_but_counts_as_a_sample() -> None:
    scores = peaks(300, 120)
    scores[:150] = np.nan
    found = judge(scored(day(calm(300)), scores), [injection(100)])
    assert found.raw == Counts(0, 0, 299, 1)
    assert np.isneginf(found.inside).sum() == 50


def test_a_day_without_injections_has_no_recall_and_no_curve() -> None:
    found = judge(scored(day(calm(300)), peaks(300, 120)), [])
    assert found.kept == Counts(0, 1, 299, 0)
    assert (found.kept.precision, found.kept.recall, found.kept.f1) == (0.0, None, None)
    assert curves(found) is None
    assert curves(found + found) is None


def test_without_an_alarm_there_is_no_precision_and_f1_is_nought() -> None:
    found = judge(scored(day(calm(300)), np.zeros(300)), [injection(100)])
    assert (found.kept.precision, found.kept.recall, found.kept.f1) == (None, 0.0, 0.0)


def test_alarms_outside_the_scored_range_are_none() -> None:
    found = alarms(scored(day(calm(300), slice(100, 200)), peaks(300, 50, 120, 250)))
    assert found.kept.tolist() == [120]
    assert np.flatnonzero(found.raw).tolist() == [120]


def test_alarms_in_the_hold_off_of_a_kept_one_are_dropped() -> None:
    index = np.zeros(300, np.bool_)
    index[[10, 11, 30, 10 + HOLD_OFF, 11 + HOLD_OFF + 1, 200]] = True
    assert kept_alarms(index).tolist() == [10, 72, 200]


def test_an_alarm_comes_when_the_index_has_stayed_long_enough() -> None:
    index = np.zeros(300, np.bool_)
    index[10:12] = index[50:54] = True
    assert kept_alarms(index, repetition=3).tolist() == [52]


@given(arrays(np.bool_, 300), st.integers(1, 4))
def test_kept_alarms_are_far_apart_and_follow_a_run_of_ones(index: np.ndarray, repetition: int) -> None:
    kept = kept_alarms(index, repetition)
    assert (np.diff(kept) > HOLD_OFF).all()
    assert all(index[at - repetition + 1 : at + 1].all() for at in kept)


levels = arrays(np.float64, 200, elements=st.integers(0, 6).map(float))


@given(levels, st.sets(st.integers(0, 199), max_size=3))
def test_every_point_of_the_curves_is_what_counting_at_its_threshold_gives(
    scores: np.ndarray, starts: set[int]
) -> None:
    one = day(calm(200, (30, 90)))
    pulses = [injection(at) for at in sorted(starts)]
    found = curves(judge(scored(one, scores), pulses))
    if found is None:
        assert not starts or judge(scored(one, scores), pulses).outside.size == 0
        return
    assert found.thresholds.tolist() == sorted(set(scores), reverse=True)
    for k, level in enumerate(found.thresholds):
        raw = judge(scored(one, scores, level), pulses).raw
        assert found.recall[k] == pytest.approx(raw.recall)
        assert found.precision[k] == pytest.approx(raw.precision)
        assert found.false_positive_rate[k] == pytest.approx(raw.fp / (raw.fp + raw.tn))


@given(levels, levels)
def test_files_together_count_as_the_sum(first: np.ndarray, second: np.ndarray) -> None:
    one = day(calm(200))
    pulses = [injection(60)]
    a, b = (judge(scored(one, s), pulses) for s in (first, second))
    both = a + b
    assert isinstance(both, Outcome)
    assert both.raw == a.raw + b.raw
    assert both.kept.tp == a.kept.tp + b.kept.tp
    assert both.injections == 2
    assert len(both.inside) + len(both.outside) == 400


def test_a_perfect_score_has_areas_of_one() -> None:
    scores = np.zeros(200)
    scores[60:121] = np.linspace(5, 6, 61)
    found = curves(judge(scored(day(calm(200)), scores), [injection(60)]))
    assert found is not None
    assert found.pr_auc == pytest.approx(1.0, abs=0.02)
    assert found.roc_auc == pytest.approx(1.0)


def test_a_detector_that_saw_the_whole_file_is_cut_to_the_evaluation_range() -> None:
    n = 300
    inside = (np.arange(n) >= 10) & (np.arange(n) < 30)
    whole = scored(replace(day(calm(n, changes=(80,))), scored=inside), np.arange(float(n)))
    found = scored_alone(whole)
    assert found.scores.tolist() == list(range(10, 30))
    assert (found.known_at == whole.known_at[10:30]).all()
    assert found.day.scored.all()
