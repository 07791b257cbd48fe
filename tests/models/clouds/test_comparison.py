"""What the detectors are fitted to, how they are counted, and the files that recipes write."""

from dataclasses import replace

import numpy as np
import pytest

from models.check import findings
from models.clouds.baselines import Principal, brightness, whiteness
from models.clouds.contenders import OURS, contenders
from models.clouds.degradation import NONE
from models.clouds.errors import PictureError
from models.clouds.figures import Confusion, areas, confusion
from models.clouds.index import CloudIndex
from models.clouds.leave_out import degraded, leave_out, parts, trained
from models.clouds.other_recipes import Source, train_reconstruction, train_supervised
from models.clouds.recipe import leave_one_out, train_index
from models.clouds.reconstruction import ReconstructionTraining
from models.clouds.scores import outputs
from models.clouds.supervised import fit_classifier
from models.clouds.threshold import clear_threshold
from models.clouds.tiles import Tiles
from models.metadata import read_card
from tests.models.clouds.scenery import tiles

TINY = ReconstructionTraining(width=0.01, epochs=1, batch=4)
EVERY = {entry.name: entry for entry in contenders(TINY, 2)}


@pytest.fixture(scope="module")
def given():
    return tiles(scenes=4, each=6)


def test_precision_recall_and_f1_are_those_of_the_counts():
    truth = np.array([True, True, True, False, False])
    found = confusion(truth, np.array([True, True, False, True, False]))
    assert found == Confusion(tp=2, fp=1, tn=1, fn=1)
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    none = confusion(~truth & False, ~truth & False)
    assert (none.precision, none.recall, none.f1) == (None, None, None)


def test_areas_are_of_ranks_and_need_both_kinds():
    truth = np.array([False, False, True, True])
    assert areas(truth, np.array([0.1, 0.2, 0.3, 0.4])) == (1.0, 1.0)
    assert areas(truth, np.array([0.1, 0.3, 0.2, 0.4])) == pytest.approx((0.75, 5 / 6))
    assert areas(truth[:2], np.zeros(2)) is None
    assert areas(truth[2:], np.zeros(2)) is None


def test_a_threshold_leaves_the_wanted_share_of_normal_scores_above():
    scores = np.random.default_rng(1).normal(3, 2, 100_000)
    assert np.mean(scores >= clear_threshold(scores)) == pytest.approx(0.05, abs=0.003)
    assert np.mean(scores >= clear_threshold(scores, 0.16)) == pytest.approx(0.16, abs=0.005)


def test_the_threshold_of_a_scene_is_from_the_other_scenes():
    scenes, clear = np.array(["a", "a", "b", "b"]), np.array([True, True, True, True])
    scores = np.array([1.0, 3.0, 10.0, 10.0])
    expected = [10.0, 10.0, *[clear_threshold(scores[:2])] * 2]
    np.testing.assert_allclose(leave_one_out(scores, scenes, clear), expected)
    assert (
        np.isnan(leave_one_out(scores, scenes, clear & (scenes == "a"))).tolist() == [True] * 2 + [False] * 2
    )


def test_every_scene_is_left_out_once_and_whole(given):
    assert sum(part.astype(int) for part in parts(given.scenes, None, 1)).tolist() == [1] * len(given)
    groups = list(parts(given.scenes, 3, 1))
    assert len(groups) == 3
    assert sum(part.astype(int) for part in groups).tolist() == [1] * len(given)
    assert all(len(set(given.scenes[p].tolist()) & set(given.scenes[~p].tolist())) == 0 for p in groups)


def test_a_detector_never_sees_the_scene_that_it_judges(given):
    seen = []

    def fit(training, seed):
        seen.append(set(training.scenes.tolist()))
        return EVERY[OURS].fit(training, seed)

    spy = type(EVERY[OURS])("spy", "ours", fit)
    leave_out(spy, given, degraded(given, 1), 1)
    names = set(given.scenes.tolist())
    assert sorted(map(sorted, seen)) == sorted(sorted(names - {name}) for name in names)


def test_only_a_supervised_detector_looks_at_cloudy_tiles(given):
    dark = replace(
        given, pictures=np.where(given.cloudy[:, None, None, None], 0, given.pictures).astype(np.uint8)
    )
    for name, entry in EVERY.items():
        first, second = (entry.fit(t, 1) for t in (given, dark))
        same = np.array_equal(first.score(given.pictures), second.score(given.pictures))
        assert (same and first.threshold == second.threshold) != entry.supervised, name


@pytest.mark.parametrize("name", list(EVERY))
def test_every_detector_scores_every_tile_under_every_degradation(given, name):
    found = leave_out(EVERY[name], given, degraded(given, 1), 1)
    assert all(np.isfinite(scores).all() for scores in found.scores.values())
    assert np.isfinite(found.thresholds).all()
    assert found.folds == (EVERY[name].groups or 4)
    reconstructs = EVERY[name].role == "faithful" or "PCA" in name
    assert (found.reconstructions is not None) == reconstructs


