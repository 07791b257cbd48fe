"""Splits of the segments for cross-validation, at random or in blocks of neighbours."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from models.opssat.data import Segments

Integers = NDArray[np.int64]
Split = tuple[Integers, Integers]
"""Rows to train on and rows to judge."""

FOLDS: Final = 5
BLOCK: Final = 20
"""Neighbouring segment ids that stay together; one segment is often the continuation of another."""


def random_splits(segments: Segments, seed: int, folds: int = FOLDS) -> Iterator[Split]:
    """Yield splits with the same share of anomalies in each fold."""
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    yield from splitter.split(segments.values, segments.anomaly)


def blocked_splits(segments: Segments, seed: int, folds: int = FOLDS) -> Iterator[Split]:
    """Yield splits that keep `BLOCK` neighbouring ids together."""
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    yield from splitter.split(segments.values, segments.anomaly, segments.segment // BLOCK)
