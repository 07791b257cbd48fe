import numpy as np
import pytest

from models.opssat.folds import BLOCK, blocked_splits, random_splits


@pytest.mark.parametrize("splits", [random_splits, blocked_splits])
def test_every_segment_is_left_out_once_and_never_fitted_to_then(splits, segments):
    found = list(splits(segments, 1))
    assert len(found) == 5
    assert sorted(np.concatenate([out for _, out in found]).tolist()) == list(range(len(segments)))
    assert not any(set(fitted) & set(out) for fitted, out in found)


def test_neighbours_stay_together(segments):
    for _, out in blocked_splits(segments, 1):
        blocks = np.unique(segments.segment[out] // BLOCK)
        assert np.isin(segments.segment // BLOCK, blocks).sum() == len(out)
