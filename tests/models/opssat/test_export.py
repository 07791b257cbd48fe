from dataclasses import replace

import numpy as np
import onnxruntime as ort
import pytest

from fdir_service.detector import Detector
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from models.card import Card, Output
from models.check import findings
from models.errors import DifferenceError
from models.metadata import read_card
from models.opssat import recipe
from models.opssat.contenders import EXPORTED, Contender
from models.opssat.density import Density
from models.opssat.export import TOLERANCE, build, difference, export_opssat, perturbed
from models.opssat.layout import ALL, NO_LENGTH
from models.opssat.supervised import Supervised, SupervisedSettings
from tests.models.opssat.conftest import FEW, SMALL


@pytest.fixture(scope="module")
def models(segments, supervised):
    bare = SupervisedSettings(trees=3, boosted=0, networks=0)
    return {
        "supervised": supervised,
        "no length": Supervised.fit(segments, NO_LENGTH, 1, SMALL),
        "forest": Supervised.fit(segments, NO_LENGTH, 1, bare),
        "blind": Density.fit_all(segments, ALL, 1, FEW),
        "nominal": Density.fit_nominal(segments, NO_LENGTH, 1, FEW),
    }


def card_of(model):
    return Card(
        kind="test",
        channels=model.layout.channels,
        shape=(len(model.layout.channels),),
        period=None,
        window=1,
        outputs=(Output(name="score", on=model.threshold, off=model.threshold),),
        data={},
        command="",
        seed=1,
        version="1",
    )


@pytest.mark.parametrize("name", ["supervised", "no length", "forest", "blind", "nominal"])
def test_a_file_gives_the_scores_of_its_reference_on_known_and_on_novel_rows(name, models, others, tmp_path):
    model, path = models[name], tmp_path / "model.onnx"
    written = export_opssat(model, card_of(model), path, model.layout.inputs(others))
    assert max(written.stored, written.novel) <= TOLERANCE
    assert written.size == path.stat().st_size
    assert findings(path) == []


def test_a_file_that_differs_is_refused(supervised, segments, tmp_path, monkeypatch):
    monkeypatch.setattr("models.opssat.export.TOLERANCE", -1.0)
    with pytest.raises(DifferenceError, match="from float64, at most -1"):
        export_opssat(supervised, card_of(supervised), tmp_path / "model.onnx", ALL.inputs(segments))


def test_another_model_differs(models, others):
    octets = build(models["blind"], card_of(models["blind"]))
    moved = replace(models["blind"], mixtures=models["blind"].mixtures[:1])
    assert difference(moved, octets, ALL.inputs(others)) > TOLERANCE


def test_novel_rows_hold_unknown_channels(segments):
    novel = perturbed(ALL.inputs(segments))
    assert (novel[::10, -1] == 0).all()
    assert (novel[1::10, -1] > 0).all()


def test_the_files_run_in_the_detector_class(segments, others, tmp_path, monkeypatch):
    def fit(part, seed):
        return Supervised.fit(part, ALL, seed, SMALL)

    contender = replace(EXPORTED[1], fit=fit)
    path = tmp_path / recipe.file_name(contender)
    assert path.name == "supervised-all.onnx"
    card = recipe.train_one(contender, segments, path, 3)
    stored, digest = read_card(path)
    assert stored == card
    assert (card.window, card.seed, card.metrics["segments"]) == (1, 3, 172.0)
    inputs = ALL.inputs(others)
    output = OutputSetup("score", 0, 0, 1, card.outputs[0].on, card.outputs[0].off)
    setup = DetectorSetup("segments", "s", path, digest, card, tuple(range(inputs.shape[1])), (output,))
    scores, indices = Detector(setup, 64).step(np.arange(64, dtype=np.int64), inputs[:64].T.astype(float))
    expected = fit(segments, 3).score(others)[:64]
    assert scores[0] == pytest.approx(expected, abs=TOLERANCE)
    assert indices[0].tolist() == (expected >= card.outputs[0].on).astype(float).tolist()


def test_a_segment_that_is_not_known_has_no_score(models, others, tmp_path):
    session = ort.InferenceSession(build(models["supervised"], card_of(models["supervised"])))
    found = session.run(None, {"window": ALL.inputs(others)[:1, None]})[0]
    assert found.shape == (1, 1)


def test_what_has_no_graph_is_not_exported(segments, tmp_path):
    contender = Contender("clop", "ours", "semi", "all", lambda part, seed: object())
    with pytest.raises(TypeError, match="clop has no graph"):
        recipe.train_one(contender, segments, tmp_path / "x.onnx", 1)
