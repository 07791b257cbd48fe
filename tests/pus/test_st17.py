"""ST[17] test: are you alive, and on-board connections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.packets import ACK_ALL, Tc, Tm, decode_tc
from tests.pus.spacecraft import (
    APID,
    GROUND,
    SECOND,
    UNIT,
    ask,
    ask_with_acks,
    build,
    bus,
    feed,
    kinds,
    notices,
    packets,
    request,
)


def test_the_process_is_alive() -> None:
    [alive] = ask(build(), 17, 1)
    assert (alive.service, alive.subtype, alive.data, alive.destination) == (17, 2, b"", GROUND)


def test_the_connection_to_itself_is_good_at_once() -> None:
    answered = ask_with_acks(build(), 17, 3, codec.u16(APID))
    assert kinds(answered) == [(1, 1), (1, 3), (17, 4), (1, 7)]
    assert answered[2].data == codec.u16(APID)


def test_an_unknown_process_cannot_be_tested() -> None:
    assert notices(ask(build(), 17, 3, codec.u16(0x99))) == [(4, FailureCode.APID_NOT_TESTABLE, 0x99)]


def test_another_process_is_asked_whether_it_is_alive() -> None:
    chain = build()
    instant = chain.execute(request(17, 3, codec.u16(UNIT), ack=ACK_ALL), 0)
    assert [(r.service, r.subtype) for r in instant.reports] == [(1, 1), (1, 3)]
    [(event, packet)] = instant.requests
    asked = decode_tc(packet)
    assert (event, asked.apid, asked.service, asked.subtype) == (None, UNIT, 17, 1)


def test_its_answer_completes_the_test() -> None:
    chain = build()
    chain.execute(request(17, 3, codec.u16(UNIT), ack=ACK_ALL), 0)
    told = packets(chain, [chain.alive(UNIT, SECOND)])
    assert kinds(told) == [(17, 4), (1, 7)]
    assert told[0].data == codec.u16(UNIT)
    assert {tm.destination for tm in told} == {GROUND}


def test_an_answer_that_nobody_waits_for_is_not_reported() -> None:
    assert build().alive(UNIT, 0).is_empty


def test_one_test_at_a_time_is_under_way() -> None:
    chain = build()
    ask(chain, 17, 3, codec.u16(UNIT))
    assert notices(ask(chain, 17, 3, codec.u16(UNIT))) == [(4, FailureCode.APID_NOT_TESTABLE, UNIT)]


def test_no_answer_in_time_fails_the_completion() -> None:
    chain = build()
    chain.execute(request(17, 3, codec.u16(UNIT)), 0)
    assert feed(chain, bus(28.0, start=5 * SECOND - 1)) == []
    told = packets(chain, feed(chain, bus(28.0, start=5 * SECOND)))
    assert notices(told) == [(8, FailureCode.NO_ANSWER, UNIT)]
    assert chain.alive(UNIT, 6 * SECOND).is_empty


# --- several tests under way ---------------------------------------------------------------------------

OTHER = 0x52


def two_partners() -> Chain:
    return build(routes=(UNIT, OTHER))


def test_each_process_is_waited_for_on_its_own() -> None:
    chain = two_partners()
    chain.execute(request(17, 3, codec.u16(OTHER), ack=ACK_ALL), 0)
    chain.execute(request(17, 3, codec.u16(UNIT), ack=ACK_ALL), SECOND)
    assert chain.services.st17.deadline == 5 * SECOND
    answered = packets(chain, [chain.alive(UNIT, 2 * SECOND)])
    assert (kinds(answered), answered[0].data) == ([(17, 4), (1, 7)], codec.u16(UNIT))
    late = packets(chain, [chain.elapse(5 * SECOND)])
    assert notices(late) == [(8, FailureCode.NO_ANSWER, OTHER)]
    assert (chain.services.st17.deadline, chain.process.pending) == (None, {})


def test_late_processes_are_told_in_order_of_their_apids() -> None:
    chain = two_partners()
    for apid in (OTHER, UNIT):
        chain.execute(request(17, 3, codec.u16(apid)), 0)
    late = packets(chain, [chain.elapse(9 * SECOND)])
    assert [offender for _, _, offender in notices(late)] == [UNIT, OTHER]


def test_a_refused_second_test_leaves_the_first_under_way() -> None:
    chain = build()
    first = Tc(APID, 17, 3, codec.u16(UNIT), GROUND, sequence=5).pack()
    second = Tc(APID, 17, 3, codec.u16(UNIT), GROUND, sequence=6).pack()
    chain.execute(first, 0)
    refused = chain.execute(second, SECOND)
    assert refused.requests == []
    assert notices(packets(chain, [refused])) == [(4, FailureCode.APID_NOT_TESTABLE, UNIT)]
    completed = packets(chain, [chain.alive(UNIT, 2 * SECOND)])[1]
    assert completed.data == first[:4]


@pytest.mark.parametrize("answer", [True, False])
def test_a_process_can_be_tested_again_once_its_test_is_over(answer: bool) -> None:
    chain = build()
    chain.execute(request(17, 3, codec.u16(UNIT)), 0)
    over = chain.alive(UNIT, SECOND) if answer else chain.elapse(5 * SECOND)
    assert len(over.reports) == 1
    again = chain.execute(request(17, 3, codec.u16(UNIT)), 6 * SECOND)
    assert (again.reports, len(again.requests)) == ([], 1)


def test_the_result_is_told_also_if_no_acknowledgement_is_asked_for() -> None:
    chain = build()
    assert chain.execute(request(17, 3, codec.u16(UNIT)), 0).reports == []
    assert kinds(packets(chain, [chain.alive(UNIT, SECOND)])) == [(17, 4)]


@pytest.mark.parametrize(
    ("subtype", "data"), [(1, b"\0"), (3, b""), (3, b"\0"), (3, codec.u16(UNIT) + b"\0")]
)
def test_data_that_do_not_follow_the_layout_are_not_accepted(subtype: int, data: bytes) -> None:
    chain = build()
    assert notices(ask(chain, 17, subtype, data)) == [(2, FailureCode.UNDECODABLE, None)]
    assert chain.services.st17.waiting == {}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("test", "alive", "tick")), st.sampled_from((UNIT, OTHER)), st.integers(0, 3)
        ),
        max_size=30,
    )
)
def test_every_test_that_begins_has_exactly_one_end(steps: list[tuple[str, int, int]]) -> None:
    chain, time = two_partners(), 0
    found: list[Tm] = []
    for action, apid, wait in [*steps, ("tick", UNIT, 9)]:
        time += wait * SECOND
        if action == "test":
            found += packets(chain, [chain.execute(request(17, 3, codec.u16(apid), ack=ACK_ALL), time)])
        else:
            found += packets(chain, [chain.alive(apid, time) if action == "alive" else chain.elapse(time)])
    begun = kinds(found).count((1, 3))
    failed = [notice for notice in notices(found) if notice[0] == 8]
    assert begun == kinds(found).count((17, 4)) + len(failed)
    assert kinds(found).count((17, 4)) == kinds(found).count((1, 7))
    assert chain.process.pending == {}
