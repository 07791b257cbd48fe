"""What a PMON does, sample by sample and without arrays: the measure of the vectorised checks."""

import itertools
import math
from collections.abc import Mapping, Sequence

from pus.st12.definitions import Delta, ExpectedValue, Pmon

NOMINAL, UNCHECKED, INVALID, LOW, HIGH = range(5)
Change = tuple[int, int, int]
"""Sample, previous and current checking status."""


def follow(pmon: Pmon, samples: Sequence[Mapping[int, float]]) -> list[Change]:
    """Return the changes of the checking status of an enabled, unchecked definition."""
    changes, status, run, valid, checked = [], UNCHECKED, [], 0, []
    for k, values in enumerate(samples):
        x, before = values[pmon.parameter], status
        if math.isnan(x) or (pmon.validity and not pmon.validity.holds(values[pmon.validity.parameter])):
            status, run, valid, checked = INVALID, [], 0, []
        else:
            if valid % pmon.interval == 0:
                checked.append(x)
                run += outcome(pmon, checked)
            valid += 1
            last = run[-pmon.repetition :]
            if len(last) == pmon.repetition and len(set(last)) == 1:
                status = last[0]
        changes += [(k, before, status)] if status != before else []
    return changes


def outcome(pmon: Pmon, checked: Sequence[float]) -> list[int]:
    """Return the outcome of checking the last of the values, or nothing while there are too few."""
    check, x = pmon.check, checked[-1]
    if isinstance(check, ExpectedValue):
        return [NOMINAL if int(x) & check.mask == check.expected else LOW]
    if isinstance(check, Delta):
        steps = [b - a for a, b in itertools.pairwise(checked)][-check.consecutive :]
        if len(steps) < check.consecutive:
            return []
        x = sum(steps) / check.consecutive
    return [LOW if x < check.low else HIGH if x > check.high else NOMINAL]