def test_ours_finds_the_smooth_ones_and_one_fit_judges_other_scenes(given):
    other = tiles(scenes=3, each=6, seed=9)
    for name in (OURS, "logistic on slopes"):
        found = trained(EVERY[name], other, given, degraded(given, 1), 1)
        assert areas(given.cloudy, found.scores[NONE])[0] > 0.97
        assert confusion(given.cloudy, found.flagged(NONE)).f1 > 0.9
        assert (found.folds, len(set(found.thresholds))) == (1, 1)


def test_without_clear_tiles_or_other_scenes_nothing_is_fitted(given):
    with pytest.raises(PictureError, match="no clear picture to fit to"):
        EVERY[OURS].fit(given.where(given.cloudy), 1)
    with pytest.raises(PictureError, match="clear and cloudy pictures to learn from"):
        fit_classifier(given.where(given.clear))
    one = given.where(given.scenes == "Forest_1")
    with pytest.raises(PictureError, match="only one scene"):
        leave_out(EVERY[OURS], one, degraded(one, 1), 1)


def test_plain_scores_are_brightness_and_whiteness():
    pictures = np.array([[[[255, 255, 255]]], [[[255, 0, 0]]], [[[0, 0, 0]]]], np.uint8)
    np.testing.assert_allclose(brightness(pictures), [1, 1 / 3, 0])
    np.testing.assert_allclose(whiteness(pictures), [1, 1 / 3 - 1, 0])


def test_components_tell_all_of_the_pictures_that_they_span(given):
    few = given.pictures[:3]
    found = Principal.fit(few)
    np.testing.assert_allclose(found(few), 0, atol=1e-9)
    np.testing.assert_array_equal(found.reconstruct(few), few)
    assert found(given.pictures[3:]).min() > 0.01


def test_the_index_file_keeps_the_contract_and_gives_the_scores_of_the_index(given, tmp_path):
    path = tmp_path / "i.onnx"
    card = train_index(given, "scenes", path, 7)
    assert findings(path) == []
    assert read_card(path)[0] == card
    assert (card.shape, card.channels, card.window) == ((64, 64, 3), (), 1)
    scores = outputs(CloudIndex(), given.pictures[given.clear])[:, 0]
    assert card.outputs[0].on == pytest.approx(clear_threshold(scores))
    assert card.outputs[0].off < card.outputs[0].on
    assert card.command == "fdir train clouds --model index --data scenes --seed 7"
    assert card.metrics["auc_roc"] > 0.97
    again = tmp_path / "again.onnx"
    train_index(given, "scenes", again, 7)
    assert again.read_bytes() == path.read_bytes()


def test_the_frame_file_scores_frames_of_whole_tiles(given, tmp_path):
    card = train_index(given, "scenes", tmp_path / "f.onnx", 1, 128)
    assert findings(tmp_path / "f.onnx") == []
    assert card.shape == (128, 128, 3)
    assert [output.name for output in card.outputs] == ["cloud", "cover"]
    with pytest.raises(PictureError, match="--frame 100: must be a multiple of 64"):
        train_index(given, "scenes", tmp_path / "g.onnx", 1, 100)
    with pytest.raises(PictureError, match="no clear tile"):
        train_index(given.where(given.cloudy), "scenes", tmp_path / "g.onnx", 1)


def test_clear_tiles_alone_give_a_file_without_areas(given, tmp_path):
    card = train_index(given.where(given.clear), "scenes", tmp_path / "i.onnx", 1)
    assert "auc_roc" not in card.metrics


@pytest.mark.parametrize("model", ["cae", "vgg19"])
def test_an_autoencoder_becomes_a_detector_file(given, tmp_path, model):
    small = Tiles(given.pictures[:, :32, :32], given.scenes, given.labels, given.places)
    settings = ReconstructionTraining(model, 0.01, 1, 1)
    card = train_reconstruction(Source(small, "few", "--epochs 1"), tmp_path / "a.onnx", 2, settings)
    assert findings(tmp_path / "a.onnx") == []
    assert card.shape == (32, 32, 3)
    assert card.command == f"fdir train clouds --model {model} --data few --seed 2 --epochs 1"
    assert {"rmse.clear", "rmse.cloudy", "auc_roc"} <= set(card.metrics)
    clear = small.where(small.clear)
    assert "auc_roc" not in train_reconstruction(Source(clear, "c"), tmp_path / "c.onnx", 2, settings).metrics
    with pytest.raises(PictureError, match="has 1 clear pictures"):
        train_reconstruction(Source(clear.where(np.arange(len(clear)) < 1), "c"), tmp_path / "d", 2, settings)


def test_a_classifier_becomes_a_detector_file(given, tmp_path):
    card = train_supervised(Source(given, "scenes"), tmp_path / "s.onnx", 1)
    assert findings(tmp_path / "s.onnx") == []
    assert (card.outputs[0].on, card.metrics) == (0.5, {"clear": 12.0, "cloudy": 12.0})
