"""A run of a procedure: steps leave when they are due, never sooner than their delays allow."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import cuc
from pus.codec import Reader
from pus.failure import Failure, FailureCode, RequestError
from pus.packets import Tc
from pus.procedure import Run, Step, encode_steps, read_delay, read_request

A, B, C = b"a", b"b", b"c"
THREE = (Step(A, 10, 1), Step(B, 0, 2), Step(C, 5, 3))


def walk(run: Run, times: list[int]) -> list[tuple[int, bytes]]:
    return [(t, request) for t in times for request in run.release(t)]


def test_the_first_request_leaves_at_once_and_the_others_after_the_delays_before_them() -> None:
    run = Run(THREE, due=100)
    assert walk(run, list(range(98, 116))) == [(100, A), (110, B), (110, C)]
    assert run.is_over


def test_the_run_is_over_after_the_last_delay() -> None:
    run = Run(THREE, due=0)
    assert walk(run, [0, 10, 14]) == [(0, A), (10, B), (10, C)]
    assert not run.is_over
    assert run.release(15) == []
    assert run.is_over
    assert run.release(1000) == []


def test_a_late_release_does_not_shorten_the_delay_after_it() -> None:
    run = Run(THREE, due=0)
    assert walk(run, [7, 12, 17, 30]) == [(7, A), (17, B), (17, C)]


def test_what_is_current_is_the_step_that_left_last() -> None:
    run = Run(THREE, due=0)
    assert run.current == 0
    run.release(0)
    assert run.current == 1
    run.release(10)
    assert run.current == 3
    run.release(15)
    assert run.current == 0


def test_the_steps_ahead_have_yet_to_leave() -> None:
    run = Run(THREE, due=0)
    run.release(0)
    assert [step for step in range(5) if run.is_ahead(step)] == [2, 3]


@pytest.mark.parametrize(("after", "left"), [(0, [A]), (1, [A]), (2, [A, B]), (3, [A, B, C]), (9, [A, B, C])])
def test_a_run_stops_after_a_step(after: int, left: list[bytes]) -> None:
    run = Run(THREE, due=0, stop_after=after)
    assert [request for _, request in walk(run, [0, 10, 15])] == left
    assert run.is_over


@pytest.mark.parametrize(("after", "left"), [(0, [A]), (1, [A]), (2, [A, B]), (3, [A, B, C])])
def test_a_run_is_held_after_a_step_and_goes_on_when_it_is_resumed(after: int, left: list[bytes]) -> None:
    run = Run(THREE, due=0, hold_after=after)
    assert [request for _, request in walk(run, [0, 10, 15, 1000])] == left
    assert (run.due, run.is_over) == (None, False)
    run.resume(2000)
    assert [*left, *(request for _, request in walk(run, [2000, 2010, 2015]))] == [A, B, C]
    assert run.is_over


steps = st.lists(st.integers(0, 30), min_size=1, max_size=6).map(
    lambda delays: tuple(Step(bytes([k]), delay) for k, delay in enumerate(delays))
)
times = st.lists(st.integers(1, 40), min_size=1, max_size=40).map(
    lambda gaps: list(itertools.accumulate(gaps))
)


@given(steps, times)
def test_requests_leave_in_order_with_at_least_their_delays_between_them(
    procedure: tuple[Step, ...], offered: list[int]
) -> None:
    run = Run(procedure, due=0)
    left = walk(run, offered)
    assert [request[0] for _, request in left] == list(range(len(left)))
    for (before, request), (after, _) in itertools.pairwise(left):
        delay = procedure[request[0]].delay
        first = next(t for t in offered if t >= before + delay)
        assert after == first
    assert run.is_over == (len(left) == len(procedure) and offered[-1] >= left[-1][0] + procedure[-1].delay)


@given(steps, times)
def test_times_before_the_next_step_is_due_make_no_difference(
    procedure: tuple[Step, ...], offered: list[int]
) -> None:
    always, seldom = Run(procedure, due=0), Run(procedure, due=0)
    expected = walk(always, offered)
    found = [
        (t, request)
        for t in offered
        if seldom.due is not None and seldom.due <= t
        for request in seldom.release(t)
    ]
    assert (found, seldom.is_over) == (expected, always.is_over)


# --- octets --------------------------------------------------------------------------------------------

PING = Tc(0x42, 17, 1).pack()


def test_steps_are_requests_each_with_its_delay() -> None:
    encoded = encode_steps((Step(PING, 1_500_000_000), Step(PING, 0)))
    assert encoded.hex() == (PING.hex() + "000000018000") + (PING.hex() + "000000000000")


def test_an_embedded_request_is_delimited_by_its_own_length() -> None:
    reader = Reader(PING + b"rest")
    assert read_request(reader) == PING
    assert reader.rest() == b"rest"


@pytest.mark.parametrize("size", range(len(PING)))
def test_a_request_that_is_cut_is_not_accepted(size: int) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(Reader(PING[:size]))
    assert refused.value.failure == Failure(FailureCode.UNDECODABLE)


@given(st.binary(min_size=cuc.RELATIVE_SIZE, max_size=cuc.RELATIVE_SIZE))
def test_any_six_octets_are_a_delay(octets: bytes) -> None:
    delay = read_delay(Reader(octets))
    assert encode_steps((Step(b"", delay),)) == octets
