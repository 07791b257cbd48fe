from dataclasses import replace

import numpy as np
import pytest

from models.dclop.huber import StaticLoss
from models.dclop.training import train
from models.errors import TrainingDataError
from tests.models.dclop.conftest import SMALL


def test_groups_become_clusters_by_falling_size(trained):
    groups = [set(trained.labels[k:150:3].tolist()) for k in range(3)]
    assert len(set.union(*groups)) >= 2
    sizes = np.bincount(trained.labels, minlength=3)
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
    assert trained.model.centres.shape == (3, 2)


def test_the_row_far_from_all_scores_highest(trained):
    assert trained.score.argmax() == 150
    assert trained.score[150] > 0.9
    assert np.median(trained.score) < 0.3


def test_the_labels_are_those_the_detector_gives_the_same_rows(trained, rows):
    found = trained.model(rows.astype(np.float32))
    assert found.cluster.tolist() == trained.labels.tolist()
    assert found.latent == pytest.approx(trained.latent)
    assert found.membership.min() > 1 / 3
    assert found.columns.shape == (151, 5)


def test_the_share_of_rows_in_small_clusters_is_told(trained):
    small = ~np.isin(trained.labels, trained.model.clop.large)
    assert trained.small_share == pytest.approx(small.mean())


def test_the_same_seed_gives_the_same_detector(rows):
    short = replace(SMALL, pretraining=replace(SMALL.pretraining, epochs=2))
    first, again = (train(rows, 4, short).model for _ in range(2))
    assert np.array_equal(first.centres, again.centres)
    assert np.array_equal(first.clop.pdist, again.clop.pdist)


@pytest.mark.parametrize(("loss", "differs"), [(SMALL.loss, True), (StaticLoss(), False)])
def test_h_may_come_from_the_errors_of_the_pre_training(rows, loss, differs):
    short = replace(SMALL, loss=loss, pretraining=replace(SMALL.pretraining, epochs=2))
    fixed, fitted = (train(rows, 0, replace(short, threshold_quantile=q)).model for q in (None, 0.999))
    assert np.array_equal(fixed.centres, fitted.centres) != differs


def test_both_phases_report_their_progress(rows):
    reports = []
    train(rows, 0, SMALL, reports.append)
    first, second = reports[:30], reports[30:]
    assert [(r.epoch, r.epochs) for r in first] == [(k, 30) for k in range(1, 31)]
    assert first[-1].loss < first[0].loss
    assert [(r.epoch, r.epochs) for r in second] == [(k, 100) for k in range(1, len(second) + 1)]


def test_fewer_samples_than_clusters_are_refused(rows):
    with pytest.raises(TrainingDataError, match="2 samples for 3 clusters"):
        train(rows[:2], 0, SMALL)
