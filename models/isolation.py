"""Isolation to the axis: does a detector name the axes that are stuck, and no others."""

import numpy as np

from models.hysteresis import Scores
from models.metrics import Counts, Mask, flat, runs

SAMPLES = 27
"""Samples from the detection on that are asked: those of the paper's persistency."""
STUCK = 0.5


def isolation(labels: Mask, axes: Mask, index: Mask, scores: Scores) -> float:
    """Return the share of detected faults whose set of stuck axes is named exactly; NaN without any.

    An axis is named if its score is above `STUCK` in more than half of the first `SAMPLES` samples that the
    fault lasts from its detection on.

    Parameters
    ----------
    labels, index : (n, T) of one sensor, see `models.metrics`.
    axes : (n, T, 3), whether the axis is stuck.
    scores : (n, T, 3) of the axes.

    """
    faults = runs(flat(labels))
    found = np.flatnonzero(flat(index))
    truth, named = (_rows(values) for values in (axes, scores > STUCK))
    exact = [
        np.array_equal(named[start : min(start + SAMPLES, stop)].mean(axis=0) > 0.5, truth[start])
        for start, stop in _detections(faults.start, faults.stop, found)
    ]
    return float(np.mean(exact)) if exact else float("nan")


def _detections(
    starts: Counts,
    stops: Counts,
    found: Counts,
) -> list[tuple[int, int]]:
    """Return the first sample of the index in each fault that has one, and the fault's end."""
    firsts = np.append(found, np.iinfo(np.int64).max)[np.searchsorted(found, starts)]
    return [(int(first), int(stop)) for first, stop in zip(firsts, stops, strict=True) if first < stop]


def _rows(values: Mask) -> Mask:
    """Return (n, T, 3) in the numbering of `flat`."""
    return np.stack([flat(values[..., k]) for k in range(values.shape[-1])], axis=-1)
