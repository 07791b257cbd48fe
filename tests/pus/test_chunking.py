"""Any chunking of the same samples gives the same instants."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pus import codec
from pus.block import Block
from pus.chain import Chain, Instant
from pus.profile import Profile
from pus.st05 import EventDefinition, Severity
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon, Validity
from tests.pus.spacecraft import (
    BUS,
    DELTA,
    EVENTS,
    FAILED,
    FRESH,
    GAIN,
    HIGH,
    LOW,
    MODE,
    MODE_LOST,
    NAN,
    PERIOD,
    RATE,
    SPIN,
    SUMMARY,
    UNIT,
    VOLTAGE,
    WHEEL,
    arm,
    ask,
    build,
    bus,
    feed,
    request,
    samples,
    watch,
)

LIMITS = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 1)
SWITCH = request(8, 1, codec.characters("SWITCH"), apid=UNIT)


# --- any chunking --------------------------------------------------------------------------------------


def everything() -> Chain:
    """Return a chain with every kind of check, latch, condition, event-action, throttle and report."""
    profile = Profile(max_transitions=3, max_transition_delay=4, summary_event=SUMMARY)
    throttled = EventDefinition(LOW, "voltage_low", Severity.LOW, limit=1, window=6 * PERIOD)
    chain = build(profile, EVENTS | {LOW: throttled})
    pmons = [
        replace(LIMITS, repetition=2),
        Pmon(8, VOLTAGE, Delta(-5.0, 5.0, 0, DELTA, 2), 1, 1, Validity(FRESH, 1, 1)),
        Pmon(9, MODE, ExpectedValue(0x03, 3, MODE_LOST), 2, 2),
        Pmon(4, RATE, Limit(-1.0, 1.0, LOW, LOW), 1),
        Pmon(5, GAIN, ExpectedValue(0xFF, 1), 1),
    ]
    fmons = [Fmon(2, FAILED, (7, 9), 1), Fmon(3, FAILED, (4, 8), 2, Validity(SPIN, 1, 1))]
    watch(chain, *pmons, *fmons)
    arm(chain, HIGH, SWITCH)
    arm(chain, MODE_LOST, request(12, 2, codec.DEFAULT.ids([4])))
    arm(chain, DELTA, request(5, 6, codec.DEFAULT.ids([HIGH])))
    arm(chain, FAILED, request(12, 20, codec.DEFAULT.ids([2])))
    arm(chain, LOW, request(20, 3, codec.DEFAULT.ids([GAIN]) + b"\7"))
    ask(
        chain,
        3,
        1,
        codec.u16(1)
        + codec.u32(5)
        + codec.DEFAULT.ids([VOLTAGE, GAIN])
        + codec.u16(1)
        + codec.u16(2)
        + codec.DEFAULT.ids([RATE]),
    )
    ask(chain, 3, 5, codec.DEFAULT.ids([1]))
    return chain


def told(instant: Instant) -> tuple[object, ...]:
    """Return an instant as a value."""
    requests = [(event.definition.id if event else None, octets) for event, octets in instant.requests]
    changes = [(c.fmon.id, c.previous, c.current, c.statuses) for c in instant.fmon_changes]
    raised = [(e.definition.id, e.data, e.time, e.report) for e in instant.events]
    return (instant.time, instant.transitions, changes, raised, requests, instant.reports)


def cut(blocks: list[Block], times: list[int]) -> list[list[Block]]:
    """Cut blocks at times into chunks."""
    chunks = []
    for time in [*sorted(times), 1 << 60]:
        chunks.append([block.until(time) for block in blocks])
        blocks = [block.after(time) for block in blocks]
    return chunks


def copied(blocks: list[Block]) -> list[Block]:
    return [Block(block.source, block.times, block.values.copy()) for block in blocks]


N = 24
BUS_BLOCKS = st.builds(
    lambda voltage, mode, fresh: samples(BUS, voltage=voltage, mode=mode, fresh=fresh),
    st.lists(st.sampled_from([28.0, 28.0, 40.0, 10.0, NAN]), min_size=N, max_size=N),
    st.lists(st.sampled_from([3.0, 3.0, 1.0, NAN]), min_size=N, max_size=N),
    st.lists(st.sampled_from([1.0, 1.0, 0.0]), min_size=N, max_size=N),
)
WHEEL_BLOCKS = st.builds(
    lambda rate, spin, start: samples(WHEEL, start, 2 * PERIOD, rate=rate, spin=spin),
    st.lists(st.sampled_from([0.0, 0.0, 2.0, -2.0, NAN]), min_size=N // 2, max_size=N // 2),
    st.lists(st.sampled_from([1.0, 1.0, 0.0]), min_size=N // 2, max_size=N // 2),
    st.sampled_from([0, PERIOD // 2, PERIOD]),
)
CUTS = st.lists(st.integers(0, N).map(lambda k: k * PERIOD), max_size=6)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(BUS_BLOCKS, WHEEL_BLOCKS), min_size=1, max_size=2, unique_by=lambda b: b.source), CUTS
)
def test_any_chunking_gives_the_same_instants(blocks: list[Block], cuts: list[int]) -> None:
    whole = [told(instant) for instant in feed(everything(), *copied(blocks))]
    chain = everything()
    parts = [told(i) for chunk in cut(copied(blocks), cuts) for i in feed(chain, *chunk)]
    assert parts == whole


@settings(max_examples=30)
@given(BUS_BLOCKS, CUTS, st.integers(1, 9))
def test_what_the_consumer_queues_at_an_instant_is_executed_at_the_same_time_in_any_chunking(
    block: Block, cuts: list[int], number: int
) -> None:
    def run(chunks: list[list[Block]]) -> list[object]:
        chain, seen = everything(), []
        for chunk in chunks:
            for instant in chain.feed(chunk):
                seen.append(told(instant))
                if len(seen) == number:
                    chain.queue(request(12, 2, codec.DEFAULT.ids([7])))
        return seen

    assert run(cut(copied([block]), cuts)) == run([copied([block])])


@given(st.lists(st.integers(0, N).map(lambda k: k * PERIOD), max_size=6), st.integers(0, N * PERIOD))
def test_a_deadline_of_the_consumer_has_an_instant_at_the_first_sample_not_before_it(
    cuts: list[int], due: int
) -> None:
    chain, pending, seen = watch(build(), LIMITS), [due], []
    for chunk in cut([bus(*[28.0] * N)], cuts):
        for instant in chain.feed(chunk, lambda: pending[0] if pending else None):
            if pending and instant.time >= due:
                pending.clear()
                seen.append(instant.time)
    assert seen == [-(-due // PERIOD) * PERIOD][: due <= (N - 1) * PERIOD]
