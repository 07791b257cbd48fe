"""ST[17] test: are you alive, and on-board connections."""

from pus import codec
from pus.failure import FailureCode
from pus.packets import ACK_ALL, decode_tc
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
