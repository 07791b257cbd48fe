"""The services inside the chain: whatever the chunks, the same things happen at the same sample times."""

from collections.abc import Callable, Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pus import codec
from pus.block import Block
from pus.chain import Chain, Instant
from pus.failure import FailureCode
from pus.packets import ACK_ALL, Tc
from pus.parameters import ValueType
from pus.procedure import Step
from pus.st03 import ParameterSet, Structure
from pus.st12.definitions import ExpectedValue, Limit, Pmon, Validity
from pus.st18 import encode_code
from tests.pus.spacecraft import (
    APID,
    BUS,
    COUNT,
    GAIN,
    GROUND,
    HIGH,
    LOW,
    MODE,
    MODE_LOST,
    NAN,
    PERIOD,
    RATE,
    SECOND,
    UNIT,
    VOLTAGE,
    WHEEL,
    Profile,
    arm,
    ask,
    build,
    bus,
    events,
    feed,
    history,
    kinds,
    notices,
    packets,
    request,
    samples,
    watch,
)

ON, OFF = (Tc(UNIT, 8, 1, codec.characters(text)).pack() for text in ("ON", "OFF"))
PING = Tc(APID, 17, 1, source=GROUND, ack=0).pack()
NAME = codec.characters("P")
MS = 1_000_000

Plain = list[tuple[object, ...]]


def own(service: int, subtype: int, data: bytes = b"") -> bytes:
    """Return a stored request to our own process that asks for no acknowledgement."""
    return Tc(APID, service, subtype, data, ack=0).pack()


def plain(instants: Iterable[Instant]) -> Plain:
    """Return what happened as comparable values: each occurrence with its time."""
    found: Plain = []
    for i in instants:
        found += [(i.time, "transition", t.pmon.id, int(t.current)) for t in i.transitions]
        found += [(i.time, "event", e.definition.id, e.data) for e in i.events]
        found += [(i.time, "request", octets) for _, octets in i.requests]
        found += [(i.time, "report", r.service, r.subtype, r.data) for r in i.reports]
    return found


def chunks(cuts: list[int], *blocks: Block) -> list[list[Block]]:
    """Cut blocks at times (ns); a chunk is what lies between two cuts, of all sources."""
    parts, rest = [], list(blocks)
    for cut in [*cuts, max(int(block.times[-1]) for block in blocks)]:
        parts.append([part for block in rest if len((part := block.until(cut)).times)])
        rest = [block.after(cut) for block in rest]
    return [
        [Block(block.source, block.times, block.values.copy()) for block in part] for part in parts if part
    ]


def in_chunks(chain: Chain, cuts: list[int], *blocks: Block) -> Plain:
    """Feed blocks cut into chunks; what is queued after a chunk is executed before the next."""
    found: Plain = []
    for part in chunks(cuts, *blocks):
        found += plain(chain.feed(part))
        assert chain.take_queue() == []
    return found


def assert_chunks_do_not_matter(make: Callable[[], Chain], cuts: list[int], *blocks: Block) -> Plain:
    expected = in_chunks(make(), [], *blocks)
    assert in_chunks(make(), cuts, *blocks) == expected
    return expected


LENGTH = 40
cut_lists = st.lists(st.integers(0, LENGTH * 100), unique=True, max_size=8).map(
    lambda found: sorted(k * MS for k in found)
)
voltages = st.lists(st.sampled_from((-9.0, 0.0, 0.5, 9.0, NAN)), min_size=LENGTH, max_size=LENGTH)


def two_sources(voltage: list[float]) -> tuple[Block, Block]:
    """Return the bus at 10 Hz and the wheel at 4 Hz, which has the time as its rate."""
    times = np.arange(20, LENGTH * 100, 250)
    rate = [float(t) for t in times]
    return bus(*voltage), samples(WHEEL, 20 * MS, 250 * MS, rate=rate)


# --- housekeeping --------------------------------------------------------------------------------------


