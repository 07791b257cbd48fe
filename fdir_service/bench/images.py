"""Detectors of images against bare onnxruntime: tiles in memory, large images through the daemon."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.bench.consumers import ATTEMPTS, SilenceError
from fdir_service.bench.image_record import DIFFERENT, PERIOD, SOURCE, images
from fdir_service.bench.publisher import Publisher, publisher
from fdir_service.bench.rounds import Contender, DisagreementError, Pair, Row, Timed
from fdir_service.daemon import Daemon
from fdir_service.mission import Mission, load
from fdir_service.pool import Pool
from fdir_service.service import Options, service
from fdir_service.session import open_session
from fdir_service.sources.live import IMAGES
from models.card import INPUT_NAME, OUTPUT_NAME
from models.imager.detector import write
from models.imager.payload import OUTPUTS
from pus.samples import Samples

TILE: Final = 64
CHUNK: Final = 32
CHUNKS: Final = 20
LARGE: Final = {64: "cloud-index.onnx", 384: "cloud-index-frame.onnx"}
"""The imager's cloud index for each edge of an image."""
EDGE: Final = 384
IMAGES_SENT: Final = 60
TOLERANCE: Final = 1e-4
_THRESHOLD: Final = 1e3
"""Of all outputs: images of a benchmark are sound."""
_PROGRAM: Final = "fdir_service.bench.image_publishing"
_MISSION: Final = """
[mission]
name = "images"
apid = 66
[[source]]
name = "{source}"
period_s = 1.0
silence_s = 3600.0
shape = [{edge}, {edge}, 3]
[[derived]]
id = 1
name = "digest"
kind = "digest"
input = "{source}"
[[derived]]
id = 2
name = "same"
kind = "samples_since_change"
input = "digest"
[[detector]]
name = "payload-faults"
model = "payload-faults.onnx"
source = "{source}"
outputs = [{{ output = "any", score_id = 3, index_id = 4, name = "sick" }}]
[[detector]]
name = "cloud-index"
model = "{cloud}"
source = "{source}"
outputs = [{{ output = "cloud", score_id = 5, index_id = 6, name = "cloud" }}]
[[pmon]]
id = 1
name = "sick"
parameter = "sick"
check = "expected"
expected = 0
[[pmon]]
id = 2
name = "repeated"
parameter = "same"
check = "limit"
low = 0
high = 0
[interfaces]
samples = "{samples}"
units = "inproc://units"
telemetry = "tcp://127.0.0.1:*"
commands = "tcp://127.0.0.1:*"
metrics_port = 0
"""


class Bare:
    """Onnxruntime in a plain loop, one thread, images in single precision at hand as they are needed."""

    def __init__(self, models: Iterable[Path], pixels: NDArray[np.uint8], size: int) -> None:
        self._sessions = [open_session(model.read_bytes(), model) for model in models]
        cast = pixels[:, None].astype(np.float32)
        self._parts = [cast[k : k + size] for k in range(0, len(cast), size)]

    def scores(self) -> list[NDArray[np.float32]]:
        """Return the scores of all images by each model, (n, outputs)."""
        found = [
            [s.run([OUTPUT_NAME], {INPUT_NAME: part})[0] for s in self._sessions] for part in self._parts
        ]
        return [np.concatenate(scores) for scores in zip(*found, strict=True)]


