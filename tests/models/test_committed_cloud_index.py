"""The cloud index that is shipped keeps its contract, and the ordinary detector runs it."""

import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from fdir_service.detector import Detector
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from models.check import findings
from models.metadata import read_card
from tests.models.clouds.scenery import picture

IMAGER = Path(__file__).parents[2] / "configs" / "imager"
TILE, FRAME = IMAGER / "cloud-index.onnx", IMAGER / "cloud-index-frame.onnx"


def detector(path, chunk):
    card, sha256 = read_card(path)
    outputs = tuple(OutputSetup(o.name, k, 2 * k, 2 * k + 1, o.on, o.off) for k, o in enumerate(card.outputs))
    inputs = tuple(range(math.prod(card.shape)))
    return Detector(DetectorSetup("cloud", "camera", path, sha256, card, inputs, outputs), chunk)


@pytest.mark.parametrize("path", [TILE, FRAME], ids=lambda path: path.stem)
def test_a_committed_file_keeps_the_contract_in_one_small_file(path):
    assert findings(path) == []
    assert path.stat().st_size < 100_000
    assert not any(t.external_data for t in onnx.load(path, load_external_data=False).graph.initializer)


@pytest.mark.parametrize(("path", "side"), [(TILE, 64), (FRAME, 384)], ids=["tile", "frame"])
def test_the_cards_say_what_goes_in_and_how_to_rebuild_the_files(path, side):
    card = read_card(path)[0]
    assert (card.channels, card.shape, card.window, card.period) == ((), (side, side, 3), 1, None)
    assert card.outputs[0].name == "cloud"
    assert card.outputs[0].off < card.outputs[0].on
    command = "fdir train clouds --model index --data clouds-landsat --seed 1"
    assert card.command == command + (" --frame 384" if path == FRAME else "")
    assert card.metrics["auc_roc"] >= 0.985
    assert card.metrics["leave_one_out.f1"] >= 0.95


def test_the_ordinary_detector_flags_cloud_and_not_snow():
    rng = np.random.default_rng(1)
    snow = [picture(-0.1, rng, mean=225, spread=2) for _ in range(3)]
    cloud = [picture(0.8, rng, mean=160, spread=20) for _ in range(3)]
    samples = np.stack([*snow, *cloud]).reshape(6, -1).T.astype(np.float64)
    _, indices = detector(TILE, 6).step(np.arange(6) * 1_000_000_000, samples)
    assert indices.tolist() == [[0, 0, 0, 1, 1, 1]]


def test_the_cover_of_a_frame_is_the_share_of_its_cloudy_tiles():
    rng = np.random.default_rng(2)
    exponents = np.where(np.arange(36) % 3 == 0, 0.8, -0.1)
    tiles = np.stack([picture(h, rng) for h in exponents]).reshape(6, 6, 64, 64, 3)
    frame = tiles.transpose(0, 2, 1, 3, 4).reshape(1, 1, 384, 384, 3).astype(np.float32)
    scores = ort.InferenceSession(FRAME).run(None, {"window": frame})[0]
    assert scores[0, 1] == pytest.approx(1 / 3)
