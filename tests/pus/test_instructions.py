"""Requests with several instructions: each is executed or refused on its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus import codec
from pus.codec import Reader
from pus.failure import Failure, FailureCode, RequestError
from pus.instructions import UnreadableError, each, read_each, read_list, select

UNKNOWN = FailureCode.UNKNOWN_PARAMETER
numbers = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=8)


def refuse_odd(number: int) -> Failure | None:
    return Failure(UNKNOWN, number) if number % 2 else None


def even(reader: Reader) -> int:
    """Read a number; only even ones are readable."""
    number = reader.u16()
    if number % 2:
        raise UnreadableError(Failure(UNKNOWN, number))
    return number


@given(numbers)
def test_every_faulty_instruction_is_one_failure(instructions: list[int]) -> None:
    failures = each(instructions, refuse_odd).failures
    assert [failure.id for failure in failures] == [k for k in instructions if k % 2]


@given(numbers)
def test_an_unreadable_instruction_ends_the_list(instructions: list[int]) -> None:
    reader = Reader(codec.DEFAULT.ids(instructions))
    found, failures = read_list(reader, lambda: even(reader))
    odd = [k for k, number in enumerate(instructions) if number % 2]
    readable = odd[0] if odd else len(instructions)
    assert found == instructions[:readable]
    left = len(instructions) - readable - 1
    expected = [Failure(UNKNOWN, instructions[readable])] if odd else []
    expected += [Failure(FailureCode.REMAINDER, left)] if odd and left else []
    assert list(failures) == expected


def test_the_instructions_before_an_unreadable_one_are_executed() -> None:
    reader = Reader(codec.DEFAULT.ids([2, 4, 5, 6]))
    executed: list[int] = []
    execution = read_each(reader, lambda: even(reader), lambda k: executed.append(k) or refuse_odd(k // 2))
    assert executed == [2, 4]
    codes = [(failure.code, failure.id) for failure in execution.failures]
    assert codes == [(UNKNOWN, 1), (UNKNOWN, 5), (FailureCode.REMAINDER, 1)]


@pytest.mark.parametrize("data", ["", "0000", "0001", "0002 0002", "0001 0002 00"])
def test_a_list_that_does_not_fit_its_count_is_not_accepted(data: str) -> None:
    reader = Reader(bytes.fromhex(data))
    with pytest.raises(RequestError) as refused:
        read_each(reader, reader.u16, refuse_odd)
    assert refused.value.failure == Failure(FailureCode.UNDECODABLE)


def test_nothing_is_executed_if_octets_are_left_over() -> None:
    executed: list[int] = []
    reader = Reader(codec.DEFAULT.ids([1, 2]) + b"\0")
    with pytest.raises(RequestError, match="trailing"):
        read_each(reader, reader.u16, executed.append)
    assert executed == []


def test_an_unreadable_instruction_names_its_failure() -> None:
    assert str(UnreadableError(Failure(UNKNOWN, 7))) == "UNKNOWN_PARAMETER 7"


TABLE = {3: "c", 1: "a", 2: "b"}


def test_no_identifiers_select_all_in_order() -> None:
    assert select(Reader(b"\0\0"), TABLE, UNKNOWN) == ([1, 2, 3], ())


def test_unknown_identifiers_are_failures_and_the_others_are_selected() -> None:
    found, failures = select(Reader(codec.DEFAULT.ids([3, 9, 1, 3])), TABLE, UNKNOWN)
    assert (found, failures) == ([3, 1, 3], (Failure(UNKNOWN, 9),))


def test_only_unknown_identifiers_do_not_select_all() -> None:
    assert select(Reader(codec.DEFAULT.ids([9])), TABLE, UNKNOWN) == ([], (Failure(UNKNOWN, 9),))


@pytest.mark.parametrize("data", ["", "0001", "0000 00"])
def test_a_selection_that_does_not_fit_its_count_is_not_accepted(data: str) -> None:
    with pytest.raises(RequestError):
        select(Reader(bytes.fromhex(data)), TABLE, UNKNOWN)
