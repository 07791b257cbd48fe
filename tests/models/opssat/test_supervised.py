import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.opssat.data import DataSetError
from models.opssat.layout import ALL
from models.opssat.supervised import Supervised, SupervisedSettings
from tests.models.opssat.conftest import SMALL


def test_rough_segments_of_another_file_are_told_from_quiet_ones(supervised, others):
    assert roc_auc_score(others.anomaly, supervised.score(others)) > 0.9


def test_the_score_is_the_mean_of_the_parts(supervised, others):
    inputs = ALL.inputs(others)
    parts = supervised.parts(inputs)
    assert len(parts) == 3
    assert supervised(inputs) == pytest.approx(np.mean(parts, axis=0))


def test_the_same_seed_gives_the_same_scores(supervised, segments, others):
    again = Supervised.fit(segments, ALL, 1, SMALL)
    assert again.score(others).tolist() == supervised.score(others).tolist()


def test_parts_may_be_left_out(segments, others):
    bare = Supervised.fit(segments, ALL, 1, SupervisedSettings(trees=3, boosted=0, networks=0))
    assert len(bare.parts(ALL.inputs(others))) == 1


def test_segments_of_one_class_teach_nothing(segments):
    with pytest.raises(DataSetError, match="of one class"):
        Supervised.fit(segments[segments.anomaly], ALL, 1)
