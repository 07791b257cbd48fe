"""The chain: samples in, instants out."""

import numpy as np
import pytest

from pus import codec
from pus.block import Block
from pus.chain import Chain, Instant
from pus.profile import Profile
from pus.st12.definitions import ExpectedValue, Fmon, Limit, Pmon, PmonChecking, Validity
from tests.pus.spacecraft import (
    BUS,
    COUNT,
    DELTA,
    FAILED,
    GAIN,
    HIGH,
    LOW,
    MODE,
    MODE_LOST,
    PERIOD,
    RATE,
    SPIN,
    UNIT,
    VOLTAGE,
    WHEEL,
    arm,
    ask,
    build,
    bus,
    events,
    feed,
    fmon_history,
    history,
    packets,
    request,
    samples,
    watch,
)

LIMITS = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 1)
SWITCH = request(8, 1, codec.characters("SWITCH"), apid=UNIT)


# --- order ---------------------------------------------------------------------------------------------


def crowded() -> Chain:
    """Return a chain with checks on both sources, listed out of order."""
    pmons = [
        Pmon(9, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 1),
        Pmon(4, RATE, Limit(-1.0, 1.0, 0, DELTA), 1),
        Pmon(6, MODE, ExpectedValue(0xFF, 3, MODE_LOST), 1),
    ]
    return watch(build(), *pmons, Fmon(5, FAILED, (9, 4)), Fmon(2, FAILED, (6,)))


def test_one_sample_is_told_as_checks_then_functions_then_events_by_ascending_number() -> None:
    chain = crowded()
    [instant] = feed(chain, samples(BUS, voltage=[40.0], mode=[7.0]), samples(WHEEL, rate=[5.0]))
    assert [t.pmon.id for t in instant.transitions] == [4, 6, 9]
    assert [c.fmon.id for c in instant.fmon_changes] == [2, 5]
    assert [e.definition.id for e in instant.events] == [DELTA, MODE_LOST, HIGH, FAILED, FAILED]
    assert [e.data[:2] for e in instant.events[-2:]] == [codec.u16(2), codec.u16(5)]


def test_events_are_reported_before_the_list_of_transitions() -> None:
    chain = watch(build(Profile(max_transitions=1)), LIMITS)
    [told] = feed(chain, bus(40.0))
    assert [(r.service, r.subtype) for r in told.reports] == [(5, 3), (12, 12)]


