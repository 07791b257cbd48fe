"""Segments of a recorded channel, as they are cut on board."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.segments.features import FEATURES, segment_features

Floats = NDArray[np.float64]

SAMPLES: Final = 64
HOP: Final = 16
GAP_S: Final = 15.0
"""Three periods of the logger."""
PERIOD_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments of one channel: the rows (n,) that end them, and their features (n, 12)."""

    ends: NDArray[np.intp]
    features: Floats

    @property
    def hours(self) -> float:
        """How long their features are judged: each until the next one ends."""
        return len(self.ends) * HOP * PERIOD_S / 3600

    def before(self, row: int) -> "Segments":
        """Return the segments that end before a row."""
        return self.chosen(self.ends < row)

    def chosen(self, mask: NDArray[np.bool_]) -> "Segments":
        """Return some of the segments."""
        return Segments(self.ends[mask], self.features[mask])


def cut(times: NDArray[np.int64], values: Floats, first: int = 0) -> Segments:
    """Return the segments of `values` (T,) at `times` (T,) ns that end from row `first` on.

    None lies across a gap or a value that is not known.
    """
    known = np.isfinite(values)
    follows = np.diff(times, prepend=times[0]) <= GAP_S * 1e9
    ends, length = [], 0
    for k in range(len(values)):
        length = (length + 1 if follows[k] else 1) if known[k] else 0
        if k >= first and length >= SAMPLES and (length - SAMPLES) % HOP == 0:
            ends.append(k)
    found = [segment_features(values[end + 1 - SAMPLES : end + 1]) for end in ends]
    return Segments(np.array(ends, np.intp), np.array(found).reshape(-1, len(FEATURES)))
