"""How a procedure stands, and what is told of one that is observed by step."""

from enum import IntEnum

from pus.records import frozen


class ObcpStatus(IntEnum):
    """Execution status of a procedure."""

    INACTIVE = 0
    RUNNING = 1
    HELD = 2


@frozen
class Progress:
    """News of a procedure: the steps that have left, and at its end whether it has completed."""

    name: str
    steps: tuple[int, ...]
    completed: bool | None = None
