import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dclop.clop import Clop, ClopSettings
from models.dclop.thinning import loss, thin
from models.errors import TrainingDataError


def blobs(sizes=(200, 150, 4), seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return rng.normal(size=(len(labels), 3)) + 9.0 * labels[:, None], labels


@settings(max_examples=20, deadline=None)
@given(st.integers(22, 400), st.integers(0, 9))
def test_the_budget_is_kept_and_every_large_cluster_has_its_neighbourhood(budget, seed):
    points, labels = blobs()
    thinned = thin(Clop.fit(points, labels), points, labels, budget, seed)
    assert thinned.kept.sum() == len(thinned.clop.references) <= budget
    assert np.bincount(thinned.clop.cluster).min() >= 11
    assert thinned.clop.counts.tolist() == [10, 10]
    assert not thinned.kept[labels == 2].any()
    assert len(thinned.clop.references) >= min(budget - 2, 350)


def test_a_budget_of_everything_changes_nothing():
    points, labels = blobs()
    clop = Clop.fit(points, labels)
    whole = thin(clop, points, labels, 1000, 0)
    assert whole.kept.sum() == 350
    assert whole.clop.scaling == pytest.approx(clop.scaling)
    new = points[::7] + 0.3
    assert whole.clop.score(new, labels[::7]) == pytest.approx(clop.score(new, labels[::7]))


def test_fewer_rows_lose_more_accuracy_and_raise_no_flood():
    points, labels = blobs((800, 600))
    clop = Clop.fit(points, labels)
    before = clop.score_stored(points, labels)

    def lost(budget):
        thinned = thin(clop, points, labels, budget, 0)
        out = ~thinned.kept
        return loss(before[out], thinned.clop.score(points[out], labels[out]), 0.7)

    little, much = lost(1200), lost(100)
    assert [little.rows, much.rows] == pytest.approx([200, 1300], abs=2)
    assert little.mean < much.mean <= much.largest <= 1
    assert max(little.before, little.after, much.before, much.after) < 0.05


def test_the_loss_counts_changes_and_rows_above_the_threshold():
    found = loss(np.array([0.1, 0.8, 0.2]), np.array([0.2, 0.3, 0.9]), 0.7)
    assert (found.rows, found.largest) == (3, pytest.approx(0.7))
    assert (found.mean, found.before, found.after) == pytest.approx((1.3 / 3, 1 / 3, 1 / 3))
    assert loss(np.empty(0), np.empty(0), 0.7).rows == 0


def test_the_same_seed_keeps_the_same_rows():
    points, labels = blobs()
    kept = [thin(Clop.fit(points, labels), points, labels, 60, seed).kept.tolist() for seed in (1, 1, 2)]
    assert kept[0] == kept[1] != kept[2]


def test_a_budget_below_the_neighbourhoods_is_refused():
    points, labels = blobs()
    with pytest.raises(TrainingDataError, match="21 rows are too few, 2 clusters need 22"):
        thin(Clop.fit(points, labels, ClopSettings()), points, labels, 21, 0)
