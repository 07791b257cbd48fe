"""Sources of images in a mission file, and what is wrong with them."""

import numpy as np
import pytest

from fdir_service.mission import MissionError, load
from models.imager.detector import write
from tests.fdir_service.builders import card, write_weighted
from tests.fdir_service.image_mission import TEXT, THRESHOLDS, image_mission


def problems(folder, old, new, text=TEXT):
    assert text.count(old) == 1, old
    with pytest.raises(MissionError) as caught:
        image_mission(folder, text.replace(old, new))
    return caught.value.problems


def test_a_source_of_images_has_a_shape_and_a_size(tmp_path):
    mission = image_mission(tmp_path)
    (source,) = mission.file.source
    assert (source.is_image, source.octets, source.wire_dtype) == (True, 3072, "|u1")
    assert mission.images == {"camera": 8 * 3072 + 1024}
    assert [p.name for p in mission.parameters.sources["camera"]] == [
        *("camera.digest", "camera.same", "camera.sick.score", "camera.sick")
    ]


def test_pixels_may_have_16_bits_and_messages_another_size(tmp_path):
    text = TEXT.replace(
        "shape = [32, 32, 3]", 'shape = [32, 32, 3]\ndtype = "u16"\nmax_message_octets = 9000'
    )
    (source,) = image_mission(tmp_path, text).file.source
    assert (source.octets, source.most_octets, source.wire_dtype) == (6144, 9000, "<u2")


SHAPE = "shape = [32, 32, 3]"
COLUMNS = 'parameters = [{ id = 9, name = "x" }]'


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("", "either parameters or the shape of an image"),
        (f"{SHAPE}\n{COLUMNS}", "either parameters or the shape of an image"),
        (f'{COLUMNS}\ndtype = "u8"', "only a source of images has dtype"),
        (f"{COLUMNS}\nmax_message_octets = 900", "only a source of images has max_message_octets"),
        (f"{SHAPE}\nmax_message_octets = 900", "an image of 3072 octets, a message holds at most 900"),
        ("shape = [16384, 16384, 3]", "a message holds at most"),
        ("shape = [32, 32]", "source.0.shape.2: Field required"),
        (f'{SHAPE}\ndtype = "f4"', "source.0.dtype"),
    ],
)
def test_problems_of_a_source_are_told(tmp_path, new, reason):
    assert any(reason in line for line in problems(tmp_path, SHAPE, new))


def test_a_digest_is_of_a_source_of_images(tmp_path):
    (line,) = problems(tmp_path, 'input = "camera"', 'input = "radio"')[:1]
    assert line == "derived.0.input: unknown or later source of images 'radio'"


def test_only_a_digest_is_of_images(tmp_path):
    (line,) = problems(tmp_path, 'input = "camera.digest"', 'input = "camera"')
    assert line == "derived.1.input: unknown or later parameter 'camera'"


def test_a_detector_has_either_inputs_or_images(tmp_path):
    both = 'source = "camera"\ninputs = ["camera.digest"]'
    assert "either inputs or a source of images" in problems(tmp_path, 'source = "camera"', both)[0]
    assert "either inputs or a source of images" in problems(tmp_path, 'source = "camera"', "")[0]


def test_a_detector_looks_at_images_that_there_are(tmp_path):
    found = problems(tmp_path, 'source = "camera"', 'source = "radio"')
    assert "detector.0.source: unknown source of images 'radio'" in found


def test_a_detector_of_images_does_not_read_parameters(tmp_path):
    (line, *_) = problems(tmp_path, 'source = "camera"', 'inputs = ["camera.digest"]')
    assert line == "detector.0.inputs: the card has 0 channels ()"


def test_a_detector_of_other_images_does_not_fit(tmp_path):
    (line,) = problems(tmp_path, "shape = [32, 32, 3]", "shape = [32, 64, 3]")
    assert line == "detector.0.model: made for samples of shape (32, 32, 3), not (32, 64, 3)"


def test_a_window_of_images_is_not_possible(tmp_path):
    sliding = card(window=3, outputs=("any", "y"))
    write_weighted(tmp_path / "sliding.onnx", sliding, np.zeros((6, 2), np.float32))
    found = problems(tmp_path, 'model = "payload.onnx"', 'model = "sliding.onnx"')
    assert "detector.0.model: a window of 3 images: only 1 is possible" in found


def test_a_mission_of_images_loads_without_its_models(tmp_path):
    image_mission(tmp_path)
    (tmp_path / "payload.onnx").unlink()
    assert load(tmp_path, models=False).detectors == ()


def test_a_level_knows_how_long_an_index_of_images_takes(tmp_path):
    write(tmp_path / "payload.onnx", (32, 32), THRESHOLDS, {}, "none", 0)
    level = """
[[fmon]]
id = 1
name = "camera"
pmons = [1]
event = 6
[[event]]
id = 6
name = "failed"
severity = "medium"
[[unit]]
name = "camera"
apid = 70
functions = [{ name = "OFF" }]
[[level]]
id = 1
name = "camera"
number = 0
fmons = [1]
last = true
actions = [{ name = "off", kind = "power_cycle", unit = "camera", function = "OFF", confirm_s = 0.5 }]
"""
    with pytest.raises(MissionError, match="confirm_s"):
        image_mission(tmp_path, TEXT + level)
