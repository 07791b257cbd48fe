"""The services inside the chain: whatever the chunks, the same things happen at the same sample times."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.packets import Tc
from pus.parameters import ValueType
from pus.procedure import Step
from pus.st03 import ParameterSet, Structure
from pus.st12.definitions import Limit, Pmon
from pus.st18 import encode_code
from tests.pus.chunking import (
    LENGTH,
    MS,
    assert_chunks_do_not_matter,
    cut_lists,
    in_chunks,
    own,
    plain,
    two_sources,
    voltages,
)
from tests.pus.spacecraft import (
    APID,
    BUS,
    COUNT,
    GROUND,
    HIGH,
    LOW,
    MODE,
    PERIOD,
    RATE,
    SECOND,
    UNIT,
    VOLTAGE,
    arm,
    ask,
    build,
    bus,
    feed,
    kinds,
    packets,
    samples,
    watch,
)

ON, OFF = (Tc(UNIT, 8, 1, codec.characters(text)).pack() for text in ("ON", "OFF"))
PING = Tc(APID, 17, 1, source=GROUND, ack=0).pack()
NAME = codec.characters("P")

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
    grid = [
        t for t, what, *rest in found if what == "report" and rest[:2] == [3, 25] and rest[2][:2] == b"\0\1"
    ]
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
    found = plain(feed(chain, bus(*voltage)))
    switches = [(t, rest[0]) for t, what, *rest in found if what == "event"]
    for time in (t for t, what, *_ in found if what == "request"):
        # What is due at the sample of an abort leaves first.
        last = [event for t, event in switches if t < time or (t, event) == (time, HIGH)][-1]
        assert last == HIGH


def test_the_first_request_leaves_when_the_sequence_is_activated() -> None:
    chain = build(sequences={"P": (Step(OFF, SECOND), Step(ON, 0))})
    instant = chain.execute(own(21, 8, NAME), 5 * SECOND)
    assert instant.requests == [(None, OFF)]
    assert [i.requests for i in feed(chain, bus(*[0.0] * 15, start=5 * SECOND))] == [[(None, ON)]]


def test_an_event_starts_a_sequence_at_its_own_sample() -> None:
    chain = sequencing((Step(OFF, 250 * MS), Step(ON, 0)), 21)
    found = plain(feed(chain, bus(0, 9, 0, 0, 0, 0)))
    assert [(t // PERIOD, octets) for t, what, octets, *_ in found if what == "request"] == [
        (1, OFF),
        (4, ON),
    ]


def test_requests_to_our_own_services_leave_a_sequence_too() -> None:
    disable = own(5, 6, codec.DEFAULT.ids([LOW]))
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
