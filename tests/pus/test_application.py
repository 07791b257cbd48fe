"""The application process: accepts, routes, executes and reports; every failure is a report."""

import binascii
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pus import codec
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import ACK_ALL, SEQUENCE_MODULO, Report, Tc, Tm, decode_tm
from pus.profile import Profile
from pus.service import Execution
from pus.st08 import FunctionManagement
from pus.st12.definitions import Fmon, Limit, Pmon
from tests.pus import spacecraft, vectors
from tests.pus.spacecraft import APID, GROUND, HIGH, VOLTAGE, ask, kinds, notices, request


class Echo:
    """A service whose executions are given."""

    number = 200

    def __init__(self, execution: Execution) -> None:
        self.operations = {1: lambda reader, time: execution}


def process(execution: Execution) -> ApplicationProcess:
    return ApplicationProcess(APID, [Echo(execution)])


# --- acceptance ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("packet", "notice"),
    [
        (b"", (2, FailureCode.LENGTH, None)),
        (request(17, 1)[:-1] + b"\0", (2, FailureCode.CRC, None)),
        (request(17, 1, apid=0x43), (2, FailureCode.APID, 0x43)),
        (request(8, 1), (2, FailureCode.SERVICE, 8)),
        (request(17, 99), (2, FailureCode.SUBTYPE, 99)),
        (request(17, 1, b"\0"), (2, FailureCode.UNDECODABLE, None)),
    ],
)
def test_a_request_that_fails_acceptance_gets_one_notice(
    packet: bytes, notice: tuple[int, FailureCode, int | None]
) -> None:
    assert notices(spacecraft.build().process.execute(packet, 0)) == [notice]


def test_the_notice_goes_to_the_source_of_the_request_if_it_can_be_read() -> None:
    process = spacecraft.build().process
    assert [tm.destination for tm in process.execute(request(17, 99), 0)] == [GROUND]
    assert [tm.destination for tm in process.execute(request(17, 99)[:-1] + b"\0", 0)] == [0]


def test_a_notice_echoes_the_request_id_padded_if_need_be() -> None:
    [notice] = spacecraft.build().process.execute(b"\x18\x42", 0)
    assert notice.data.hex() == "18420000" + "0002"


# --- outcome -------------------------------------------------------------------------------------------


def test_success_is_acknowledged_as_far_as_the_request_asks() -> None:
    for ack, expected in (
        (0, []),
        (1, [(1, 1)]),
        (2, [(1, 3)]),
        (8, [(1, 7)]),
        (15, [(1, 1), (1, 3), (1, 7)]),
    ):
        answered = process(Execution()).execute(request(200, 1, ack=ack), 0)
        assert kinds(answered) == expected


def test_a_response_stands_between_start_and_completion_and_goes_to_the_requester() -> None:
    answered = process(Execution((Report(200, 2, b"x"),))).execute(request(200, 1, ack=ACK_ALL), 5)
    assert kinds(answered) == [(1, 1), (1, 3), (200, 2), (1, 7)]
    assert {tm.destination for tm in answered} == {GROUND}
    assert {tm.time for tm in answered} == {5}


def test_every_faulty_instruction_gets_a_notice_and_then_neither_start_nor_completion_is_told() -> None:
    failures = (Failure(FailureCode.UNKNOWN_PMON, 3), Failure(FailureCode.UNKNOWN_PMON, 4))
    answered = process(Execution((Report(200, 2, b""),), failures)).execute(request(200, 1, ack=ACK_ALL), 0)
    assert kinds(answered) == [(1, 1), (1, 4), (1, 4), (200, 2)]
    assert [offender for _, _, offender in notices(answered)] == [3, 4]


def test_an_execution_that_starts_and_fails_is_told_as_failed_completion() -> None:
    answered = process(Execution(incomplete=Failure(FailureCode.NOT_EXECUTED))).execute(
        request(200, 1, ack=ACK_ALL), 0
    )
    assert kinds(answered) == [(1, 1), (1, 3), (1, 8)]


def test_an_execution_that_goes_on_is_completed_later() -> None:
    pending = process(Execution(pending="test", requests=(b"packet",)))
    assert kinds(pending.execute(request(200, 1, ack=ACK_ALL), 0)) == [(1, 1), (1, 3)]
    assert pending.take_outgoing() == [b"packet"]
    assert pending.take_outgoing() == []
    reports = pending.complete("test", (Report(200, 2, b""),))
    assert [(r.service, r.subtype, r.destination) for r in reports] == [(200, 2, GROUND), (1, 7, GROUND)]


def test_an_execution_that_goes_on_may_fail() -> None:
    pending = process(Execution(pending="test"))
    pending.execute(request(200, 1), 0)
    [notice] = pending.complete("test", failure=Failure(FailureCode.NO_ANSWER, 7))
    assert (notice.service, notice.subtype) == (1, 8)


