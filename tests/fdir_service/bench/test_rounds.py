"""Measuring by turns: the ratio of the costs of a unit, the median of the rounds."""

import gc
from dataclasses import replace

import pytest

from fdir_service.bench import rounds as module
from fdir_service.bench.rounds import (
    Contender,
    DisagreementError,
    Fact,
    Result,
    Row,
    Skipped,
    Timed,
    UnavailableError,
    measure,
    multiple,
    share,
    speed,
)

NS = 1e-9


class Clock:
    """Time passes only when a contender works."""

    def __init__(self):
        self.now, self.order = 0.0, []

    def contender(self, name, costs, work):
        costs = iter(costs)

        def run():
            self.order.append(name)
            self.now += next(costs)

        return Contender(run, work)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(module.time, "thread_time", lambda: made.now)
    return made


def row_of(ours, theirs, must=2.0):
    return Row("ours_vs_theirs", "nothing", must, 4.0, lambda _: (ours, theirs))


def test_the_value_is_the_median_of_the_ratios_of_pairs(clock):
    ours = clock.contender("ours", [9.0, 1.0, 2.0, 4.0], 1)
    theirs = clock.contender("theirs", [9.0, 6.0, 6.0, 6.0], 1)
    result = measure(row_of(ours, theirs), 3)
    assert (result.least, result.value, result.most) == (1.5, 3.0, 6.0)
    assert (result.ours_ns, result.theirs_ns) == pytest.approx((2.0 / NS, 6.0 / NS))


def test_costs_are_those_of_a_unit_of_work(clock):
    ours = clock.contender("ours", [1.0, 1.0], 100)
    theirs = clock.contender("theirs", [1.0, 1.0], 10)
    assert measure(row_of(ours, theirs), 1).value == pytest.approx(10.0)


def test_both_warm_up_and_then_take_turns_in_going_first(clock):
    ours, theirs = clock.contender("ours", [1.0] * 5, 1), clock.contender("theirs", [1.0] * 5, 1)
    measure(row_of(ours, theirs), 4)
    assert clock.order == ["ours", "theirs"] + ["ours", "theirs", "theirs", "ours"] * 2


def test_the_row_is_prepared_as_asked():
    asked = []

    def prepare(quick):
        asked.append(quick)
        spin = Contender(lambda: sum(range(1000)), 1)
        return spin, spin

    row = Row("a_vs_a", "itself", 0, 0, prepare)
    measure(row, 1)
    measure(row, 1, quick=True)
    assert asked == [False, True]


@pytest.mark.parametrize(("value", "expected"), [(speed, 4.0), (multiple, 0.25), (share, -3.0)])
def test_the_value_of_a_round_is_made_of_both_costs(value, expected):
    row = replace(row_of(Timed(lambda: 0.5), Timed(lambda: 2.0)), value=value)
    result = measure(row, 3)
    assert (result.least, result.value, result.most) == (expected, expected, expected)


def test_contenders_are_closed_even_if_one_fails():
    closed = []

    def fail():
        raise DisagreementError("different")

    ours, theirs = (Timed(fail, lambda name=name: closed.append(name)) for name in ("ours", "theirs"))
    with pytest.raises(DisagreementError):
        measure(row_of(ours, theirs), 1)
    assert closed == ["ours", "theirs"]


def test_a_fact_has_no_costs_and_no_rounds():
    row = replace(row_of(None, None), prepare=lambda _: Fact(7))
    assert measure(row, 5) == Result(row, 7, 7, 7)


def test_what_is_not_installed_is_skipped_with_the_reason():
    def unavailable(_):
        raise UnavailableError("no such library")

    row = replace(row_of(None, None), prepare=unavailable)
    assert measure(row, 5) == Skipped(row, "no such library")


@pytest.mark.parametrize(("value", "good"), [(1.99, True), (2.0, True), (2.01, False)])
def test_a_row_that_is_bounded_from_above_is_good_up_to_what_it_must_be(value, good):
    row = replace(row_of(None, None), at_most=True)
    assert Result(row, value, value, value).good is good


@pytest.mark.parametrize(("value", "good"), [(1.99, False), (2.0, True), (3.0, True)])
def test_a_row_is_good_from_what_it_must_be(value, good):
    row = row_of(Contender(int, 1), Contender(int, 1))
    assert Result(row, value, value, value, 1.0, value).good is good


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_rests_meanwhile_and_is_left_as_it_was(clock, enabled):
    seen = []

    def run():
        seen.append(gc.isenabled())
        clock.now += 1.0

    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        measure(row_of(Contender(run, 1), Contender(run, 1)), 1)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
    assert seen[2:] == [False, False]
