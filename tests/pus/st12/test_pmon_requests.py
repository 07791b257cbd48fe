"""TC[12,1..16]: what requests on parameter monitoring do."""

from dataclasses import replace

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.profile import Profile
from pus.st12 import layout
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon, PmonChecking, Validity
from tests.pus.spacecraft import (
    BUS,
    FAILED,
    FRESH,
    HIGH,
    LOW,
    MODE,
    NAN,
    PARAMETERS,
    PERIOD,
    PLAIN,
    VOLTAGE,
    add,
    ask,
    build,
    bus,
    events,
    feed,
    history,
    kinds,
    notices,
    samples,
    watch,
)

LIMITS = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 2)
OTHER = Pmon(8, VOLTAGE, Limit(0.0, 50.0), 1)
MODES = Pmon(9, MODE, ExpectedValue(0xFF, 3), 1)
NONE = codec.u16(0)


def ids(*numbers: int) -> bytes:
    return codec.DEFAULT.ids(list(numbers))


def modification(*pmons: Pmon) -> bytes:
    return codec.u16(len(pmons)) + b"".join(
        layout.encode_modification(p, PARAMETERS, codec.DEFAULT) for p in pmons
    )


def guarded() -> Chain:
    """Return a chain whose PMON 7 is used by a protected FMON; 7 and 8 are disabled, 9 is enabled."""
    chain = build()
    add(chain, LIMITS, OTHER, MODES, Fmon(3, FAILED, (7,)))
    ask(chain, 12, 21, ids(3))
    ask(chain, 12, 1, ids(9))
    return chain


# --- enable, disable, modify ---------------------------------------------------------------------------


def test_a_new_definition_is_disabled_and_unchecked() -> None:
    chain = build()
    add(chain, LIMITS)
    assert feed(chain, bus(99.0, 99.0)) == []
    assert not chain.monitoring.is_enabled(7)
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED


def test_enabling_again_counts_anew_and_keeps_the_status() -> None:
    chain = watch(build(), LIMITS)
    feed(chain, bus(28.0, 28.0, 99.0))
    assert chain.monitoring.counting(7) == (1, 2)
    ask(chain, 12, 1, ids(7))
    assert chain.monitoring.counting(7) == (0, 2)
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL
    assert history(feed(chain, bus(99.0, 99.0, start=3 * PERIOD))) == [(4, 7, 0, 4)]


def test_a_violation_that_is_enabled_again_raises_no_second_event() -> None:
    chain = watch(build(), LIMITS)
    assert events(feed(chain, bus(99.0, 99.0))) == [(1, HIGH)]
    ask(chain, 12, 1, ids(7))
    assert feed(chain, bus(99.0, 99.0, 99.0, start=2 * PERIOD)) == []


def test_disabling_sets_unchecked_so_that_a_violation_is_told_again() -> None:
    chain = watch(build(), LIMITS)
    feed(chain, bus(99.0, 99.0))
    ask(chain, 12, 2, ids(7))
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED
    assert feed(chain, bus(99.0, 99.0, start=2 * PERIOD)) == []
    ask(chain, 12, 1, ids(7))
    assert events(feed(chain, bus(99.0, 99.0, start=4 * PERIOD))) == [(5, HIGH)]


def test_modifying_sets_unchecked_and_keeps_status_interval_and_condition() -> None:
    chain = build(Profile())
    pmon = replace(LIMITS, interval=2, validity=Validity(FRESH, 1, 1))
    watch(chain, pmon, OTHER)
    feed(chain, bus(28.0, 28.0, 28.0))
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL
    assert ask(chain, 12, 7, modification(replace(pmon, check=Limit(30.0, 32.0), repetition=1))) == []
    assert chain.monitoring.pmons[7] == replace(pmon, check=Limit(30.0, 32.0), repetition=1)
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED
    assert chain.monitoring.checking(8) is PmonChecking.NOMINAL
    assert chain.monitoring.is_enabled(7)
    assert history(feed(chain, bus(28.0, start=3 * PERIOD))) == [(3, 7, 1, 3)]


def test_a_disabled_definition_that_is_modified_stays_disabled() -> None:
    chain = build()
    add(chain, OTHER)
    ask(chain, 12, 7, modification(replace(OTHER, repetition=4)))
    assert not chain.monitoring.is_enabled(8)


