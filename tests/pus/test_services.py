"""The services of a process together: what they accept, what is due, what random requests do to them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.packets import Tc, Tm, decode_tm
from pus.procedure import Step
from pus.profile import Profile
from pus.st03 import ParameterSet, Structure
from pus.st18 import encode_code
from tests.pus.spacecraft import (
    APID,
    BUS,
    COUNT,
    EVENTS,
    GROUND,
    MODE,
    NAN,
    SECOND,
    SUMMARY,
    UNIT,
    VOLTAGE,
    ask,
    build,
    feed,
    notices,
    packets,
    request,
    samples,
)

ON = Tc(UNIT, 8, 1, codec.characters("ON")).pack()
PING = Tc(APID, 17, 1).pack()
NAME = codec.characters("P")
KINDS = sorted(
    (k, subtype) for k, service in build().process.services.items() for subtype in service.operations
)
SEQUENCE = {"P": (Step(ON, SECOND), Step(PING, 0))}
PROCEDURE = {"P": encode_code((Step(PING, SECOND, 1), Step(ON, 0, 2)))}


def full() -> Chain:
    """Return a chain in which every service has something to work on."""
    chain = build(Profile(summary_event=SUMMARY), sequences=SEQUENCE, procedures=PROCEDURE)
    services = chain.services
    for part in (services.st03.housekeeping, services.st03.diagnostic):
        part.define(Structure(1, 2, (VOLTAGE,), (ParameterSet(2, (MODE,)),)), enabled=True)
        part.define(Structure(2, 1, (COUNT,)), enabled=False)
    ask(chain, 21, 2, NAME)
    ask(chain, 18, 13, NAME)
    feed(chain, samples(BUS, voltage=[1.0], mode=[NAN]))
    return chain


def test_every_message_of_the_mission_is_offered() -> None:
    offered = {k: sorted(subtype for service, subtype in KINDS if service == k) for k, _ in KINDS}
    assert offered == {
        3: [*range(1, 10), 11, *range(27, 35)],
        5: [5, 6, 7],
        12: [*range(1, 9), 10, 13, *range(15, 26), 27],
        17: [1, 3],
        18: [*range(1, 9), *range(12, 18), *range(19, 23)],
        19: [*range(1, 7), 8, 9, 10],
        20: [1, 3],
        21: [1, 2, 3, 4, 5, 6, 8, 9, 11, 13],
    }


# --- what is accepted ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tc", "accepted"),
    [
        (Tc(APID, 17, 1), True),
        (Tc(APID, 21, 4), True),
        (Tc(APID, 17, 2), False),
        (Tc(APID, 8, 1), False),
        (Tc(UNIT, 8, 1), True),
        (Tc(UNIT, 200, 200), True),
        (Tc(0x99, 17, 1), False),
    ],
)
def test_stored_requests_are_for_our_services_or_for_processes_that_we_route_to(
    tc: Tc, accepted: bool
) -> None:
    assert build().services.accepts(tc) is accepted


def load_sequence(tc: Tc) -> tuple[int, int, bytes]:
    return 21, 1, codec.characters("X") + b"\0\1" + tc.pack() + bytes(6)


def load_procedure(tc: Tc) -> tuple[int, int, bytes]:
    code = encode_code((Step(tc.pack(), 0, 1),))
    return 18, 1, codec.characters("X") + codec.u16(len(code)) + code


@pytest.mark.parametrize(
    ("outer", "inner", "refused"),
    [
        (load_sequence, 21, FailureCode.BAD_SEQUENCE),
        (load_sequence, 18, FailureCode.BAD_SEQUENCE),
        (load_procedure, 18, FailureCode.OBCP_LOAD_FAILED),
        (load_procedure, 21, None),
    ],
)
def test_a_procedure_may_run_a_sequence_and_nothing_else_may_run_another(outer, inner, refused) -> None:  # type: ignore[no-untyped-def]
    """Sequence -> procedure -> sequence would go on forever, within one sample if the delays are 0."""
    for subtype in sorted(subtype for service, subtype in KINDS if service == inner):
        answer = ask(build(), *outer(Tc(APID, inner, subtype, NAME)))
        assert notices(answer) == ([] if refused is None else [(4, refused, None)])


# --- what is due ---------------------------------------------------------------------------------------


def test_nothing_is_due_in_a_process_without_definitions() -> None:
    assert build().services.deadline is None


def test_the_first_of_all_deadlines_counts() -> None:
    events = dict(EVENTS)
    chain = build(Profile(summary_event=SUMMARY), events, sequences=SEQUENCE, procedures=PROCEDURE)
    services = chain.services
    ask(chain, 17, 3, codec.u16(UNIT), time=0)
    assert services.deadline == 5 * SECOND
    services.st03.diagnostic.define(Structure(1, 40, (COUNT,)), enabled=True)
    assert services.deadline == 4 * SECOND
    ask(chain, 21, 8, NAME, time=3 * SECOND)
    assert services.deadline == 3 * SECOND
    ask(chain, 18, 19, NAME + b"\0", time=2 * SECOND)
    assert services.deadline == 2 * SECOND


def test_sequences_leave_before_procedures() -> None:
    chain = build(sequences=SEQUENCE, procedures=PROCEDURE)
    ask(chain, 18, 19, NAME + b"\0")
    ask(chain, 21, 8, NAME)
    assert chain.services.release(0) == [ON, PING]


# --- random requests -----------------------------------------------------------------------------------

TAILS = st.binary(max_size=40)
SMALL = st.lists(st.integers(0, 3), max_size=24).map(lambda numbers: b"".join(map(codec.u16, numbers)))
NAMED = st.tuples(st.just(NAME), TAILS | SMALL).map(b"".join)
DATA = TAILS | SMALL | NAMED


def assert_packable(reports: list[Tm]) -> None:
    """Every report fits a packet; the time code has 2^-16 s."""
    for tm in reports:
        assert replace(decode_tm(tm.pack()), time=tm.time) == tm


def assert_sound(chain: Chain, octets: bytes) -> None:
    reports = chain.process.execute(octets, SECOND)
    assert_packable(reports)
    assert len([tm for tm in reports if (tm.service, tm.subtype) == (1, 2)]) in {0, len(reports)}


@pytest.mark.parametrize(("service", "subtype"), KINDS)
@settings(max_examples=30)
@given(data=DATA)
def test_random_data_are_executed_or_refused(service: int, subtype: int, data: bytes) -> None:
    chain = full()
    assert_sound(chain, Tc(APID, service, subtype, data, GROUND).pack())
    chain.elapse(3 * SECOND)
    chain.elapse(30 * SECOND)


@given(st.lists(st.tuples(st.sampled_from(KINDS), DATA), max_size=20))
def test_random_requests_one_after_the_other_leave_a_process_that_works(
    requests: list[tuple[tuple[int, int], bytes]],
) -> None:
    chain = full()
    for k, (kind, data) in enumerate(requests):
        instants = [chain.execute(request(*kind, data), k * SECOND)]
        instants += feed(chain, samples(BUS, k * SECOND + 1, voltage=[1.0, 2.0], mode=[1, NAN]))
        while waiting := chain.take_queue():
            instants += [chain.execute(own, k * SECOND) for own in waiting]
        assert_packable(packets(chain, instants))
    [alive] = ask(chain, 17, 1)
    assert (alive.service, alive.subtype) == (17, 2)
