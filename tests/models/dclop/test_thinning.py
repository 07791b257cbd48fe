import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dclop.clop import Clop, ClopSettings
from models.dclop.errors import TrainingDataError
from models.dclop.thinning import loss, thin


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
    assert loss(clop, whole, points, labels, 0.7).rows == 0
    assert whole.clop.scaling == pytest.approx(clop.scaling)
    new = points[::7] + 0.3
    assert whole.clop.score(new, labels[::7]) == pytest.approx(clop.score(new, labels[::7]))


def test_the_loss_grows_as_the_budget_shrinks():
    points, labels = blobs((800, 600))
    clop = Clop.fit(points, labels)
    losses = [loss(clop, thin(clop, points, labels, n, 0), points, labels, 0.7) for n in (1200, 100)]
    assert [found.rows for found in losses] == pytest.approx([200, 1300], abs=2)
    assert losses[0].mean < losses[1].mean <= losses[1].largest <= 1
    assert losses[0].largest < 0.5
    assert losses[1].after < 0.05
    assert losses[0].before < 0.05


def test_the_same_seed_keeps_the_same_rows():
    points, labels = blobs()
    kept = [thin(Clop.fit(points, labels), points, labels, 60, seed).kept.tolist() for seed in (1, 1, 2)]
    assert kept[0] == kept[1] != kept[2]


def test_a_budget_below_the_neighbourhoods_is_refused():
    points, labels = blobs()
    with pytest.raises(TrainingDataError, match="21 rows are too few, 2 clusters need 22"):
        thin(Clop.fit(points, labels, ClopSettings()), points, labels, 21, 0)
