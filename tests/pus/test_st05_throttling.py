"""ST[05] throttling: at most `limit` reports in any window, and nothing that is suppressed goes uncounted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain, Instant
from pus.profile import Profile
from pus.st05 import EventDefinition, EventReporting, Severity
from pus.st12.definitions import Limit, Pmon
from tests.pus.spacecraft import (
    EVENTS,
    HIGH,
    LOW,
    PERIOD,
    SUMMARY,
    UNIT,
    VOLTAGE,
    arm,
    ask,
    build,
    bus,
    feed,
    request,
    watch,
)

LIMIT, WINDOW = 3, 100
BURST, OTHER, FREE = 7, 8, 9
DEFINITIONS = {
    BURST: EventDefinition(BURST, "burst", Severity.LOW, LIMIT, WINDOW),
    OTHER: EventDefinition(OTHER, "other", Severity.LOW, 1, 2 * WINDOW),
    FREE: EventDefinition(FREE, "free", Severity.HIGH),
    SUMMARY: EVENTS[SUMMARY],
}

occurrences = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from((BURST, BURST, OTHER, FREE))), max_size=60
)


def service(summary: int = SUMMARY, **limits: int) -> EventReporting:
    definitions = DEFINITIONS | {SUMMARY: replace(DEFINITIONS[SUMMARY], **limits)}
    return EventReporting(definitions, summary)


def read(data: bytes) -> tuple[int, int]:
    """Read a summary: event and number of suppressed reports."""
    assert len(data) == 6
    return int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big")


def play(
    target: EventReporting, gaps: list[tuple[int, int]]
) -> tuple[dict[int, list[int]], dict[int, int], dict[int, int]]:
    """Raise events one after the other; return report times, numbers suppressed and numbers summed up."""
    reported: dict[int, list[int]] = {k: [] for k in (BURST, OTHER, FREE)}
    suppressed, summed = dict.fromkeys(reported, 0), dict.fromkeys(reported, 0)
    time = 0
    for gap, event in [*gaps, (10 * WINDOW, 0)]:
        time += gap
        for k, number in map(read, target.summaries(time)):
            summed[k] += number
        if not event:
            break
        if target.raise_event(event, b"", time).report is None:
            suppressed[event] += 1
        else:
            reported[event].append(time)
    return reported, suppressed, summed


@given(occurrences)
def test_at_most_the_limit_of_reports_leaves_in_any_window(gaps: list[tuple[int, int]]) -> None:
    reported, _, _ = play(service(), gaps)
    for event, limit, window in ((BURST, LIMIT, WINDOW), (OTHER, 1, 2 * WINDOW)):
        times = reported[event]
        for first in times:
            assert sum(first <= t < first + window for t in times) <= limit


@given(occurrences)
def test_no_report_is_suppressed_that_the_limit_allows(gaps: list[tuple[int, int]]) -> None:
    target, time, left = service(), 0, []
    for gap, event in gaps:
        time += gap
        if event == BURST:
            is_free = sum(time - t < WINDOW for t in left) < LIMIT
            assert (target.raise_event(BURST, b"", time).report is not None) == is_free
            left += [time] * is_free


@given(occurrences)
def test_what_is_detected_is_reported_or_suppressed_and_the_summaries_add_up(
    gaps: list[tuple[int, int]],
) -> None:
    target = service()
    reported, suppressed, summed = play(target, gaps)
    assert suppressed == summed
    for severity, events in ((Severity.LOW, (BURST, OTHER)), (Severity.HIGH, (FREE,))):
        counts = target.observables[severity]
        assert counts.reported == sum(len(reported[k]) for k in events)
        assert counts.detected == counts.reported + sum(suppressed[k] for k in events)
    assert suppressed[FREE] == 0
    assert target.deadline is None


@given(occurrences)
def test_without_a_summary_event_nothing_is_summed_up_and_the_same_reports_leave(
    gaps: list[tuple[int, int]],
) -> None:
    reported, suppressed, summed = play(service(summary=0), gaps)
    assert (reported, suppressed) == play(service(), gaps)[:2]
    assert sum(summed.values()) == 0


def test_a_summary_is_due_when_a_report_may_leave_again() -> None:
    target = service()
    for time in (10, 20, 30):
        target.raise_event(BURST, b"", time)
    assert target.deadline is None
    target.raise_event(BURST, b"", 40)
    assert target.deadline == 10 + WINDOW
    assert target.summaries(10 + WINDOW - 1) == []
    assert target.summaries(10 + WINDOW) == [bytes.fromhex("0007 00000001")]


def test_a_summary_that_is_late_counts_what_came_since() -> None:
    target = service()
    for time in (0, 1, 2, 3, 4, 100, 101, 102, 103):
        target.raise_event(BURST, b"", time)
    assert target.deadline == 100 + WINDOW
    assert list(map(read, target.summaries(500))) == [(BURST, 3)]


def test_summaries_of_several_events_come_in_order_of_their_ids() -> None:
    target = service()
    for event in (OTHER, OTHER, BURST, BURST, BURST, BURST):
        target.raise_event(event, b"", 0)
    assert target.deadline == WINDOW
    assert list(map(read, target.summaries(2 * WINDOW))) == [(BURST, 1), (OTHER, 1)]


def test_the_summary_itself_is_never_suppressed() -> None:
    target = service(limit=1, window=10**9)
    reports = [target.raise_event(SUMMARY, b"", time).report for time in range(5)]
    assert None not in reports
    assert target.deadline is None


def test_a_disabled_event_neither_uses_up_its_limit_nor_is_summed_up() -> None:
    target = service()
    target.disable(codec.Reader(codec.DEFAULT.ids([BURST])), 0)
    for time in range(10):
        assert target.raise_event(BURST, b"", time).report is None
    target.enable(codec.Reader(codec.DEFAULT.ids([BURST])), 10)
    assert [target.raise_event(BURST, b"", 10).report is not None for _ in range(4)] == [True] * 3 + [False]
    assert list(map(read, target.summaries(10 + WINDOW))) == [(BURST, 1)]
    assert target.observables[Severity.LOW].detected == 14


# --- in the chain --------------------------------------------------------------------------------------

NOISY = EVENTS | {
    HIGH: replace(EVENTS[HIGH], limit=2, window=5 * PERIOD),
    LOW: replace(EVENTS[LOW], limit=1, window=7 * PERIOD),
}
ACTION = request(8, 1, b"x", apid=UNIT)


def noisy(**profile: object) -> Chain:
    """Return a chain in which HIGH and LOW are raised at every sample that goes there, and answered."""
    plain = Profile(pmon_validity=False, fmon_validity=False, summary_event=SUMMARY, **profile)  # type: ignore[arg-type]
    chain = watch(build(plain, NOISY), Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1))
    arm(chain, HIGH, ACTION)
    return chain


def told(instants: list[Instant]) -> list[tuple[int, int, bool, bytes]]:
    return [
        (
            e.time // PERIOD,
            e.definition.id,
            e.report is not None,
            e.data if e.definition.id == SUMMARY else b"",
        )
        for i in instants
        for e in i.events
    ]


VOLTAGES = [5.0, 0.0] * 5 + [-5.0, 0.0] * 5 + [0.0] * 10


def test_the_chain_reports_what_the_limit_allows_and_then_the_summary() -> None:
    found = told(feed(noisy(), bus(*VOLTAGES)))
    assert [(t, reported) for t, event, reported, _ in found if event == HIGH] == [
        (0, True), (2, True), (4, False), (6, True), (8, True),
    ]  # fmt: skip
    assert [(t, read(data)) for t, event, _, data in found if event == SUMMARY] == [
        (5, (HIGH, 1)), (17, (LOW, 3)),
    ]  # fmt: skip


@pytest.mark.parametrize(("needs_report", "released"), [(False, 5), (True, 4)])
def test_a_suppressed_event_still_acts_unless_actions_need_reports(needs_report: bool, released: int) -> None:
    instants = feed(noisy(action_needs_report=needs_report), bus(*VOLTAGES))
    assert sum(len(instant.requests) for instant in instants) == released


@given(st.lists(st.integers(1, len(VOLTAGES) - 1), unique=True).map(sorted))
def test_reports_and_summaries_do_not_depend_on_the_chunks(cuts: list[int]) -> None:
    chain, found = noisy(), []
    for first, last in zip([0, *cuts], [*cuts, len(VOLTAGES)], strict=True):
        found += feed(chain, bus(*VOLTAGES[first:last], start=first * PERIOD))
    assert told(found) == told(feed(noisy(), bus(*VOLTAGES)))


def test_a_summary_comes_with_a_tick_if_no_sample_comes() -> None:
    chain = noisy()
    feed(chain, bus(5.0, 0.0, 5.0, 0.0, 5.0))
    assert told([chain.elapse(5 * PERIOD - 1)]) == []
    assert told([chain.elapse(6 * PERIOD)]) == [(6, SUMMARY, True, codec.u16(HIGH) + codec.u32(1))]


def test_a_disabled_summary_is_detected_but_not_reported() -> None:
    chain = noisy()
    ask(chain, 5, 6, codec.DEFAULT.ids([SUMMARY]))
    feed(chain, bus(5.0, 0.0, 5.0, 0.0, 5.0))
    assert told([chain.elapse(6 * PERIOD)]) == [(6, SUMMARY, False, codec.u16(HIGH) + codec.u32(1))]
