from dataclasses import replace

import numpy as np
import pytest

from models.dclop.assignment import assign
from models.dclop.clop import Clop
from models.dclop.training import DEPENDABLE, PAPER, silhouette, train
from tests.models.dclop.conftest import SMALL


@pytest.fixture(scope="module")
def both(trained, rows):
    model = trained.model
    inputs = Clop.fit(model.standardisation(rows.astype(np.float32)), trained.labels)
    return replace(model, inputs=inputs)


def test_an_outlier_must_be_one_in_both_spaces_or_remote(both, trained, rows):
    seen = rows.astype(np.float32)
    standardised = both.standardisation(seen)
    measured = both.inputs.measure(standardised, trained.labels)
    alone = trained.model(seen).score
    expected = np.maximum(alone * both.inputs.probability(measured), both.inputs.remoteness(measured))
    assert both(seen).score == pytest.approx(expected)


def test_stored_rows_are_scored_without_themselves_in_both_spaces(both, trained, rows):
    seen = rows.astype(np.float32)
    assert trained.model.score_stored(seen, trained.labels) == pytest.approx(trained.score)
    stored = both.score_stored(seen, trained.labels)
    assert stored[150] > 0.9
    assert np.mean(stored[:150] >= 0.7) < 0.05


def test_the_presets_differ_in_what_makes_the_score_dependable():
    assert (PAPER.clusters, PAPER.clip, PAPER.both_spaces) == (7, None, False)
    assert (DEPENDABLE.clusters, DEPENDABLE.clip, DEPENDABLE.both_spaces) == (9, 8.0, True)


def test_of_several_trainings_the_one_with_the_best_silhouette_is_kept(rows):
    short = replace(SMALL, both_spaces=True, pretraining=replace(SMALL.pretraining, epochs=2))
    single = [train(rows, seed, short).model for seed in (5, 6, 7)]
    best = train(rows, 5, replace(short, restarts=3)).model
    values = [silhouette(m.standardisation(rows.astype(np.float32)), m.encoder, m.centres) for m in single]
    assert np.array_equal(best.centres, single[int(np.argmax(values))].centres)
    assert best.inputs is not None


def test_one_cluster_has_no_silhouette(trained, rows):
    standardised = trained.model.standardisation(rows)
    one = trained.model.centres[:1]
    assert set(assign(trained.model.encoder(standardised), one)[0].tolist()) == {0}
    assert silhouette(standardised, trained.model.encoder, one) == -1
