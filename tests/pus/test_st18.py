"""ST[18] on-board control procedures: layouts, refusals, steps, holds, and the engine."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode, RequestError
from pus.packets import Tc
from pus.procedure import Step
from pus.st18 import MAX_LEVEL, ControlProcedures, ObcpStatus, encode_code, read_code
from tests.pus.spacecraft import APID, SECOND, UNIT, ask, ask_with_acks, build, kinds, notices

A, B, C = (Tc(UNIT, 8, 1, codec.characters(text)).pack() for text in "ABC")
PING = Tc(APID, 17, 1).pack()
THREE = (Step(A, 10, 1), Step(B, 10, 2), Step(C, 10, 3))
CODE = encode_code(tuple(replace(step, delay=10 * SECOND) for step in THREE))
FAILED = FailureCode.OBCP_LOAD_FAILED
UNKNOWN = FailureCode.UNKNOWN_OBCP
STATE = FailureCode.WRONG_OBCP_STATE
P = b"P".ljust(16, b"\0")


def chain(*loaded: str) -> Chain:
    """Return a chain with a repository, in which some procedures are loaded."""
    built = build(procedures={"P": CODE, "BROKEN": CODE[:-1]})
    built.services.st18.procedures.update(dict.fromkeys(loaded, THREE))
    return built


def started(time: int = 0) -> Chain:
    built = chain("P")
    assert ask(built, 18, 3, P + b"\0", time=time) == []
    return built


def load(code: bytes) -> bytes:
    return P + codec.u16(len(code)) + code


def release(built: Chain, *times: int) -> list[tuple[int, bytes]]:
    return [(time, request) for time in times for request in built.services.st18.release(time)]


def status(built: Chain) -> ObcpStatus:
    return built.services.st18.status("P")


# --- code ----------------------------------------------------------------------------------------------


def test_the_code_is_a_list_of_steps_with_request_and_delay() -> None:
    code = encode_code((Step(PING, 1_500_000_000, 7),))
    assert code.hex() == "0001" + "0007" + PING.hex() + "000000018000"
    assert read_code(code) == (Step(PING, 1_500_000_000, 7),)


@given(st.binary(max_size=60) | st.integers(0, len(CODE)).map(lambda n: CODE[:n]))
def test_any_octets_are_code_or_are_refused(octets: bytes) -> None:
    try:
        steps = read_code(octets)
    except RequestError:
        return
    assert encode_code(steps) == octets


# --- loading -------------------------------------------------------------------------------------------


def test_a_procedure_is_loaded() -> None:
    built = chain()
    assert kinds(ask_with_acks(built, 18, 1, load(CODE))) == [(1, 1), (1, 3), (1, 7)]
    assert built.services.st18.procedures["P"] == tuple(replace(step, delay=10 * SECOND) for step in THREE)


def test_a_procedure_is_loaded_by_reference_and_unloaded() -> None:
    built = chain()
    assert ask(built, 18, 13, P) == []
    assert set(built.services.st18.procedures) == {"P"}
    assert ask(built, 18, 2, P) == []
    assert built.services.st18.procedures == {}


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b"\0\0",
        CODE[:-1],
        CODE + b"\0",
        encode_code((Step(A, 0, 0),)),
        encode_code((Step(A[:-1] + b"\0", 0, 1),)),
        encode_code((*THREE, Step(Tc(0x99, 8, 1).pack(), 0, 4))),
        encode_code((Step(Tc(APID, 8, 1).pack(), 0, 1),)),
        encode_code((Step(Tc(APID, 18, 12, P).pack(), 0, 1),)),
    ],
    ids=[
        "no octets", "no steps", "cut", "trailing octet", "step 0", "check word", "unknown process",
        "unknown service", "itself",
    ],
)  # fmt: skip
def test_code_that_could_not_be_executed_or_could_loop_is_refused(code: bytes) -> None:
    built = chain()
    assert notices(ask(built, 18, 1, load(code))) == [(4, FAILED, None)]
    assert built.services.st18.procedures == {}


def test_a_procedure_may_address_sequences_and_the_procedures_of_another_process() -> None:
    sequence = Step(Tc(APID, 21, 4, P).pack(), 0, 1)
    foreign = Step(Tc(UNIT, 18, 12, P).pack(), 0, 2)
    assert ask(chain(), 18, 1, load(encode_code((sequence, foreign)))) == []


def test_more_procedures_than_there_is_room_for_are_refused() -> None:
    built = chain("Q")
    built.services.st18.capacity = 1
    assert notices(ask(built, 18, 1, load(CODE))) == [(4, FAILED, None)]


@pytest.mark.parametrize("text", ["BROKEN", "MISSING"])
def test_what_the_repository_has_not_or_is_no_procedure_cannot_be_loaded(text: str) -> None:
    built = chain()
    assert notices(ask(built, 18, 13, codec.characters(text))) == [(4, FAILED, None)]
    assert notices(ask(built, 18, 19, codec.characters(text) + b"\0")) == [(4, FAILED, None)]
    assert built.services.st18.procedures == built.services.st18.runs == {}


def test_a_loaded_procedure_is_not_loaded_again() -> None:
    built = chain("P")
    for subtype, data in ((1, load(CODE)), (13, P), (19, P + b"\0")):
        assert notices(ask(built, 18, subtype, data)) == [(4, STATE, None)]
    assert built.services.st18.runs == {}


# --- refusals ------------------------------------------------------------------------------------------

TAILS = {3: b"\0", 14: b"\0", 4: b"\0\0", 5: b"\0\0", 20: b"\0\0"}


@pytest.mark.parametrize("subtype", [2, 3, 4, 5, 6, 7, 12, 14, 15, 20])
def test_an_unknown_procedure_is_refused(subtype: int) -> None:
    data = codec.characters("X") + TAILS.get(subtype, b"")
    assert notices(ask(chain(), 18, subtype, data)) == [(4, UNKNOWN, None)]


@pytest.mark.parametrize("subtype", [4, 5, 6, 7, 12, 15, 20])
def test_what_needs_an_active_procedure_is_refused_while_it_is_inactive(subtype: int) -> None:
    assert notices(ask(chain("P"), 18, subtype, P + TAILS.get(subtype, b""))) == [(4, STATE, None)]


@pytest.mark.parametrize("subtype", [2, 3, 6, 14, 15])
def test_what_needs_another_state_is_refused_while_the_procedure_runs(subtype: int) -> None:
    built = started()
    assert notices(ask(built, 18, subtype, P + TAILS.get(subtype, b""))) == [(4, STATE, None)]
    assert release(built, 0, 10, 20) == [(0, A), (10, B), (20, C)]


def test_a_held_procedure_is_not_suspended_again() -> None:
    built = started()
    ask(built, 18, 5, P + b"\0\0")
    for step in (0, 2):
        assert notices(ask(built, 18, 5, P + codec.u16(step))) == [(4, STATE, None)]


@pytest.mark.parametrize(
    ("subtype", "data"),
    [
        (1, P),
        (1, load(CODE)[:-1]),
        (1, load(CODE) + b"\0"),
        (2, P + b"\0"),
        (3, P),
        (3, P + b"\0\0"),
        (4, P + b"\0"),
        (8, b"\0"),
        (16, b"\0\0"),
        (16, b"\0\1" + P),
        (17, b"\0"),
        (21, b"\0"),
        (22, b"\0"),
        (7, P + b"\0"),
    ],
)
def test_data_that_do_not_follow_the_layout_are_not_accepted(subtype: int, data: bytes) -> None:
    built = chain("P")
    assert notices(ask(built, 18, subtype, data)) == [(2, FailureCode.UNDECODABLE, None)]
    assert (built.services.st18.runs, built.services.st18.engine) == ({}, True)


# --- observability and engine --------------------------------------------------------------------------


def test_observability_levels_are_set() -> None:
    built = chain("P", "Q")
    q = b"Q".ljust(16, b"\0")
    assert ask(built, 18, 16, b"\0\2" + P + b"\1" + q + b"\3") == []
    assert built.services.st18.levels == {"P": 1, "Q": 3}
    ask(built, 18, 2, P)
    assert built.services.st18.levels == {"Q": 3}


def test_levels_of_unknown_procedures_and_unknown_levels_are_refused() -> None:
    built = chain("P", "Q")
    x, q = b"X".ljust(16, b"\0"), b"Q".ljust(16, b"\0")
    answer = ask(built, 18, 16, b"\0\3" + x + b"\1" + P + bytes([MAX_LEVEL + 1]) + q + b"\2")
    assert notices(answer) == [(4, UNKNOWN, None), (4, STATE, None)]
    assert built.services.st18.levels == {"Q": 2}


@pytest.mark.parametrize("subtype", [3, 14, 19])
def test_a_procedure_is_not_started_with_an_unknown_level(subtype: int) -> None:
    built = chain("P")
    assert notices(ask(built, 18, subtype, P + bytes([MAX_LEVEL + 1]))) == [(4, STATE, None)]
    assert built.services.st18.runs == {}


def test_stopping_the_engine_aborts_all_procedures() -> None:
    built = started()
    assert ask(built, 18, 22) == []
    assert (built.services.st18.runs, built.services.st18.deadline) == ({}, None)
    assert release(built, 0, 100) == []
    for subtype in (3, 14, 19):
        assert notices(ask(built, 18, subtype, P + b"\0")) == [(4, STATE, None)]


def test_procedures_run_again_once_the_engine_is_started() -> None:
    built = chain("P")
    ask(built, 18, 22)
    assert ask(built, 18, 21) == []
    assert ask(built, 18, 3, P + b"\0") == []
    assert release(built, 0) == [(0, A)]


def test_the_service_stands_alone() -> None:
    service = ControlProcedures(APID, lambda tc: tc.apid == UNIT)
    data = codec.Reader(load(CODE))
    assert service.load(data, 0).failures == ()
    assert service.operations[13](codec.Reader(P), 0).failures[0].code is FAILED