def reporting() -> Chain:
    chain = watch(build(), Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 2))
    housekeeping, diagnostic = chain.services.st03.housekeeping, chain.services.st03.diagnostic
    housekeeping.define(Structure(1, 5, (RATE, VOLTAGE), (ParameterSet(3, (VOLTAGE,)),)), enabled=True)
    housekeeping.define(Structure(2, 7, (COUNT,)), enabled=True, time=130 * MS)
    diagnostic.define(Structure(1, 3, (), (ParameterSet(7, (RATE, VOLTAGE)),)), enabled=True)
    return chain


@settings(max_examples=50)
@given(voltages, cut_lists)
def test_reports_appear_on_the_same_grid_with_the_same_values_in_any_chunks(
    voltage: list[float], cuts: list[int]
) -> None:
    found = assert_chunks_do_not_matter(reporting, cuts, *two_sources(voltage))
    grid = [t for t, what, *rest in found if what == "report" and rest[:2] == [3, 25] and rest[2][:2] == b"\0\1"]
    assert grid == [k * 5 * PERIOD for k in range(1, 8)]


def test_sets_collect_the_values_of_their_own_sample_times() -> None:
    chain = build()
    structure = Structure(1, 10, (VOLTAGE,), (ParameterSet(4, (VOLTAGE, MODE)),))
    chain.services.st03.housekeeping.define(structure, enabled=True)
    block = samples(BUS, voltage=[float(k) for k in range(11)], mode=range(100, 111))
    [instant] = [i for i in feed(chain, block) if i.reports]
    sets = b"".join(ValueType.F64.pack(k) + codec.u16(100 + k) for k in (3, 5, 8, 10))
    assert (instant.time, instant.reports[0].data) == (SECOND, b"\0\1" + ValueType.F64.pack(10) + sets)


def test_a_report_carries_what_the_other_sources_told_last() -> None:
    chain = build()
    chain.services.st03.housekeeping.define(Structure(1, 5, (RATE,)), enabled=True)
    found = in_chunks(chain, [], *two_sources([0.0] * LENGTH))
    rates = [(t // MS, ValueType.F32.unpack(data[2:])) for t, _, _, _, data in found]
    assert rates[:4] == [(500, 270.0), (1000, 770.0), (1500, 1270.0), (2000, 1770.0)]


def test_housekeeping_comes_last_at_its_sample_and_goes_on_without_samples() -> None:
    chain = watch(build(), Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1))
    chain.services.st03.housekeeping.define(Structure(1, 2, (VOLTAGE,)), enabled=True)
    instants = feed(chain, bus(0, 0, 9.0))
    assert kinds(packets(chain, instants)) == [(5, 3), (3, 25)]
    silent = chain.elapse(4 * PERIOD)
    assert [r.data[2:] for r in silent.reports] == [ValueType.F64.pack(9.0)]
    assert chain.elapse(5 * PERIOD).is_empty


# --- sequences and procedures --------------------------------------------------------------------------

delays = st.lists(st.integers(0, 700).map(lambda ms: ms * MS), min_size=1, max_size=5)


def sequencing(steps: tuple[Step, ...], kind: int) -> Chain:
    """Return a chain in which a high voltage starts a sequence, and a low one aborts it."""
    code = encode_code(tuple(Step(s.request, s.delay, k + 1) for k, s in enumerate(steps)))
    chain = build(sequences={"P": steps}, procedures={"P": code})
    ask(chain, *((21, 2) if kind == 21 else (18, 13)), NAME)
    watch(chain, Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1))
    arm(chain, HIGH, own(21, 4, NAME) if kind == 21 else own(18, 3, NAME + b"\0"))
    arm(chain, LOW, own(21, 5, NAME) if kind == 21 else own(18, 12, NAME))
    return chain


@settings(max_examples=60)
@given(voltages, cut_lists, delays, st.sampled_from((18, 21)))
def test_the_same_requests_leave_at_the_same_sample_times_in_any_chunks(
    voltage: list[float], cuts: list[int], waits: list[int], kind: int
) -> None:
    steps = tuple(Step((ON, PING)[k % 2], wait) for k, wait in enumerate(waits))
    found = assert_chunks_do_not_matter(lambda: sequencing(steps, kind), cuts, *two_sources(voltage))
    begun = {t for t, what, *rest in found if what == "event" and rest[0] == HIGH}
    left = [t for t, what, *_ in found if what == "request"]
    assert all(any(start <= t for start in begun) for t in left)