def test_adding_and_deleting_leaves_the_counts_of_others_alone() -> None:
    chain = watch(build(), LIMITS, Pmon(5, VOLTAGE, Delta(-1.0, 1.0, consecutive=2), 1))
    feed(chain, bus(28.0, 28.0, 99.0))
    add(chain, replace(OTHER, id=1), OTHER)
    ask(chain, 12, 6, ids(8))
    assert history(feed(chain, bus(99.0, start=3 * PERIOD))) == [(3, 7, 0, 4)]
    assert chain.monitoring.checking(5) is PmonChecking.HIGH


# --- the function --------------------------------------------------------------------------------------


def without_fmons() -> Chain:
    return watch(build(replace(PLAIN, fmon_function=False)), LIMITS)


def test_the_function_starts_enabled_and_can_be_disabled() -> None:
    chain = without_fmons()
    assert history(feed(chain, bus(28.0, 28.0))) == [(1, 7, 1, 0)]
    assert ask(chain, 12, 16) == []
    assert feed(chain, bus(99.0, 99.0, start=2 * PERIOD)) == []
    assert chain.monitoring.checking(7) is PmonChecking.NOMINAL
    assert len(chain.monitoring.transitions) == 1


def test_enabling_the_function_sets_enabled_definitions_unchecked_without_telling() -> None:
    chain = without_fmons()
    add(chain, OTHER)
    feed(chain, bus(99.0, 99.0))
    ask(chain, 12, 16)
    assert ask(chain, 12, 15) == []
    assert chain.monitoring.checking(7) is PmonChecking.UNCHECKED
    assert len(chain.monitoring.transitions) == 1
    assert events(feed(chain, bus(99.0, 99.0, start=2 * PERIOD))) == [(3, HIGH)]


def test_deleting_all_empties_the_lists() -> None:
    chain = without_fmons()
    feed(chain, bus(99.0, 99.0))
    ask(chain, 12, 16)
    assert ask(chain, 12, 4) == []
    assert chain.monitoring.pmons == {}
    assert chain.monitoring.transitions == []
    assert [tm.data for tm in ask(chain, 12, 10)] == [NONE]


def test_deleting_all_is_refused_while_a_definition_is_used() -> None:
    chain = guarded()
    ask(chain, 12, 18)
    ask(chain, 12, 16)
    assert notices(ask(chain, 12, 4)) == [(4, FailureCode.PMON_IN_USE, 7)]


# --- reports -------------------------------------------------------------------------------------------


def test_definitions_are_reported_with_the_delay_and_their_status() -> None:
    chain = guarded()
    ask(chain, 12, 3, codec.u32(77))
    [told] = ask(chain, 12, 8, ids(9, 8))
    head = codec.u32(77) + codec.u16(2)
    parts = [
        layout.encode_pmon(pmon, PARAMETERS, codec.DEFAULT, with_validity=False, status=status)
        for pmon, status in ((MODES, b"\1"), (OTHER, b"\0"))
    ]
    assert (told.subtype, told.data) == (9, head + b"".join(parts))


def test_none_named_means_all_definitions() -> None:
    [told] = ask(guarded(), 12, 8, NONE)
    assert told.data[4:8] == codec.u16(3) + codec.u16(7)
    assert [tm.data for tm in ask(build(), 12, 8, NONE)] == [codec.u32(100) + NONE]


def test_known_definitions_are_reported_beside_unknown_ones() -> None:
    answered = ask(guarded(), 12, 8, ids(99, 8))
    assert kinds(answered) == [(1, 4), (12, 9)]


def test_the_status_report_tells_enabled_or_disabled() -> None:
    [told] = ask(guarded(), 12, 13)
    assert (told.subtype, told.data.hex()) == (14, "0003" + "000700" + "000800" + "000901")


def test_the_out_of_limits_report_lists_what_is_in_violation_now_with_its_latest_transition() -> None:
    chain = watch(build(), LIMITS, OTHER, MODES)
    feed(chain, samples(BUS, voltage=[28.0, 99.0, 99.0, 28.0], mode=[3, 3, 7, 7]))
    [told] = ask(chain, 12, 10)
    assert told.subtype == 11
    latest = chain.monitoring.latest
    in_violation = [latest[7], latest[9]]
    encoded = b"".join(layout.encode_transition(t, PARAMETERS, codec.DEFAULT) for t in in_violation)
    assert told.data == codec.u16(2) + encoded
    assert [(t.value, t.crossed, t.time) for t in in_violation] == [
        (99.0, 32.0, 2 * PERIOD),
        (7.0, 3.0, 2 * PERIOD),
    ]


def test_the_out_of_limits_report_does_not_empty_the_list() -> None:
    chain = watch(build(), OTHER)
    feed(chain, bus(99.0, NAN, 99.0))
    ask(chain, 12, 10)
    assert len(chain.monitoring.transitions) == 2
