"""Settings and connection tests inside the chain: the same samples see them, whatever the chunks."""

from hypothesis import given, settings

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.packets import ACK_ALL, Tc
from pus.parameters import ValueType
from pus.st12.definitions import ExpectedValue, Limit, Pmon, Validity
from tests.pus.chunking import LENGTH, MS, assert_chunks_do_not_matter, cut_lists, own, two_sources, voltages
from tests.pus.spacecraft import (
    APID,
    BUS,
    GAIN,
    GROUND,
    HIGH,
    LOW,
    MODE,
    MODE_LOST,
    PERIOD,
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
    watch,
)

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
    for k in range(len(voltage)):
        before = voltage[k - 1] if k else 0.0
        gain = {9.0: 5, -9.0: 1}.get(before, gain)
        expected |= {k} if gain == 5 else set()
    lost = [t // PERIOD for t, what, *rest in found if what == "transition" and rest == [2, 3]]
    assert lost == [k for k in sorted(expected) if k - 1 not in expected]


def test_the_samples_do_not_know_better_than_the_setting() -> None:
    chain = tuned()
    chain.execute(own(20, 3, b"\0\1" + codec.u16(GAIN) + b"\5"), 0)
    assert events(feed(chain, bus(0, 0))) == [(0, MODE_LOST)]
    [told] = ask(chain, 20, 1, codec.DEFAULT.ids([GAIN]))
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
    arm(chain, MODE_LOST, Tc(APID, 20, 1, codec.DEFAULT.ids([VOLTAGE, GAIN]), GROUND, ack=0).pack())
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


# --- between samples -----------------------------------------------------------------------------------


def test_what_is_forgotten_is_not_known_but_a_setting_is() -> None:
    chain = build()
    feed(chain, bus(28.0))
    for source in (BUS, WHEEL):
        chain.forget(source)
    [told] = ask(chain, 20, 1, codec.DEFAULT.ids([MODE, GAIN]))
    assert told.data == b"\0\2" + codec.u16(MODE) + b"\xff\xff" + codec.u16(GAIN) + b"\1"


def test_an_event_from_outside_runs_down_the_chain() -> None:
    chain = build()
    arm(chain, HIGH, Tc(UNIT, 8, 1, b"x").pack())
    instant = chain.raise_event(HIGH, b"data", SECOND)
    assert [(r.service, r.subtype, r.data) for r in instant.reports] == [(5, 3, codec.u16(HIGH) + b"data")]
    [(event, _)] = instant.requests
    assert event is instant.events[0]


def test_the_consumer_may_ask_for_an_instant_at_a_sample() -> None:
    wanted = [250 * MS]
    instants = []
    for instant in build().feed([bus(*[0.0] * 6)], lambda: wanted[0] if wanted else None):
        instants.append(instant.time // PERIOD)
        wanted.clear()
    assert instants == [3]


def test_a_consumer_may_leave_before_the_end() -> None:
    chain = watch(build(), Pmon(1, VOLTAGE, Limit(-1, 1, LOW, HIGH), 1))
    walk = chain.feed([bus(0, 9, 0, 9)])
    assert next(walk).time == 0
    walk.close()
