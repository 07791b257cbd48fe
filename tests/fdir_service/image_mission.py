"""A small mission whose only source is of images, with the detector of payload faults."""

from pathlib import Path

import numpy as np

from fdir_service.mission import Mission, load
from models.imager.detector import write
from models.imager.payload import OUTPUTS
from pus.samples import Samples

SIZE = 32
PERIOD = 1_000_000_000
THRESHOLDS = {"columns": 20.0, "lines": 20.0, "saturated": 0.1, "noise": 2.0, "defocus": 3.0}
TEXT = """
[mission]
name = "images"
apid = 66

[[source]]
name = "camera"
period_s = 1.0
shape = [32, 32, 3]

[[derived]]
id = 1
name = "camera.digest"
kind = "digest"
input = "camera"

[[derived]]
id = 2
name = "camera.same"
kind = "samples_since_change"
input = "camera.digest"

[[detector]]
name = "payload"
model = "payload.onnx"
source = "camera"
outputs = [{ output = "any", score_id = 3, index_id = 4, name = "camera.sick" }]

[[event]]
id = 5
name = "sick"
severity = "low"

[[pmon]]
id = 1
name = "sick"
parameter = "camera.sick"
check = "expected"
expected = 0
event = 5
"""


def image_mission(folder: Path, text: str = TEXT) -> Mission:
    """Write the mission into a folder and load it."""
    assert set(THRESHOLDS) == set(OUTPUTS)
    write(folder / "payload.onnx", (SIZE, SIZE), THRESHOLDS, {}, "none", 0)
    (folder / "mission.toml").write_text(text)
    return load(folder)


def images(n: int, size: int = SIZE, seed: int = 1) -> np.ndarray:
    """Return rough grey images with a little noise, each another one; the sixth has lost a line."""
    rng = np.random.default_rng(seed)
    scene = 120.0 + 10.0 * rng.standard_normal((n, size, size, 1)) + rng.standard_normal((n, size, size, 3))
    found = np.clip(np.rint(scene), 0, 255).astype(np.uint8)
    found[5:6, 7] = 0
    return found


def message(pixels: np.ndarray, first: int = 0, session: int = 1) -> Samples:
    """Return images as samples that go on at number `first`."""
    return Samples.regular("camera", session, first, first * PERIOD, PERIOD, pixels)