@settings(max_examples=60)
@given(voltages, delays, st.sampled_from((18, 21)))
def test_nothing_leaves_after_an_abort(voltage: list[float], waits: list[int], kind: int) -> None:
    chain = sequencing(tuple(Step(ON, wait) for wait in waits), kind)
    is_active = False
    for instant in feed(chain, bus(*voltage)):
        named = [event.definition.id for event in instant.events]
        assert is_active or not instant.requests or HIGH in named or instant.reports == []
        if HIGH in named:
            is_active = True
        elif LOW in named:
            is_active = False
            assert chain.take_queue() == [own(21, 5, NAME) if kind == 21 else own(18, 12, NAME)]
            service = chain.services.st21 if kind == 21 else chain.services.st18
            service.runs.clear()


def test_the_first_request_leaves_when_the_sequence_is_activated() -> None:
    chain = build(sequences={"P": (Step(OFF, SECOND), Step(ON, 0))})
    instant = chain.execute(own(21, 8, NAME), 5 * SECOND)
    assert instant.requests == [(None, OFF)]
    assert [i.requests for i in feed(chain, bus(*[0.0] * 15, start=5 * SECOND))] == [[(None, ON)]]


def test_an_event_starts_a_sequence_at_its_own_sample() -> None:
    chain = sequencing((Step(OFF, 250 * MS), Step(ON, 0)), 21)
    found = plain(feed(chain, bus(0, 9, 0, 0, 0, 0)))
    assert [(t // PERIOD, octets) for t, what, octets, *_ in found if what == "request"] == [(1, OFF), (4, ON)]


def test_requests_to_our_own_services_leave_a_sequence_too() -> None:
    disable = own(5, 6, codec.ids([LOW]))
    chain = sequencing((Step(PING, SECOND // 2), Step(disable, 0)), 21)
    found = packets(chain, feed(chain, bus(9, *[0.0] * 8)))
    assert kinds(found) == [(5, 3), (17, 2)]
    assert chain.services.st05.disabled == {LOW}


def test_a_procedure_runs_a_sequence() -> None:
    code = encode_code((Step(own(21, 8, NAME), 0, 1),))
    chain = build(sequences={"P": (Step(OFF, SECOND), Step(ON, 0))}, procedures={"P": code})
    started = chain.execute(own(18, 19, NAME + b"\0"), 0)
    assert started.requests == []
    [waiting] = chain.take_queue()
    assert chain.execute(waiting, 0).requests == [(None, OFF)]
    assert chain.elapse(SECOND).requests == [(None, ON)]
    assert (chain.services.st18.runs, chain.services.st21.runs) == ({}, {})


def test_a_sequence_goes_on_without_samples() -> None:
    chain = build(sequences={"P": (Step(OFF, SECOND), Step(PING, 0))})
    chain.execute(own(21, 8, NAME), 0)
    assert chain.elapse(SECOND - 1).is_empty
    assert chain.elapse(SECOND).requests == []
    assert chain.take_queue() == [PING]


# --- settings ------------------------------------------------------------------------------------------


def tuned() -> Chain:
    """Return a chain in which a high voltage sets the gain, which a monitor watches, to 5, a low one to 1."""
    chain = watch(
        build(),
        Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1),
        Pmon(2, GAIN, ExpectedValue(0xFF, 1, MODE_LOST), 1),
    )
    for event, gain in ((HIGH, b"\5"), (LOW, b"\1")):
        arm(chain, event, own(20, 3, b"\0\1" + codec.u16(GAIN) + gain))
    return chain


def test_a_setting_changes_from_the_next_sample_on() -> None:
    instants = feed(tuned(), bus(0, 9, 0, 0, -9, 0))
    expected = [
        (0, 1, 1, 0), (0, 2, 1, 0), (1, 1, 0, 4), (2, 1, 4, 0), (2, 2, 0, 3), (4, 1, 0, 3), (5, 1, 3, 0),
        (5, 2, 3, 0),
    ]  # fmt: skip
    assert history(instants) == expected
    assert events(instants) == [(1, HIGH), (2, MODE_LOST), (4, LOW)]


@settings(max_examples=60)
@given(voltages, cut_lists)
def test_a_setting_changes_at_the_same_sample_in_any_chunks(voltage: list[float], cuts: list[int]) -> None:
    found = assert_chunks_do_not_matter(tuned, cuts, *two_sources(voltage))
    gain, expected = 1, set()
    for k, value in enumerate(voltage):
        before = voltage[k - 1] if k else 0.0
        gain = {9.0: 5, -9.0: 1}.get(before, gain)
        expected |= {k} if gain == 5 else set()
    lost = [t // PERIOD for t, what, *rest in found if what == "transition" and rest == [2, 3]]
    assert lost == [k for k in sorted(expected) if k - 1 not in expected]


def test_the_samples_do_not_know_better_than_the_setting() -> None:
    chain = tuned()
    chain.execute(own(20, 3, b"\0\1" + codec.u16(GAIN) + b"\5"), 0)
    assert events(feed(chain, bus(0, 0))) == [(0, MODE_LOST)]
    [told] = ask(chain, 20, 1, codec.ids([GAIN]))
    assert told.data == b"\0\1" + codec.u16(GAIN) + b"\5"


def test_a_setting_may_be_a_validity_condition() -> None:
    pmon = Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1, validity=Validity(GAIN, 0xFF, 1))
    chain = watch(build(Profile()), pmon)
    ask(chain, 20, 3, b"\0\1" + codec.u16(GAIN) + b"\0")
    assert events(feed(chain, bus(0, 9, 9))) == []
    ask(chain, 20, 3, b"\0\1" + codec.u16(GAIN) + b"\1")
    assert events(feed(chain, bus(9, start=3 * PERIOD))) == [(3, HIGH)]


def test_a_value_is_reported_as_it_is_at_the_event() -> None:
    chain = tuned()
    arm(chain, MODE_LOST, Tc(APID, 20, 1, codec.ids([VOLTAGE, GAIN]), GROUND, ack=0).pack())
    found = packets(chain, feed(chain, bus(0, 9, 0.25, 0, 0)))
    [told] = [tm for tm in found if (tm.service, tm.subtype) == (20, 2)]
    assert (told.time // PERIOD, told.destination) == (2, GROUND)
    assert told.data == b"\0\2" + codec.u16(VOLTAGE) + ValueType.F64.pack(0.25) + codec.u16(GAIN) + b"\5"


# --- connection tests ----------------------------------------------------------------------------------


@given(cut_lists)
def test_a_connection_test_times_out_at_the_same_sample_in_any_chunks(cuts: list[int]) -> None:
    def make() -> Chain:
        chain = build()
        chain.services.st17.timeout = 1_234 * MS
        [(_, asked)] = chain.execute(request(17, 3, codec.u16(UNIT), ack=ACK_ALL), 0).requests
        assert asked == Tc(UNIT, 17, 1).pack()
        return chain

    [(time, *_, data)] = assert_chunks_do_not_matter(make, cuts, *two_sources([0.0] * LENGTH))
    assert time == 1_270 * MS
    assert data[4:] == codec.u16(FailureCode.NO_ANSWER) + codec.u16(UNIT)


def test_an_event_may_test_a_connection() -> None:
    chain = watch(build(), Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1))
    arm(chain, HIGH, Tc(APID, 17, 3, codec.u16(UNIT), GROUND, ack=ACK_ALL).pack())
    instants = feed(chain, bus(0, 9, 0))
    assert [(e, octets) for i in instants for e, octets in i.requests] == [(None, Tc(UNIT, 17, 1).pack())]
    assert kinds(packets(chain, instants)) == [(5, 3), (1, 1), (1, 3)]
    assert kinds(packets(chain, [chain.alive(UNIT, SECOND)])) == [(17, 4), (1, 7)]
    assert notices(packets(chain, [chain.elapse(9 * SECOND)])) == []
