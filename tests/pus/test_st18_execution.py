"""ST[18] procedures run: steps, holds, stops, and statuses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.chain import Chain
from pus.failure import FailureCode
from pus.packets import Tc
from pus.procedure import Step
from pus.st18 import ObcpStatus, encode_code
from tests.pus.spacecraft import APID, GROUND, SECOND, UNIT, ask, ask_with_acks, build, kinds, notices

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


def test_steps_leave_one_after_the_other() -> None:
    built = started(time=5)
    assert built.services.st18.deadline == 5
    assert release(built, *range(0, 60, 5)) == [(5, A), (15, B), (25, C)]
    assert (status(built), built.services.st18.deadline) == (ObcpStatus.INACTIVE, None)


def test_a_procedure_is_loaded_by_reference_and_started() -> None:
    built = chain()
    assert ask(built, 18, 19, P + b"\2", time=5) == []
    assert built.services.st18.levels == {"P": 2}
    assert release(built, 5, 10 * SECOND, 10 * SECOND + 5) == [(5, A), (10 * SECOND + 5, B)]


def test_one_step_at_a_time() -> None:
    built = chain("P")
    ask(built, 18, 14, P + b"\0")
    assert release(built, *range(50)) == [(0, A)]
    assert status(built) is ObcpStatus.HELD
    assert ask(built, 18, 15, P, time=50) == []
    assert release(built, *range(50, 90)) == [(50, B)]
    ask(built, 18, 15, P, time=90)
    assert release(built, 90, 100, 110) == [(90, C)]
    assert status(built) is ObcpStatus.HELD
    ask(built, 18, 15, P, time=120)
    assert release(built, 120) == []
    assert status(built) is ObcpStatus.INACTIVE


def test_a_suspended_procedure_goes_on_with_the_next_step_when_it_is_resumed() -> None:
    built = started()
    release(built, 0)
    assert ask(built, 18, 5, P + b"\0\0", time=1) == []
    assert (status(built), built.services.st18.deadline) == (ObcpStatus.HELD, None)
    assert release(built, 10, 100) == []
    assert ask(built, 18, 6, P, time=200) == []
    assert release(built, 200, 210) == [(200, B), (210, C)]


def test_a_procedure_is_suspended_after_a_step_to_come() -> None:
    built = started()
    assert ask(built, 18, 5, P + b"\0\2") == []
    assert release(built, 0, 10, 20, 30) == [(0, A), (10, B)]
    assert status(built) is ObcpStatus.HELD


def test_a_procedure_is_suspended_at_the_step_under_way_by_its_name() -> None:
    built = started()
    release(built, 0)
    assert ask(built, 18, 5, P + b"\0\1") == []
    assert status(built) is ObcpStatus.HELD


@pytest.mark.parametrize(("step", "left"), [(0, [A]), (1, [A]), (2, [A, B]), (3, [A, B, C])])
def test_a_procedure_is_stopped_after_a_step(step: int, left: list[bytes]) -> None:
    built = started()
    first = release(built, 0)
    assert ask(built, 18, 4, P + codec.u16(step)) == []
    assert [request for _, request in first + release(built, 10, 20, 30)] == left
    assert status(built) is ObcpStatus.INACTIVE


def test_a_held_procedure_is_stopped_at_once() -> None:
    built = started()
    ask(built, 18, 5, P + b"\0\0")
    assert ask(built, 18, 4, P + b"\0\3") == []
    assert status(built) is ObcpStatus.INACTIVE


@pytest.mark.parametrize("subtype", [4, 5])
def test_steps_that_have_left_or_do_not_exist_cannot_be_waited_for(subtype: int) -> None:
    built = started()
    release(built, 0, 10)
    for step in (1, 9):
        assert notices(ask(built, 18, subtype, P + codec.u16(step))) == [(4, STATE, None)]
    assert release(built, 20) == [(20, C)]


def test_a_procedure_is_stopped_and_unloaded() -> None:
    built = started()
    release(built, 0)
    assert ask(built, 18, 20, P + b"\0\0") == []
    assert built.services.st18.procedures == {}
    assert release(built, 10, 100) == []


def test_only_the_step_under_way_is_stopped_and_unloaded() -> None:
    built = started()
    assert notices(ask(built, 18, 20, P + b"\0\2")) == [(4, STATE, None)]
    assert status(built) is ObcpStatus.RUNNING


def test_an_aborted_procedure_releases_nothing() -> None:
    built = started()
    release(built, 0)
    assert ask(built, 18, 12, P) == []
    assert release(built, 10, 100) == []
    assert set(built.services.st18.procedures) == {"P"}


def test_all_active_procedures_are_aborted_and_reported() -> None:
    built = chain("P", "IDLE", "Q")
    for text in ("Q", "P"):
        ask(built, 18, 3, codec.characters(text) + b"\0")
    [aborted] = ask(built, 18, 17)
    assert (aborted.service, aborted.subtype, aborted.destination) == (18, 18, GROUND)
    assert aborted.data == b"\0\2" + P + b"Q".ljust(16, b"\0")
    assert release(built, 0, 100) == []


def test_the_statuses_of_all_procedures_are_reported_in_order_of_their_names() -> None:
    built = chain("P", "H", "A")
    for text in ("P", "H"):
        ask(built, 18, 3, codec.characters(text) + b"\0")
    ask(built, 18, 5, codec.characters("H") + b"\0\0")
    [told] = ask(built, 18, 8)
    assert (told.subtype, told.destination) == (9, GROUND)
    entries = [b"A".ljust(16, b"\0") + b"\0", b"H".ljust(16, b"\0") + b"\2", P + b"\1"]
    assert told.data == b"\0\3" + b"".join(entries)


def test_parameters_may_be_communicated_to_an_active_procedure_only() -> None:
    built = started()
    assert kinds(ask_with_acks(built, 18, 7, P)) == [(1, 1), (1, 3), (1, 7)]
    assert notices(ask(chain("P"), 18, 7, P)) == [(4, STATE, None)]


# --- laws ----------------------------------------------------------------------------------------------

operations = st.lists(
    st.tuples(
        st.sampled_from((2, 3, 4, 5, 6, 12, 13, 14, 15, 17, 19, 20, 21, 22)),
        st.sampled_from("PQ"),
        st.integers(0, 4),
        st.integers(0, 25),
    ),
    max_size=25,
)


@given(operations)
def test_only_running_procedures_release_and_only_their_own_steps(
    requests: list[tuple[int, str, int, int]],
) -> None:
    built = build(procedures={"P": CODE, "Q": encode_code((Step(PING, 3 * SECOND, 1), Step(PING, 3, 2)))})
    service, time = built.services.st18, 0
    for subtype, text, step, wait in requests:
        name = codec.characters(text)
        tail = {4: codec.u16(step), 5: codec.u16(step), 20: codec.u16(step)}.get(subtype, b"")
        tail = b"\0" if subtype in (3, 14, 19) else tail
        ask(built, 18, subtype, b"" if subtype in (17, 21, 22) else name + tail, time=time)
        for _ in range(wait):
            running = {k for k in "PQ" if service.status(k) is ObcpStatus.RUNNING}
            left = service.release(time)
            assert not left or running
            assert ("P" in running) or not set(left) & {A, B, C}
            assert ("Q" in running) or PING not in left
            assert set(service.runs) <= set(service.procedures)
            time += SECOND
