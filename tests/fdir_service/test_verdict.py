"""A verdict compares what was injected with what was reported and done."""

import pytest

from fdir_service.stream import Stream
from fdir_service.verdict import Injected, Judge, Outcome
from tests.fdir_service.builders import answers, flight, freeze, samples, unit

S = 1_000_000_000
FROZEN = Injected("pair", 2 * S, None)


@pytest.fixture
def judge(bench):
    """A judge that has seen a fault at 2 s and its recovery."""
    stream, judge = Stream(bench), Judge(bench)
    fault = freeze(stream)
    judge.take(fault)
    judge.take(stream.take(answers(unit(), fault, stream.time)))
    judge.take(stream.take([samples(26, flight(40, slice(20, 27), unit_b_from=27)[26:])]))
    return judge


def test_a_fault_that_was_detected_and_recovered_is_good(judge):
    verdict = judge.verdict([FROZEN])
    assert verdict.outcomes == (Outcome(FROZEN, 0.5, 0.5, pytest.approx(1.3)),)
    assert verdict.good
    assert verdict.false_reports == ()


def test_a_report_without_a_fault_is_false(judge):
    verdict = judge.verdict([])
    assert verdict.false_reports == ((2_500_000_000, "x-frozen"),)
    assert not verdict.good


def test_a_fault_that_was_over_before_does_not_explain_a_report(judge):
    verdict = judge.verdict([Injected("pair", 0, 1 * S)])
    assert len(verdict.false_reports) == 1


def test_a_fault_of_another_unit_explains_nothing_and_is_not_detected(judge):
    other = Injected("other", 2 * S, None)
    verdict = judge.verdict([FROZEN, other])
    assert verdict.outcomes[1] == Outcome(other, None, None, None)
    assert not verdict.outcomes[1].good
    assert not verdict.good
    assert len(judge.verdict([other]).false_reports) == 1


def test_an_event_without_an_action_is_explained_by_any_fault(bench):
    stream, judge = Stream(bench), Judge(bench)
    rows = flight(30)
    rows[20:, 0] += 100.0
    judge.take(stream.take([samples(0, rows)]))
    assert judge.verdict([Injected("pair", 2 * S, None)]).false_reports == ()
    assert [name for _, name in judge.verdict([]).false_reports] == ["x-out-of-range"]


def test_what_happened_before_the_onset_is_no_detection(judge):
    late = Injected("pair", 3 * S, None)
    (outcome,) = judge.verdict([late]).outcomes
    assert (outcome.detection_s, outcome.reaction_s) == (None, None)
