"""What became of each fault: the detection metrics fault by fault, for tables by type and by oracle energy.

Shapes and words are those of `models.metrics`. Faults are in the order of records and onsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from models.metrics import Counts, Mask, flat, inside, runs

ISOLATION_SAMPLES = 27
"""Samples from the detection on that say which axes are stuck: the paper's persistency."""
STUCK = 0.5
"""Score above which an axis is named."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One entry a fault, (f,) each.

    Attributes
    ----------
    delay : samples from onset to the first one of the index; -1: missed.
    pieces : separate runs of the index inside the fault.
    answered : whether a reaction fires during the fault (strict).

    """

    delay: Counts
    pieces: Counts
    answered: Mask

    def __len__(self) -> int:
        return len(self.delay)

    @property
    def missed(self) -> Mask:
        """Faults without a one of the index inside."""
        return self.delay < 0

    @property
    def uncertain(self) -> Mask:
        """Faults with two or more separate runs of the index inside."""
        return self.pieces >= 2

    def of(self, chosen: Mask) -> "Outcomes":
        """Return the faults that are chosen (f,)."""
        return Outcomes(*(getattr(self, field.name)[chosen] for field in fields(self)))


def join(parts: Sequence[Outcomes]) -> Outcomes:
    """Return the outcomes of several data sets, one after the other; at least one."""
    columns = ([getattr(part, field.name) for part in parts] for field in fields(Outcomes))
    return Outcomes(*(np.concatenate(column) for column in columns))


def outcomes(labels: Mask, index: Mask, persistency: int) -> Outcomes:
    """Return what became of each fault; `labels` and `index` are (n, T) of one sensor."""
    y, q = flat(labels), flat(index)
    faults, pieces = runs(y), runs(y & q)
    first = np.searchsorted(pieces.start, faults.start)
    count = np.searchsorted(pieces.start, faults.stop) - first
    onsets = np.append(pieces.start, 0)[np.minimum(first, len(pieces))]
    fired = np.zeros(len(q), np.bool_)
    fired[runs(q).longer(persistency).start + persistency - 1] = True
    delay = np.where(count > 0, onsets - faults.start, -1)
    return Outcomes(np.asarray(delay, np.int64), np.asarray(count, np.int64), inside(fired, faults) > 0)


def exact_axes(axes: Mask, index: Mask, named: Mask, samples: int = ISOLATION_SAMPLES) -> Mask:
    """Return of each detected fault whether exactly the stuck axes are named; (detected faults,).

    An axis is named if its index is one in more than half of the first `samples` samples of the fault from
    its detection on, or of those that are left of it.

    Parameters
    ----------
    axes, named : (n, T, 3) of one sensor, which axes are stuck, and the index of each axis.
    index : (n, T) of the sensor.

    """
    y, q = flat(np.asarray(axes.any(axis=-1))), flat(index)
    truth, told = (np.stack([flat(part[..., k]) for k in range(3)], axis=-1) for part in (axes, named))
    faults, pieces = runs(y), runs(y & q)
    first = np.searchsorted(pieces.start, faults.start)
    found = np.searchsorted(pieces.start, faults.stop) > first
    begin = pieces.start[first[found]]
    end = np.minimum(begin + samples, faults.stop[found])
    total = np.concatenate([np.zeros((1, 3), np.int64), np.cumsum(told, axis=0)])
    share = (total[end] - total[begin]) / (end - begin)[:, None]
    return np.asarray(((share > 0.5) == truth[begin]).all(axis=-1), np.bool_)
