"""ST[19] event-action: stored requests that events release."""

import pytest

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.packets import Tc, decode_tc
from pus.profile import Profile
from pus.st12.definitions import Limit, Pmon
from tests.pus.spacecraft import (
    APID,
    FAILED,
    HIGH,
    LOW,
    UNIT,
    VOLTAGE,
    arm,
    ask,
    build,
    bus,
    feed,
    history,
    key,
    notices,
    request,
    watch,
)

SWITCH = request(8, 1, codec.characters("SWITCH"), apid=UNIT)
ALIVE = request(17, 1)
LIMITS = Pmon(7, VOLTAGE, Limit(20.0, 32.0, LOW, HIGH), 1)


def ids(*events: int) -> bytes:
    """Return N and N event-action identifiers."""
    return codec.u16(len(events)) + b"".join(map(key, events))


def entries(*actions: tuple[int, bytes]) -> bytes:
    """Return the data of TC[19,1]."""
    return codec.u16(len(actions)) + b"".join(key(event) + action for event, action in actions)


def armed(profile: Profile | None = None) -> Chain:
    """Return a chain that switches the unit when the voltage is high."""
    chain = watch(build(profile) if profile else build(), LIMITS)
    arm(chain, HIGH, SWITCH)
    return chain


def released(chain: Chain) -> list[tuple[int, bytes]]:
    """Return what a high voltage releases: the event and the packet."""
    return [
        (event.definition.id, packet)
        for instant in feed(chain, bus(28.0, 40.0))
        for event, packet in instant.requests
        if event
    ]


# --- release -------------------------------------------------------------------------------------------


def test_an_event_releases_the_stored_octets() -> None:
    assert released(armed()) == [(HIGH, SWITCH)]


def test_every_occurrence_releases_the_request_again() -> None:
    instants = feed(armed(), bus(40.0, 28.0, 40.0, 28.0, 40.0))
    assert sum(len(instant.requests) for instant in instants) == 3


def test_a_definition_that_was_added_is_disabled() -> None:
    chain = watch(build(), LIMITS)
    assert ask(chain, 19, 1, entries((HIGH, SWITCH))) == []
    assert released(chain) == []


@pytest.mark.parametrize(("subtype", "data"), [(5, ids(HIGH)), (5, ids()), (9, b""), (3, b"")])
def test_a_disabled_or_deleted_action_is_not_released(subtype: int, data: bytes) -> None:
    chain = armed()
    assert ask(chain, 19, subtype, data) == []
    assert released(chain) == []


def test_the_function_can_be_disabled_and_enabled() -> None:
    chain = armed()
    ask(chain, 19, 9)
    assert ask(chain, 19, 8) == []
    assert released(chain) == [(HIGH, SWITCH)]


def test_the_profile_says_how_the_function_starts() -> None:
    assert released(armed(Profile(event_action_function=False))) == []


def test_an_action_is_released_although_the_report_of_its_event_is_disabled() -> None:
    chain = armed()
    ask(chain, 5, 6, codec.DEFAULT.ids([HIGH]))
    assert released(chain) == [(HIGH, SWITCH)]


def test_the_profile_may_tie_the_action_to_the_report() -> None:
    chain = armed(Profile(action_needs_report=True))
    ask(chain, 5, 6, codec.DEFAULT.ids([HIGH]))
    assert released(chain) == []
    ask(chain, 5, 5, codec.DEFAULT.ids([HIGH]))
    assert released(chain) == [(HIGH, SWITCH)]


def test_a_request_to_ourselves_is_executed_after_the_sample() -> None:
    chain = watch(build(), LIMITS)
    arm(chain, HIGH, request(12, 2, codec.DEFAULT.ids([7])))
    instants = feed(chain, bus(28.0, 40.0, 10.0, 40.0))
    assert history(instants) == [(0, 7, 1, 0), (1, 7, 0, 4)]
    assert not chain.monitoring.is_enabled(7)


# --- definitions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    [
        request(19, 8),
        request(8, 1),
        request(17, 99),
        request(17, 1, apid=0x99),
        ALIVE[:-1] + b"\0",
    ],
    ids=["ST[19] itself", "unknown service", "unknown subtype", "unknown process", "bad check word"],
)
def test_a_request_that_nobody_could_or_should_execute_is_not_stored(action: bytes) -> None:
    chain = build()
    assert notices(ask(chain, 19, 1, entries((HIGH, action)))) == [(4, FailureCode.BAD_REQUEST, HIGH)]
    assert chain.services.st19.definitions == {}


def test_a_request_that_no_report_could_carry_is_not_stored() -> None:
    chain = build()
    most = chain.services.st19.max_request
    fits, too_long = (Tc(UNIT, 8, 1, bytes(size - 13)).pack() for size in (most, most + 1))
    assert notices(ask(chain, 19, 1, entries((HIGH, too_long)))) == [(4, FailureCode.BAD_REQUEST, HIGH)]
    assert ask(chain, 19, 1, entries((HIGH, fits))) == []
    [told] = ask(chain, 19, 10, ids())
    assert len(told.pack()) == 6 + 65_536


