"""What the detector rows run on: the hopper's mission with the reference model, readings, bare onnxruntime.

The reference model is ``configs/hopper/stuck-cnn.onnx``: two branches of three channels, each with six
features that the graph computes; window and field 180 samples; 36,450 trained parameters.
"""

from dataclasses import dataclass, replace

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from fdir_service.mission import DetectorSetup, Mission, load
from fdir_service.session import open_session
from models.card import INPUT_NAME, OUTPUT_NAME
from models.metadata import read_card
from pus.samples import Samples

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

PERIOD = 100_000_000
"""ns between samples on board."""
MODEL = "stuck-cnn.onnx"
SESSION = 1
HOUSEKEEPING = 600
"""Samples between two housekeeping reports, a minute on board; the shipped hopper has 10."""
TOLERANCE = 1e-5
CHANNELS = 6
MEASURED = 10
_RECORD = 8192
_RMS = np.repeat([6e-4, 4e-4], 3)
_BITS = np.repeat([1.96133e-5, 3.8e-6], 3)


def mission(*, compiled_step: bool = False) -> Mission:
    """Return the hopper's mission with the reference model, and housekeeping every `HOUSEKEEPING` samples."""
    hopper = load("hopper")
    structures = tuple(replace(structure, interval=HOUSEKEEPING) for structure in hopper.housekeeping)
    detector = replace(_reference(hopper), compiled_step=compiled_step)
    return replace(hopper, housekeeping=structures, detectors=(detector,))


def setup() -> DetectorSetup:
    """Return the reference model as the hopper's detector."""
    return _reference(load("hopper"))


def _reference(hopper: Mission) -> DetectorSetup:
    (own,) = hopper.detectors
    path = own.path.with_name(MODEL)
    card, sha256 = read_card(path)
    outputs = tuple(
        replace(output, column=column, on=card.outputs[column].on, off=card.outputs[column].off)
        for column, output in enumerate(own.outputs)
    )
    return replace(own, name=path.stem, path=path, sha256=sha256, card=card, outputs=outputs)


def signals(n: int, *, faulty: bool = False, seed: int = 11) -> Floats:
    """Return readings (n, 6) of a moving hopper; if `faulty`, sensors freeze and jump."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((n, CHANNELS)) * _RMS * 0.57
    state = np.zeros((n, CHANNELS))
    for k in range(1, n):
        state[k] = 0.82 * state[k - 1] + steps[k]
    readings: Floats = np.round((state + rng.standard_normal((n, CHANNELS)) * 7e-5) / _BITS) * _BITS
    for start in range(400, n - 400, 700) if faulty else ():
        axes = slice(*sorted(rng.choice(7, 2, replace=False)))
        held = readings[start, axes] * rng.choice([0, 1, 1, 1e3])
        readings[start : start + rng.integers(30, 300), axes] = held
    return readings


def readings(n: int) -> Floats:
    """Return all that the hopper's source measures, (n, 10): nominal, the same record again and again."""
    record = signals(min(n, _RECORD))
    return np.hstack([np.resize(record, (n, CHANNELS)), np.zeros((n, MEASURED - CHANNELS))])


def chunks(values: Floats, size: int, source: str = "avionics", first: int = 0) -> list[Samples]:
    """Return samples (n, measured) as messages of `size` samples; the first one has number `first`."""
    return [
        Samples.regular(source, SESSION, k, k * PERIOD, PERIOD, values[k - first : k - first + size])
        for k in range(first, first + len(values), size)
    ]


@dataclass(slots=True)
class Bare:
    """Onnxruntime in a plain loop, one thread, every window at hand as it is needed."""

    session: ort.InferenceSession
    windows: list[Singles]

    @classmethod
    def of(cls, detector: DetectorSetup, samples: Floats) -> "Bare":
        """Open the detector's file; its windows are those of samples (n + W - 1, channels)."""
        record, window = np.ascontiguousarray(samples, np.float32), detector.card.window
        views = [record[None, k : k + window] for k in range(len(record) - window + 1)]
        return cls(open_session(detector.path.read_bytes(), detector.path), views)

    def run(self) -> None:
        """Score all windows, one a call."""
        run = self.session.run
        for window in self.windows:
            run([OUTPUT_NAME], {INPUT_NAME: window})

    def score(self, window: Singles) -> Singles:
        """Return the scores (outputs,) of a window (1, W, channels)."""
        scores: Singles = self.session.run([OUTPUT_NAME], {INPUT_NAME: window})[0][0]
        return scores

    def scores(self) -> Singles:
        """Return the scores (n, outputs) of all windows."""
        return np.array([self.score(window) for window in self.windows])