def _tiles(quick: bool) -> Pair:
    """Make contenders with the cloud index of the imager's mission."""
    mission = load("imager")
    detectors = tuple(setup for setup in mission.detectors if setup.name == "cloud-index")
    pool = Pool(replace(mission, detectors=detectors), "imager", CHUNK)
    pool.derived.clear()
    chunks = 2 if quick else CHUNKS
    pixels = np.concatenate([images(TILE)] * (CHUNK * chunks // DIFFERENT))
    parts = [_samples(pixels[k : k + CHUNK], k) for k in range(0, len(pixels), CHUNK)]
    bare = Bare([detectors[0].path], pixels, CHUNK)

    def run() -> list[NDArray[np.float64]]:
        return [pool.step(part, {}).values for part in parts]

    row = mission.parameters.row[detectors[0].outputs[0].score]
    _agree(np.concatenate([values[row] for values in run()]), bare.scores()[0][:, 0])
    return Contender(run, len(pixels)), Contender(bare.scores, len(pixels))


def _samples(pixels: NDArray[np.uint8], first: int) -> Samples:
    return Samples.regular("imager", 1, first, first * PERIOD, PERIOD, pixels)


def _agree(ours: NDArray[np.float64], theirs: NDArray[np.float32]) -> None:
    difference = float(np.abs(ours - theirs).max())
    if not difference <= TOLERANCE:
        raise DisagreementError(f"scores differ from those of bare onnxruntime by {difference:g}")


class Whole:
    """The daemon with all that it does, on images that another process publishes."""

    def __init__(self, daemon: Daemon, source: Publisher) -> None:
        self._daemon = daemon
        self._publisher = source
        self._account = daemon.stream.accounts[SOURCE]
        self._asked = 0
        daemon.should_stop = self._hears
        daemon.run()

    def _hears(self) -> bool:
        if self._account.session >= 0:
            return True
        if self._asked == ATTEMPTS:
            raise SilenceError(f"nothing heard of the publisher after {self._asked} heartbeats")
        self._asked += 1
        self._publisher.heartbeat()
        return False

    def cost(self, n: int) -> float:
        """Handle so many images; return CPU seconds of the process for one, ZeroMQ's thread included."""
        detectors = self._daemon.stream.pools[SOURCE].detectors
        wanted, before = self._account.received + n, [detector.windows for detector in detectors]
        self._publisher.prepare(n)
        self._publisher.send()
        self._daemon.should_stop = lambda: self._account.received >= wanted
        start = time.process_time()
        self._daemon.run()
        seconds = time.process_time() - start
        self._publisher.sent()
        scored = [detector.windows - k for detector, k in zip(detectors, before, strict=True)]
        if set(scored) != {n} or self._account.lost:
            raise DisagreementError(f"{scored} of {n} images were scored, {self._account.lost} lost")
        return seconds / n


def _mission(folder: Path, edge: int, samples: str) -> Mission:
    thresholds = dict.fromkeys(OUTPUTS, _THRESHOLD)
    write(folder / "payload-faults.onnx", (edge, edge), thresholds, {}, "fdir bench", 0)
    cloud = load("imager", models=False).path.with_name(LARGE[edge])
    text = _MISSION.format(source=SOURCE, edge=edge, samples=samples, cloud=cloud)
    (folder / "mission.toml").write_text(text)
    return load(folder)


@contextmanager
def whole(edge: int) -> Iterator[tuple[Whole, list[Path]]]:
    """Open the daemon on a publisher; yield it and the files of its detectors."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        source = stack.enter_context(publisher(edge, IMAGES, _PROGRAM))
        mission = _mission(folder, edge, source.address)
        daemon, _ = stack.enter_context(service(mission, Options()))
        yield Whole(daemon, source), [setup.path for setup in mission.detectors]


def _large(quick: bool) -> Pair:
    edge, sent = (TILE, DIFFERENT) if quick else (EDGE, IMAGES_SENT)
    with ExitStack() as stack:
        ours, models = stack.enter_context(whole(edge))
        bare = Bare(models, images(edge), 1)
        close = stack.pop_all().close
    return Timed(lambda: ours.cost(sent), close), Contender(bare.scores, DIFFERENT)


ROWS = (
    Row(
        "tile_index_vs_bare_ort",
        "the cloud index on chunks of 32 tiles of 64x64, bare onnxruntime on the same in one call; a tile",
        0.85,
        0.95,
        _tiles,
    ),
    Row(
        "image_384_daemon_vs_bare_ort",
        "384x384 RGB through the whole daemon over tcp, both detectors, against bare onnxruntime; an image",
        0.8,
        0.9,
        _large,
    ),
)