def test_the_st19_of_another_process_is_not_ours_to_guard() -> None:
    assert ask(build(), 19, 1, entries((HIGH, request(19, 8, apid=UNIT)))) == []


def test_an_unknown_event_has_no_action() -> None:
    chain = build()
    unknown = codec.u16(1) + codec.u16(APID) + codec.u16(9) + ALIVE
    foreign = codec.u16(1) + codec.u16(UNIT) + codec.u16(HIGH) + ALIVE
    assert notices(ask(chain, 19, 1, unknown)) == [(4, FailureCode.UNKNOWN_EVENT, 9)]
    assert notices(ask(chain, 19, 1, foreign)) == [(4, FailureCode.UNKNOWN_EVENT, HIGH)]


def test_a_second_action_for_an_event_is_refused() -> None:
    chain = build()
    added = ask(chain, 19, 1, entries((HIGH, ALIVE), (HIGH, SWITCH), (LOW, SWITCH)))
    assert notices(added) == [(4, FailureCode.EVENT_ACTION_EXISTS, HIGH)]
    assert {k: d.request for k, d in chain.services.st19.definitions.items()} == {
        (APID, HIGH): ALIVE,
        (APID, LOW): SWITCH,
    }


def test_an_enabled_action_is_not_replaced() -> None:
    added = ask(armed(), 19, 1, entries((HIGH, ALIVE)))
    assert notices(added) == [(4, FailureCode.EVENT_ACTION_ENABLED, HIGH)]


def test_a_full_list_takes_no_more() -> None:
    chain = build(Profile(max_event_actions=1))
    added = ask(chain, 19, 1, entries((HIGH, ALIVE), (LOW, ALIVE)))
    assert notices(added) == [(4, FailureCode.EVENT_ACTION_LIST_FULL, LOW)]


@pytest.mark.parametrize("cut", [1, 30, len(SWITCH) - 1, len(SWITCH) + 2])
def test_a_cut_request_cannot_be_decoded(cut: int) -> None:
    assert notices(ask(build(), 19, 1, entries((HIGH, SWITCH))[:-cut])) == [
        (2, FailureCode.UNDECODABLE, None)
    ]


def test_a_disabled_action_can_be_deleted_and_an_enabled_one_not() -> None:
    chain = armed()
    assert notices(ask(chain, 19, 2, ids(HIGH, LOW))) == [
        (4, FailureCode.EVENT_ACTION_ENABLED, HIGH),
        (4, FailureCode.UNKNOWN_EVENT_ACTION, LOW),
    ]
    ask(chain, 19, 5, ids(HIGH))
    assert ask(chain, 19, 2, ids(HIGH)) == []
    assert chain.services.st19.definitions == {}


def test_deleting_all_disables_the_function() -> None:
    chain = armed()
    assert ask(chain, 19, 3) == []
    assert not chain.services.st19.function
    assert [tm.data for tm in ask(chain, 19, 6)] == [codec.u16(0)]


@pytest.mark.parametrize("subtype", [4, 5, 10])
def test_an_unknown_action_is_refused_and_the_others_are_served(subtype: int) -> None:
    chain = build()
    ask(chain, 19, 1, entries((LOW, ALIVE), (HIGH, ALIVE)))
    ask(chain, 19, 4, ids(LOW))
    answered = ask(chain, 19, subtype, ids(FAILED, LOW, HIGH))
    assert notices(answered) == [(4, FailureCode.UNKNOWN_EVENT_ACTION, FAILED)]
    enabled = {4: {LOW, HIGH}, 5: set(), 10: {LOW}}[subtype]
    assert {event for _, event in chain.services.st19.enabled} == enabled


def test_unknown_actions_alone_are_not_reported() -> None:
    assert notices(ask(build(), 19, 10, ids(LOW))) == [(4, FailureCode.UNKNOWN_EVENT_ACTION, LOW)]
    assert ask(build(), 19, 10, ids()) == []


def test_none_named_means_all_where_the_standard_says_so() -> None:
    chain = build()
    ask(chain, 19, 1, entries((HIGH, ALIVE), (LOW, SWITCH)))
    assert ask(chain, 19, 4, ids()) == []
    [status] = ask(chain, 19, 6)
    assert status.data == codec.u16(2) + key(LOW) + b"\1" + key(HIGH) + b"\1"
    [definitions] = ask(chain, 19, 10, ids())
    assert definitions.data == codec.u16(2) + key(LOW) + b"\1" + SWITCH + key(HIGH) + b"\1" + ALIVE


@pytest.mark.parametrize("subtype", [1, 2])
def test_none_named_means_nothing_elsewhere(subtype: int) -> None:
    assert notices(ask(build(), 19, subtype, ids())) == [(2, FailureCode.UNDECODABLE, None)]


def test_a_stored_request_keeps_its_source_and_count() -> None:
    chain = watch(build(), LIMITS)
    arm(chain, HIGH, Tc(UNIT, 8, 1, b"x", source=3, sequence=77).pack())
    [(_, packet)] = released(chain)
    assert (decode_tc(packet).source, decode_tc(packet).sequence) == (3, 77)
