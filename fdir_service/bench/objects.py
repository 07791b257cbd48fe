"""What limit monitoring is compared with: one Python object per monitor."""

from pus.st12.checks import Floats
from pus.st12.definitions import PmonChecking

# Plain integers: members of an enumeration would cost the contender time.
NOMINAL, UNCHECKED, INVALID, LOW, HIGH = (int(status) for status in PmonChecking)

Change = tuple[int, int, int]
"""Sample, monitor and new status."""


class LimitMonitor:
    """A limit check with a repetition number; it counts agreeing checks that differ from its status."""

    __slots__ = ("count", "high", "id", "low", "repetition", "run", "status")

    def __init__(self, id: int, low: float, high: float, repetition: int) -> None:  # noqa: A002
        self.id = id
        self.low = low
        self.high = high
        self.repetition = repetition
        self.run = self.status = UNCHECKED
        self.count = 0

    def check(self, value: float) -> bool:
        """Check one value; return whether the status has changed."""
        if self.low <= value <= self.high:
            outcome = NOMINAL
        elif value > self.high:
            outcome = HIGH
        elif value < self.low:
            outcome = LOW
        else:
            return self._lose()
        if outcome == self.status:
            self.count = 0
            return False
        if outcome != self.run:
            self.run = outcome
            self.count = 0
        self.count += 1
        if self.count < self.repetition:
            return False
        self.status = outcome
        self.count = 0
        return True

    def _lose(self) -> bool:
        """Become invalid: the value is not known."""
        was_valid = self.status != INVALID
        self.status = INVALID
        self.count = 0
        return was_valid


def check_objects(monitors: list[LimitMonitor], values: Floats) -> list[Change]:
    """Check a chunk of `values` (monitors, K) sample by sample; return the changes of status."""
    changes = []
    for sample, column in enumerate(values.T.tolist()):
        for monitor, value in zip(monitors, column):  # noqa: B905 - strict would cost the contender time
            if monitor.check(value):
                changes.append((sample, monitor.id, monitor.status))
    return changes