def test_sources_are_walked_in_order_of_sample_time() -> None:
    chain = watch(build(), LIMITS, Pmon(3, RATE, Limit(-1.0, 1.0), 1))
    late = samples(WHEEL, start=PERIOD // 2, rate=[0.0, 5.0])
    times = [instant.time for instant in feed(chain, bus(28.0, 40.0, 28.0), late)]
    assert times == [0, PERIOD // 2, PERIOD, 3 * PERIOD // 2, 2 * PERIOD]


def test_where_nothing_happens_there_is_no_instant() -> None:
    chain = watch(build(), LIMITS)
    assert len(feed(chain, bus(*[28.0] * 50))) == 1
    assert feed(chain, bus()) == []
    assert feed(chain) == []


# --- requests to ourselves -----------------------------------------------------------------------------


def feed_and_queue(chain: Chain, block: Block, at: int, packet: bytes) -> list[Instant]:
    """Feed a chunk; queue a request at the first instant that is not before a time in periods."""
    seen, waiting = [], [packet]
    for instant in chain.feed([block]):
        seen.append(instant)
        if waiting and instant.time >= at * PERIOD:
            chain.queue(waiting.pop())
    return seen


def test_a_check_that_is_disabled_at_a_sample_says_nothing_from_the_next_on() -> None:
    chain = watch(build(), LIMITS)
    instants = feed_and_queue(chain, bus(28.0, 40.0, 28.0, 40.0), 1, request(12, 2, codec.DEFAULT.ids([7])))
    assert history(instants) == [(0, 7, 1, 0), (1, 7, 0, 4)]
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED


def test_an_event_that_is_disabled_at_a_sample_is_not_reported_from_the_next_on() -> None:
    chain = watch(build(), LIMITS)
    instants = feed_and_queue(chain, bus(40.0, 28.0, 40.0), 0, request(5, 6, codec.DEFAULT.ids([HIGH])))
    assert events(instants) == [(0, HIGH), (2, HIGH)]
    assert [tm.time // PERIOD for tm in packets(chain, instants)] == [0]


def test_a_definition_that_is_modified_at_a_sample_holds_from_the_next_on() -> None:
    chain = watch(build(), LIMITS)
    add = codec.u16(1) + codec.u16(7) + codec.u16(VOLTAGE) + codec.u16(1) + codec.u8(1)
    bounds = b"".join(np.array([limit], ">f8").tobytes() + codec.u16(0) for limit in (35.0, 50.0))
    instants = feed_and_queue(chain, bus(40.0, 40.0, 28.0), 0, request(12, 7, add + bounds))
    assert history(instants) == [(0, 7, 1, 4), (1, 7, 1, 0), (2, 7, 0, 3)]


def test_the_answer_to_a_queued_request_has_the_time_of_the_sample() -> None:
    chain = watch(build(), LIMITS)
    instants = feed_and_queue(chain, bus(28.0, 40.0, 28.0), 1, request(17, 1, ack=15))
    alive = [tm for tm in packets(chain, instants) if tm.service in (1, 17)]
    assert [(tm.service, tm.subtype, tm.time // PERIOD) for tm in alive] == [
        (1, 1, 1),
        (1, 3, 1),
        (17, 2, 1),
        (1, 7, 1),
    ]


def test_a_request_queued_at_the_last_sample_is_executed_before_the_next_chunk() -> None:
    chain = watch(build(), LIMITS)
    assert len(feed_and_queue(chain, bus(40.0), 0, request(12, 2, codec.DEFAULT.ids([7])))) == 2
    assert feed(chain, bus(28.0, start=PERIOD)) == []


def test_what_waits_can_be_taken_and_executed_between_chunks() -> None:
    chain = build()
    chain.queue(request(17, 1))
    assert chain.take_queue() == [request(17, 1)]
    assert chain.take_queue() == []


def test_a_latched_function_can_be_rearmed_while_samples_go_on() -> None:
    chain = watch(build(), LIMITS, Fmon(3, FAILED, (7,)))
    chain_of_requests = [request(12, k, codec.DEFAULT.ids([3])) for k in (20, 19)]
    seen = []
    for instant in chain.feed([bus(40.0, 28.0, 40.0)]):
        seen.append(instant)
        if instant.time == PERIOD and chain_of_requests:
            chain.queue(chain_of_requests.pop(0))
            chain.queue(chain_of_requests.pop(0))
    assert fmon_history(seen) == [(0, 3, 0, 3), (2, 3, 0, 3)]


# --- event-actions and other releases ------------------------------------------------------------------


def test_an_event_action_for_another_process_is_handed_out_with_its_event() -> None:
    chain = watch(build(), LIMITS)
    arm(chain, HIGH, SWITCH)
    [instant] = feed(chain, bus(40.0))
    [(event, packet)] = instant.requests
    assert event is instant.events[0]
    assert packet == SWITCH
    assert not instant.is_empty


def test_an_event_that_does_not_come_from_monitoring_releases_too() -> None:
    chain = build()
    arm(chain, HIGH, SWITCH)
    arm(chain, LOW, request(17, 1))
    assert [packet for _, packet in chain.raise_event(HIGH, b"", 5).requests] == [SWITCH]
    assert chain.raise_event(LOW, b"", 5).requests == []
    assert chain.take_queue() == [request(17, 1)]


@pytest.mark.parametrize("elapse", [True, False], ids=["tick", "sample"])
def test_a_sequence_releases_its_requests_when_they_are_due(elapse: bool) -> None:
    chain = build()
    steps = SWITCH + bytes.fromhex("000000010000") + request(17, 1) + bytes(6)
    ask(chain, 21, 1, codec.characters("TEST") + codec.u16(2) + steps)
    ask(chain, 21, 4, codec.characters("TEST"))
    times = (0, 10 * PERIOD - 1, 10 * PERIOD)
    instants = [
        i for time in times for i in ([chain.elapse(time)] if elapse else feed(chain, bus(28.0, start=time)))
    ]
    assert [(i.time, packet) for i in instants for _, packet in i.requests] == [(0, SWITCH)]
    alive = [(r.service, r.subtype) for i in instants for r in i.reports]
    assert (chain.take_queue() == [request(17, 1)]) if elapse else (alive == [(17, 2)])


# --- values --------------------------------------------------------------------------------------------


def test_the_latest_value_is_the_last_sample_the_setting_or_our_own() -> None:
    chain = build()
    assert np.isnan(chain.latest(VOLTAGE))
    feed(chain, bus(28.0, 29.5))
    assert chain.latest(VOLTAGE) == 29.5
    assert chain.latest(GAIN) == 1.0
    assert chain.latest(COUNT) == 7.0


def test_a_setting_that_is_changed_holds_from_the_next_sample() -> None:
    chain = watch(build(), LIMITS, Pmon(5, GAIN, ExpectedValue(0xFF, 1), 1))
    arm(chain, HIGH, request(20, 3, codec.DEFAULT.ids([GAIN]) + b"\7"))
    assert history(feed(chain, bus(40.0, 40.0))) == [(0, 5, 1, 0), (0, 7, 1, 4), (1, 5, 0, 3)]
    assert chain.latest(GAIN) == 7.0


def test_the_value_in_a_transition_is_that_of_its_own_sample() -> None:
    chain = watch(build(), LIMITS, Pmon(8, VOLTAGE, Limit(0.0, 50.0), 3))
    instants = feed(chain, bus(28.0, 29.0, 30.0, 31.0))
    assert [(t.pmon.id, t.value) for i in instants for t in i.transitions] == [(7, 28.0), (8, 30.0)]


def test_a_block_can_be_cut_and_looked_into() -> None:
    block = bus(1.0, 2.0, 3.0)
    assert block.after(0).times.tolist() == [PERIOD, 2 * PERIOD]
    assert block.until(PERIOD).times.tolist() == [0, PERIOD]
    assert block.at(PERIOD + 5)[0] == 2.0
    assert block.at(-1) is None


def test_a_value_before_the_chunk_comes_from_the_one_before() -> None:
    chain = watch(build(Profile()), LIMITS, Fmon(3, FAILED, (7,), 1, Validity(SPIN, 1, 1)))
    feed(chain, samples(WHEEL, spin=[1.0]))
    late = samples(WHEEL, start=9 * PERIOD, spin=[0.0])
    assert fmon_history(feed(chain, bus(40.0, start=PERIOD), late)) == [(1, 3, 0, 3)]


def test_a_source_that_is_forgotten_is_not_known_any_more() -> None:
    chain = watch(build(), LIMITS)
    feed(chain, bus(28.0), samples(WHEEL, rate=[0.5]))
    chain.forget(BUS)
    assert np.isnan(chain.latest(VOLTAGE))
    assert chain.latest(RATE) == 0.5
    assert chain.monitoring.checking(7) is PmonChecking.INVALID
    chain.forget("nobody")
    assert history(feed(chain, bus(28.0, start=PERIOD))) == [(1, 7, 2, 0)]
