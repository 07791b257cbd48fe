"""ST[05] event reporting: severities, switched reports, throttled reports, counts."""

import pytest

from pus import codec
from pus.failure import FailureCode
from pus.profile import Profile
from pus.st05 import EventDefinition, EventReporting, Severity
from tests.pus.spacecraft import (
    DELTA,
    EVENTS,
    FAILED,
    HIGH,
    LOW,
    PERIOD,
    SUMMARY,
    ask,
    build,
    bus,
    events,
    feed,
    notices,
    packets,
)

BURST = EventDefinition(7, "burst", Severity.MEDIUM, limit=2, window=1000)


def throttled() -> EventReporting:
    return EventReporting({7: BURST, SUMMARY: EVENTS[SUMMARY]}, SUMMARY)


# --- severities and switches ---------------------------------------------------------------------------


@pytest.mark.parametrize(("event", "subtype"), [(DELTA, 1), (LOW, 2), (HIGH, 3), (FAILED, 4)])
def test_the_severity_of_the_definition_is_the_subtype_of_the_report(event: int, subtype: int) -> None:
    raised = EventReporting(EVENTS).raise_event(event, b"aux", 0)
    assert raised.report is not None
    assert raised.report.subtype == subtype
    assert raised.report.data == codec.u16(event) + b"aux"


def test_a_disabled_event_is_detected_but_not_reported() -> None:
    chain = build()
    assert ask(chain, 5, 6, codec.DEFAULT.ids([HIGH])) == []
    instant = chain.raise_event(HIGH, b"", 5)
    assert events([instant]) == [(0, HIGH)]
    assert instant.reports == []


def test_an_enabled_event_is_reported_again() -> None:
    chain = build()
    ask(chain, 5, 6, codec.DEFAULT.ids([HIGH, LOW]))
    assert ask(chain, 5, 5, codec.DEFAULT.ids([HIGH])) == []
    assert [tm.subtype for tm in packets(chain, [chain.raise_event(HIGH, b"", 5)])] == [3]
    [listed] = ask(chain, 5, 7)
    assert (listed.subtype, listed.data) == (8, codec.DEFAULT.ids([LOW]))


def test_the_list_of_disabled_events_may_be_empty() -> None:
    assert [tm.data for tm in ask(build(), 5, 7)] == [codec.u16(0)]


@pytest.mark.parametrize("subtype", [5, 6])
def test_an_unknown_event_is_refused_and_the_others_are_switched(subtype: int) -> None:
    chain = build()
    ask(chain, 5, 6, codec.DEFAULT.ids([LOW]))
    answered = ask(chain, 5, subtype, codec.DEFAULT.ids([8, LOW, HIGH, 9]))
    assert notices(answered) == [(4, FailureCode.UNKNOWN_EVENT, 8), (4, FailureCode.UNKNOWN_EVENT, 9)]
    assert chain.services.st05.disabled == ({LOW, HIGH} if subtype == 6 else set())


@pytest.mark.parametrize("subtype", [5, 6])
def test_no_events_at_all_are_no_request(subtype: int) -> None:
    assert notices(ask(build(), 5, subtype, codec.u16(0))) == [(2, FailureCode.UNDECODABLE, None)]


def test_events_are_counted_by_severity_also_while_their_report_is_disabled() -> None:
    service = EventReporting(EVENTS)
    service.raise_event(HIGH, b"", 10)
    service.disabled.add(HIGH)
    service.raise_event(HIGH, b"", 20)
    counts = service.observables[Severity.MEDIUM]
    assert (counts.detected, counts.reported, counts.last_event, counts.last_time) == (2, 1, HIGH, 10)
    assert service.observables[Severity.HIGH].detected == 0


# --- throttle ------------------------------------------------------------------------------------------


def test_reports_beyond_the_limit_of_a_window_are_suppressed() -> None:
    service = throttled()
    reported = [service.raise_event(7, b"", time).report is not None for time in (0, 10, 20, 999, 1000)]
    assert reported == [True, True, False, False, True]


def test_a_summary_tells_how_many_were_suppressed_when_the_window_ends() -> None:
    service = throttled()
    for time in (0, 10, 20, 30, 40):
        service.raise_event(7, b"", time)
    assert service.deadline == 1000
    assert service.summaries(999) == []
    assert service.summaries(1000) == [codec.u16(7) + codec.u32(3)]
    assert service.deadline is None
    assert service.summaries(2000) == []


def test_a_window_in_which_nothing_was_suppressed_has_no_summary() -> None:
    service = throttled()
    service.raise_event(7, b"", 0)
    assert service.deadline is None
    assert service.summaries(5000) == []


def test_the_chain_raises_the_summary_at_the_first_sample_after_the_window() -> None:
    events_with_burst = EVENTS | {7: BURST}
    chain = build(Profile(summary_event=SUMMARY), events_with_burst)
    for time in (0, 1, 2, 3):
        chain.raise_event(7, b"", time)
    assert events(feed(chain, bus(28.0, 28.0, start=PERIOD))) == [(1, SUMMARY)]


def test_without_a_summary_event_suppressed_reports_are_only_counted() -> None:
    chain = build(Profile(), EVENTS | {7: BURST})
    for time in (0, 1, 2, 3):
        chain.raise_event(7, b"", time)
    assert chain.elapse(PERIOD).events == []
    assert chain.services.st05.observables[Severity.MEDIUM].detected == 4
