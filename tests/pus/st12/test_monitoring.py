"""What happens on a change of status: transitions, functional monitoring, the check transition list."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain, Instant
from pus.profile import Profile
from pus.st12.definitions import ExpectedValue, Fmon, FmonChecking, Limit, Pmon, PmonChecking, Validity
from tests.pus.spacecraft import (
    BUS,
    FAILED,
    FRESH,
    HIGH,
    LOW,
    MODE,
    NAN,
    PERIOD,
    PLAIN,
    SPIN,
    VOLTAGE,
    WHEEL,
    ask,
    build,
    bus,
    events,
    feed,
    fmon_history,
    history,
    packets,
    samples,
    watch,
)

WIDE = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 1)
NARROW = Pmon(8, VOLTAGE, Limit(26.0, 30.0), 1)
MODES = Pmon(9, MODE, ExpectedValue(0xFF, 3), 1)
UNCHECKED, RUNNING, INVALID, FAIL = FmonChecking


# --- transitions ---------------------------------------------------------------------------------------


def test_a_transition_carries_the_sample_that_completed_the_repetition() -> None:
    chain = watch(build(), replace(WIDE, repetition=3))
    [instant] = feed(chain, bus(40.0, 41.0, 42.0, 43.0))
    [transition] = instant.transitions
    assert (transition.value, transition.time, transition.crossed) == (42.0, 2 * PERIOD, 32.0)


def test_the_limit_crossed_on_the_way_back_is_the_low_one() -> None:
    instants = feed(watch(build(), WIDE), bus(40.0, 28.0, 10.0, 28.0))
    assert [t.crossed for i in instants for t in i.transitions] == [32.0, 20.0, 20.0, 20.0]


def test_becoming_invalid_is_told_by_nobody_but_leaving_it_is() -> None:
    instants = feed(watch(build(), WIDE), bus(28.0, NAN, 28.0, NAN, 40.0))
    assert history(instants) == [(0, 7, 1, 0), (2, 7, 2, 0), (4, 7, 2, 4)]
    assert events(instants) == [(4, HIGH)]


def test_an_invalid_parameter_does_not_move_a_functional_definition() -> None:
    chain = watch(build(), WIDE, Fmon(3, FAILED, (7,)))
    assert fmon_history(feed(chain, bus(28.0, NAN, NAN))) == [(0, 3, UNCHECKED, RUNNING)]
    assert chain.monitoring.checking(7) is PmonChecking.INVALID


def test_invalidating_a_source_makes_its_enabled_checks_invalid_and_starts_counting_anew() -> None:
    chain = watch(build(), replace(WIDE, repetition=2), Pmon(5, SPIN, Limit(0.0, 0.0), 1))
    feed(chain, bus(28.0, 28.0, 40.0), samples(WHEEL, spin=[0.0]))
    chain.monitoring.invalidate(BUS)
    assert chain.monitoring.checking(7) is PmonChecking.INVALID
    assert chain.monitoring.checking(5) is PmonChecking.NOMINAL
    assert history(feed(chain, bus(40.0, 40.0, start=3 * PERIOD))) == [(4, 7, 2, 4)]


def test_invalidating_touches_neither_unknown_sources_nor_a_disabled_function() -> None:
    chain = watch(build(replace(PLAIN, fmon_function=False)), WIDE)
    feed(chain, bus(28.0))
    chain.monitoring.invalidate(WHEEL)
    ask(chain, 12, 16)
    chain.monitoring.invalidate(BUS)
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL


def test_a_count_says_how_near_a_status_is() -> None:
    chain = watch(build(), replace(WIDE, repetition=4))
    feed(chain, bus(28.0, 28.0, 28.0))
    assert chain.monitoring.counting(7) == (3, 4)


# --- functional monitoring -----------------------------------------------------------------------------


@pytest.mark.parametrize(("minimum", "sample"), [(1, 1), (2, 2), (3, 3)])
def test_a_definition_fails_when_k_of_n_checks_are_in_violation(minimum: int, sample: int) -> None:
    chain = watch(build(), WIDE, NARROW, MODES, Fmon(3, FAILED, (7, 8, 9), minimum))
    fed = samples(BUS, voltage=[28.0, 31.0, 33.0, 33.0], mode=[3.0, 3.0, 3.0, 7.0])
    instants = feed(chain, fed)
    assert fmon_history(instants) == [(0, 3, UNCHECKED, RUNNING), (sample, 3, RUNNING, FAIL)]
    assert (sample, FAILED) in events(instants)


def test_violations_must_be_contemporaneous() -> None:
    chain = watch(build(), WIDE, MODES, Fmon(3, FAILED, (7, 9), 2))
    fed = samples(BUS, voltage=[40.0, 28.0, 28.0], mode=[3.0, 7.0, 3.0])
    assert fmon_history(feed(chain, fed)) == [(0, 3, UNCHECKED, RUNNING)]


def test_low_violations_count_as_high_ones_do() -> None:
    chain = watch(build(), WIDE, MODES, Fmon(3, FAILED, (7, 9), 2))
    fed = samples(BUS, voltage=[10.0], mode=[7.0])
    assert fmon_history(feed(chain, fed)) == [(0, 3, UNCHECKED, FAIL)]


def test_a_disabled_definition_does_not_watch() -> None:
    chain = watch(build(), WIDE, Fmon(3, FAILED, (7,)))
    ask(chain, 12, 20, codec.DEFAULT.ids([3]))
    assert fmon_history(feed(chain, bus(40.0))) == []


def test_a_definition_without_event_fails_silently() -> None:
    chain = watch(build(), NARROW, Fmon(3, 0, (8,)))
    instants = feed(chain, bus(40.0))
    assert fmon_history(instants) == [(0, 3, UNCHECKED, FAIL)]
    assert events(instants) == []


def test_a_false_condition_makes_a_definition_invalid_and_a_true_one_lets_it_judge() -> None:
    conditional = Fmon(3, FAILED, (7,), 1, Validity(FRESH, 1, 1))
    chain = watch(build(Profile()), WIDE, conditional)
    fed = samples(BUS, voltage=[28.0, 40.0, 28.0, 40.0], fresh=[1.0, 0.0, 1.0, 1.0])
    instants = feed(chain, fed)
    assert fmon_history(instants) == [
        (0, 3, UNCHECKED, RUNNING),
        (1, 3, RUNNING, INVALID),
        (2, 3, INVALID, RUNNING),
        (3, 3, RUNNING, FAIL),
    ]
    assert (1, FAILED) not in events(instants)


def test_a_failed_definition_does_not_even_become_invalid() -> None:
    chain = watch(build(Profile()), WIDE, Fmon(3, FAILED, (7,), 1, Validity(FRESH, 1, 1)))
    fed = samples(BUS, voltage=[40.0, 28.0, 40.0], fresh=[1.0, 0.0, 0.0])
    assert fmon_history(feed(chain, fed)) == [(0, 3, UNCHECKED, FAIL)]


def test_a_condition_on_another_source_looks_at_its_latest_value() -> None:
    chain = watch(build(Profile()), WIDE, Fmon(3, FAILED, (7,), 1, Validity(SPIN, 1, 1)))
    spin = samples(WHEEL, spin=[0.0, 1.0], period=PERIOD)
    assert fmon_history(feed(chain, bus(40.0, 28.0, 40.0), spin)) == [
        (0, 3, UNCHECKED, INVALID),
        (1, 3, INVALID, RUNNING),
        (2, 3, RUNNING, FAIL),
    ]


def test_a_condition_that_was_never_sampled_is_false() -> None:
    chain = watch(build(Profile()), WIDE, Fmon(3, FAILED, (7,), 1, Validity(SPIN, 1, 1)))
    assert fmon_history(feed(chain, bus(40.0))) == [(0, 3, UNCHECKED, INVALID)]


LEVELS = st.lists(st.sampled_from([28.0, 31.0, 40.0, NAN]), min_size=1, max_size=20)


@given(LEVELS, st.lists(st.sampled_from([3.0, 7.0, NAN]), min_size=20, max_size=20), st.integers(1, 3))
def test_functional_monitoring_follows_its_rule(
    voltage: list[float], mode: list[float], minimum: int
) -> None:
    """Count violations sample by sample: the status moves only when a check establishes another one."""
    chain = watch(build(), WIDE, NARROW, MODES, Fmon(3, FAILED, (7, 8, 9), minimum))
    statuses, expected, before = {7: 1, 8: 1, 9: 1}, [], UNCHECKED
    for k, (v, m) in enumerate(zip(voltage, mode, strict=False)):
        unknown = {7: v != v, 8: v != v, 9: m != m}
        bad = {7: 4 * (v == 40.0), 8: 4 * (v > 30.0), 9: 3 * (m != 3.0)}
        now = {pmon: 2 if unknown[pmon] else bad[pmon] for pmon in statuses}
        established = any(now[pmon] != statuses[pmon] and not unknown[pmon] for pmon in statuses)
        statuses = now
        if established and before is not FAIL:
            failing = sum(status >= 3 for status in statuses.values())
            after = FAIL if failing >= minimum else RUNNING
            expected += [(k, 3, before, after)] if after is not before else []
            before = after
    fed = samples(BUS, voltage=voltage, mode=mode[: len(voltage)])
    assert fmon_history(feed(chain, fed)) == expected


# --- the check transition list -------------------------------------------------------------------------


def lists(chain: Chain, instants: list[Instant]) -> list[tuple[int, int]]:
    """Return time in periods and length of each TM[12,12]."""
    return [
        (tm.time // PERIOD, int.from_bytes(tm.data[:2], "big"))
        for tm in packets(chain, instants)
        if (tm.service, tm.subtype) == (12, 12)
    ]


SWINGS = [28.0, 40.0, 28.0, 40.0, 28.0, 28.0, 28.0, 28.0, 28.0, 28.0, 28.0, 28.0]


def test_the_list_leaves_when_it_is_full() -> None:
    chain = watch(build(replace(PLAIN, max_transitions=2)), WIDE)
    assert lists(chain, feed(chain, bus(*SWINGS))) == [(1, 2), (3, 2)]
    assert len(chain.monitoring.transitions) == 1


def test_a_sample_may_fill_several_lists() -> None:
    chain = watch(build(replace(PLAIN, max_transitions=1)), WIDE, NARROW, MODES)
    assert lists(chain, feed(chain, bus(28.0))) == [(0, 1)] * 3


def test_the_list_leaves_when_its_first_entry_has_waited_long_enough() -> None:
    chain = watch(build(replace(PLAIN, max_transition_delay=6)), WIDE)
    assert lists(chain, feed(chain, bus(*SWINGS))) == [(6, 5)]
    assert chain.monitoring.transitions == []
    assert chain.monitoring.deadline is None


def test_the_delay_of_the_next_list_runs_from_its_own_first_entry() -> None:
    chain = watch(build(replace(PLAIN, max_transition_delay=2)), WIDE)
    assert lists(chain, feed(chain, bus(*SWINGS))) == [(2, 2), (4, 2), (6, 1)]


def test_what_comes_at_the_time_of_the_report_waits_for_the_next() -> None:
    chain = watch(build(replace(PLAIN, max_transition_delay=1)), WIDE)
    assert lists(chain, feed(chain, bus(28.0, 40.0, 40.0))) == [(1, 1), (2, 1)]


def test_a_changed_delay_applies_to_the_one_that_runs() -> None:
    chain = watch(build(), WIDE)
    feed(chain, bus(28.0, 40.0))
    assert chain.monitoring.deadline == 100 * PERIOD
    assert ask(chain, 12, 3, codec.u32(5)) == []
    assert chain.monitoring.deadline == 5 * PERIOD
    later = bus(*[40.0] * 8, start=2 * PERIOD)
    assert lists(chain, feed(chain, later)) == [(5, 2)]


def test_without_samples_the_list_leaves_at_a_tick() -> None:
    chain = watch(build(replace(PLAIN, max_transition_delay=6)), WIDE)
    feed(chain, bus(28.0))
    assert lists(chain, [chain.elapse(6 * PERIOD - 1)]) == []
    assert lists(chain, [chain.elapse(6 * PERIOD)]) == [(6, 1)]
