"""Requests with several instructions: the valid ones are executed, each faulty one is a failure."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from pus.codec import Reader
from pus.failure import Failure, FailureCode
from pus.service import Execution

Instruction = TypeVar("Instruction")
Refusal = Failure | None


class UnreadableError(ValueError):
    """An instruction whose width is not known: what follows it in the request cannot be read."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code.name} {failure.id}")
        self.failure = failure


def each(instructions: Iterable[Instruction], apply: Callable[[Instruction], Refusal]) -> Execution:
    """Execute every valid instruction; each faulty one is a failure."""
    return Execution(failures=tuple(failure for failure in map(apply, instructions) if failure))


def read_list(
    reader: Reader, read: Callable[[], Instruction]
) -> tuple[list[Instruction], tuple[Failure, ...]]:
    """Read N and N instructions, to the end of the data.

    An unreadable one ends the list: it is a failure, and so is the remainder, with the number of
    instructions that were not read.
    """
    n = reader.count()
    found: list[Instruction] = []
    try:
        for _ in range(n):
            found.append(read())  # noqa: PERF401  what was read before an unreadable one counts
        reader.end()
    except UnreadableError as error:
        left = n - len(found) - 1
        rest = (Failure(FailureCode.REMAINDER, left),) if left else ()
        return found, (error.failure, *rest)
    return found, ()


def read_each(
    reader: Reader, read: Callable[[], Instruction], apply: Callable[[Instruction], Refusal]
) -> Execution:
    """Read a list of instructions, then execute each."""
    instructions, unreadable = read_list(reader, read)
    return Execution(failures=(*each(instructions, apply).failures, *unreadable))


def select(
    reader: Reader, table: Mapping[int, object], unknown: FailureCode
) -> tuple[list[int], tuple[Failure, ...]]:
    """Read N and IDs (N = 0 means all); return those in `table` and a failure for each other."""
    wanted = [reader.id() for _ in range(reader.count(least=0))]
    reader.end()
    failures = tuple(Failure(unknown, k) for k in wanted if k not in table)
    return [k for k in wanted if k in table] if wanted else sorted(table), failures