def test_telemetry_is_counted_and_the_count_wraps() -> None:
    chain = spacecraft.build()
    chain.process.sequence = SEQUENCE_MODULO - 1
    assert [tm.sequence for _ in range(3) for tm in ask(chain, 17, 1)] == [SEQUENCE_MODULO - 1, 0, 1]


# --- anything may arrive -------------------------------------------------------------------------------


def furnished() -> ApplicationProcess:
    """Return a process with every service, and definitions to hit."""
    chain = spacecraft.build(Profile(max_pmons=5, max_fmons=3, max_event_actions=3))
    pmons = [Pmon(k, VOLTAGE, Limit(20.0, 32.0, 0, HIGH), 1) for k in (1, 2, 3)]
    spacecraft.watch(chain, *pmons, Fmon(1, spacecraft.FAILED, (1, 2)))
    spacecraft.arm(chain, HIGH, request(17, 1))
    function = FunctionManagement(spacecraft.FUNCTIONS, lambda name, arguments: None)
    chain.process.services[function.number] = function
    return chain.process


SERVICES = furnished().services
REQUESTS = sorted((k, subtype) for k, service in SERVICES.items() for subtype in service.operations)
SMALL = st.integers(0, 6).map(codec.u16)
FIELDS = st.one_of(
    SMALL,
    st.sampled_from([codec.u16(k) for k in spacecraft.PARAMETERS.by_id]),
    st.sampled_from([codec.u16(k) for k in (*spacecraft.EVENTS, APID)]),
    st.sampled_from([request(17, 1), codec.characters("POWER_CYCLE"), bytes(6), b"\x01", b"\x02"]),
    st.binary(max_size=12),
)
DATA = st.lists(FIELDS, max_size=12).map(b"".join)


def assert_verified(answered: list[Tm]) -> None:
    """Every report can be packed; a request is verified as accepted or as failed, not as both."""
    for tm in answered:
        assert decode_tm(tm.pack()) == tm
    subtypes = [tm.subtype for tm in answered if tm.service == 1]
    assert subtypes == [2] or subtypes[0] == 1


def sealed(octets: bytes) -> bytes:
    return octets[:-2] + binascii.crc_hqx(octets[:-2], 0xFFFF).to_bytes(2, "big")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(REQUESTS), DATA), min_size=1, max_size=25))
def test_random_application_data_is_executed_or_refused(
    requests: list[tuple[tuple[int, int], bytes]],
) -> None:
    process = furnished()
    for (service, subtype), data in requests:
        assert_verified(process.execute(request(service, subtype, data, ack=ACK_ALL), 0))


@given(st.sampled_from(sorted(vectors.TC)), st.data())
def test_a_damaged_golden_request_is_executed_or_refused(name: str, data: st.DataObject) -> None:
    octets = bytearray(vectors.TC[name].packet)
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 3))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(octets), *range(2, len(octets))]))
    octets = octets[:cut] + b"\0\0"
    octets[4:6] = codec.u16(max(0, len(octets) - 7))
    for tm in furnished().execute(sealed(bytes(octets)), 0):
        assert decode_tm(tm.pack()) == tm


@given(st.binary(max_size=60))
def test_random_octets_get_one_notice(octets: bytes) -> None:
    assert kinds(furnished().execute(octets, 0)) == [(1, 2)]


@pytest.mark.parametrize(("service", "subtype"), REQUESTS)
@pytest.mark.parametrize("tail", [b"\0", b"\xff" * 40], ids=["one", "forty"])
def test_no_request_is_executed_if_octets_are_left_over(
    service: int, subtype: int, tail: bytes, complete_data: Callable[[int, int], bytes]
) -> None:
    data = complete_data(service, subtype) + tail
    answered = furnished().execute(request(service, subtype, data), 0)
    assert {subtype for subtype, _, _ in notices(answered)} & {2, 4}
    assert kinds(answered) == [(1, tm.subtype) for tm in answered]


@pytest.fixture
def complete_data() -> Callable[[int, int], bytes]:
    """Return data that a request accepts; nothing is the default."""
    named = codec.characters("POWER_CYCLE")

    def data(service: int, subtype: int) -> bytes:
        listed = {(12, k) for k in (1, 2, 6, 8, 19, 20, 21, 22, 24, 25)} | {(5, 5), (5, 6), (20, 1)}
        if (service, subtype) in listed:
            return codec.DEFAULT.ids([1])
        if service == 18 and subtype not in (1, 8, 16, 17, 21, 22):
            return named
        if service == 21 and subtype not in (1, 6, 13):
            return named
        return {(12, 3): codec.u32(5), (17, 3): codec.u16(APID)}.get((service, subtype), b"")

    return data


def test_a_request_that_nobody_knows_is_not_packed_into_a_report() -> None:
    echo = Tc(APID, 200, 1, ack=0)
    assert process(Execution()).execute(echo.pack(), 0) == []
