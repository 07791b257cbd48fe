"""The detector runtime on a model of single samples: the DCLOP of the simulated CubeSat."""

from collections.abc import Callable
from typing import Final

import numpy as np

from fdir_service.bench.engines import agree
from fdir_service.bench.reference import Floats, Singles
from fdir_service.bench.rounds import Contender, Pair, Row
from fdir_service.detector import Detector
from fdir_service.mission import DetectorSetup, load
from fdir_service.session import open_session
from models.card import INPUT_NAME, OUTPUT_NAME

MISSION: Final = "cubesat-adcs"
PERIOD = 10_000_000_000
SAMPLES = 2048
SIZE = 256
SINGLES = 8


class Calls:
    """Onnxruntime in a plain loop, one thread, the rows of each call at hand as they are needed."""

    def __init__(self, detector: DetectorSetup, samples: Floats, size: int) -> None:
        rows = np.ascontiguousarray(samples, np.float32)[:, None]
        self._session = open_session(detector.path.read_bytes(), detector.path)
        self._calls = [rows[k : k + size] for k in range(0, len(rows), size)]
        self.work = len(rows)

    def run(self) -> list[Singles]:
        """Score all rows."""
        return [self._session.run([OUTPUT_NAME], {INPUT_NAME: rows})[0] for rows in self._calls]

    def scores(self) -> Singles:
        """Score all rows; return the scores (n, outputs)."""
        return np.concatenate(self.run())


class Chunks:
    """Our contender: the mission's detector fed with chunks as the pool does it."""

    def __init__(self, detector: DetectorSetup, samples: Floats, size: int) -> None:
        self._detector = Detector(detector, size)
        self._chunks = [np.ascontiguousarray(samples[k : k + size].T) for k in range(0, len(samples), size)]
        self._times = PERIOD * np.arange(size)
        self.work = len(samples)

    def run(self) -> list[Floats]:
        """Score all samples."""
        step, times = self._detector.step, self._times
        return [step(times[: chunk.shape[1]], chunk)[0] for chunk in self._chunks]

    def scores(self) -> Floats:
        """Score all samples; return the scores (n, outputs of the mission)."""
        return np.concatenate([scores.T for scores in self.run()])


def _flight(n: int) -> tuple[DetectorSetup, Floats]:
    """Return the mission's detector, and n samples (n, 27) of a nominal flight as it reads them."""
    from sim.adcs.scenario import PERIOD_S, AdcsScenario  # noqa: PLC0415  the service never imports it
    from sim.adcs.vehicle import AdcsVehicle  # noqa: PLC0415

    (detector,) = load(MISSION).detectors
    scenario = AdcsScenario(vehicle=MISSION, name="bench", seed=1, duration_s=n * PERIOD_S)
    return detector, AdcsVehicle(scenario).advance(n).values[:, : len(detector.inputs)]


def _against_bare(size: int) -> Callable[[bool], Pair]:
    def prepare(quick: bool) -> Pair:
        detector, samples = _flight(size if quick else SAMPLES)
        ours, theirs = Chunks(detector, samples, size), Calls(detector, samples, size)
        agree(ours.scores(), theirs.scores()[:, _columns(detector)], "bare onnxruntime")
        return Contender(ours.run, ours.work), Contender(theirs.run, theirs.work)

    return prepare


def _against_singles(quick: bool) -> Pair:
    detector, samples = _flight(SIZE if quick else SAMPLES)
    ours, theirs = Calls(detector, samples, SIZE), Calls(detector, samples[: SINGLES if quick else SIZE], 1)
    agree(ours.scores(), theirs.scores(), "one row a call")
    return Contender(ours.run, ours.work), Contender(theirs.run, theirs.work)


def _columns(detector: DetectorSetup) -> list[int]:
    return [output.column for output in detector.outputs]


ROWS = (
    Row(
        "rows64_engine_vs_bare_ort",
        "a DCLOP of 996 references, chunks of 64 samples, bare onnxruntime in calls of 64; a sample",
        0.85,
        0.90,
        _against_bare(64),
    ),
    Row(
        "rows256_engine_vs_bare_ort",
        "the same in chunks and calls of 256; a sample",
        0.85,
        0.93,
        _against_bare(SIZE),
    ),
    Row(
        "rows256_graph_vs_single_rows",
        "bare onnxruntime on the same graph, 256 rows a call and one row a call; a row",
        3,
        5,
        _against_singles,
    ),
)
