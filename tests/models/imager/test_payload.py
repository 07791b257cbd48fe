import math
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from models.card import INPUT_NAME
from models.check import findings
from models.imager.detector import LEAST, MARGIN, calibrate, write
from models.imager.payload import ANY, OUTPUTS, PayloadGraph
from models.metadata import read_card

SIZE = 64
THRESHOLDS = {"columns": 15.0, "lines": 15.0, "saturated": 0.1, "noise": 2.0, "defocus": 2.0}


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    path = tmp_path_factory.mktemp("imager") / "payload.onnx"
    write(path, (SIZE, SIZE), THRESHOLDS, {"made": "0"}, "none", 4)
    session = ort.InferenceSession(path.read_bytes())

    def score(*images):
        (scores,) = session.run(None, {INPUT_NAME: np.stack(images)[:, None].astype(np.float32)})
        return [dict(zip((*OUTPUTS, ANY), row.tolist(), strict=True)) for row in scores]

    return path, score


def grey(contrast=6.0, noise=0.5, level=100.0, seed=1):
    """Return an image whose colours change together, but for the noise."""
    rng = np.random.default_rng(seed)
    common = contrast * rng.standard_normal((SIZE, SIZE, 1))
    return np.rint(level + common + noise * rng.standard_normal((SIZE, SIZE, 3)))


def averaged(image, times):
    for _ in range(times):
        for axis in (0, 1):
            image = (np.roll(image, 1, axis) + 2.0 * image + np.roll(image, -1, axis)) / 4.0
    return image


@pytest.mark.parametrize("place", [0, 1, 30, 63])
def test_a_dead_column_or_a_lost_line_stands_out_wherever_it_is(detector, place):
    column, line = grey(), grey()
    column[:, place] = 0
    line[place] = 0
    sound, columns, lines = detector[1](grey(), column, line)
    assert columns["columns"] >= 90.0 > 10.0 > columns["lines"]
    assert lines["lines"] >= 90.0 > 10.0 > lines["columns"]
    assert max(sound["columns"], sound["lines"]) < 5.0


def test_the_share_of_saturated_values_is_told(detector):
    image = grey()
    image[:16] = 255
    assert detector[1](image)[0]["saturated"] == pytest.approx(0.25)


@pytest.mark.parametrize("noise", [2.0, 8.0])
def test_noise_is_told_whatever_the_scene(detector, noise):
    flat, rough = detector[1](grey(0.0, noise), grey(20.0, noise))
    assert flat["noise"] == pytest.approx(noise, rel=0.25)
    assert rough["noise"] == pytest.approx(flat["noise"], rel=0.1)


def test_a_blurred_image_lacks_what_colours_share_in_fine_bands(detector):
    noise = 0.5 * np.random.default_rng(2).standard_normal((SIZE, SIZE, 3))
    sharp, blurred = detector[1](grey(20.0), np.rint(averaged(grey(60.0), 8) + noise))
    assert sharp["defocus"] < 1.0
    assert blurred["defocus"] > 2.0


def test_any_is_the_largest_in_units_of_its_threshold(detector):
    image = grey()
    image[:, 7] = 0
    (found,) = detector[1](image)
    assert found[ANY] == pytest.approx(max(found[name] / THRESHOLDS[name] for name in OUTPUTS))
    assert found[ANY] > 1.0 > detector[1](grey())[0][ANY]


def test_scores_do_not_depend_on_the_batch(detector):
    images = [grey(seed=k) for k in range(5)]
    alone = [detector[1](image)[0] for image in images]
    for one, other in zip(alone, detector[1](*images), strict=True):
        assert one == pytest.approx(other, rel=1e-5, abs=1e-6)


def test_the_card_says_what_the_file_is(detector):
    card, _ = read_card(detector[0])
    assert (card.shape, card.window, card.seed) == ((SIZE, SIZE, 3), 1, 4)
    assert [output.on for output in card.outputs] == [*THRESHOLDS.values(), 1.0]
    assert detector[0].stat().st_size < 1 << 20


def test_thresholds_are_twice_what_a_sound_image_shows():
    images = [np.stack([grey(seed=k) for k in range(n, n + 4)]).astype(np.uint8) for n in (0, 4)]
    both, first = calibrate(images), calibrate(images[:1])
    assert both["columns"] >= first["columns"] > 0
    assert both["saturated"] == LEAST["saturated"]
    (scores,) = [max(calibrate([batch])["defocus"] - math.log(MARGIN) for batch in images)]
    assert both["defocus"] == pytest.approx(scores + math.log(MARGIN), abs=0.01)


def test_an_image_has_room_for_the_bands():
    with pytest.raises(ValueError, match="at least 32 pixels"):
        PayloadGraph(16, 64)


def test_the_committed_file_keeps_the_contract_and_can_be_made_again():
    path = Path(__file__).parents[3] / "configs" / "imager" / "payload-faults.onnx"
    card, _ = read_card(path)
    assert findings(path) == []
    assert card.command == "fdir train payload-faults --size 64 --images 10000 --seed 1000"
    assert card.data.keys() == {"scene generator"}
