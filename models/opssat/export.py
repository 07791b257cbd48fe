"""One ONNX file for a detector of segments, with its card, and the proof that it gives equal scores."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from models.card import INPUT_NAME, OUTPUT_NAME, Card
from models.errors import DifferenceError
from models.export import write_card
from models.graph import GraphWriter
from models.opssat.density import Density
from models.opssat.graph import write_density, write_supervised
from models.opssat.supervised import Supervised

Singles = NDArray[np.float32]

TOLERANCE: Final = 1e-5
"""Largest difference of a score from its float64 reference."""
UNKNOWN_CHANNEL: Final = 0
_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Written:
    """What was found when a file was written: octets and the largest differences.

    Attributes
    ----------
    size : octets of the file.
    stored, novel : largest difference on the given rows, and on others made of them by chance.

    """

    size: int
    stored: float
    novel: float


def export_opssat(model: Supervised | Density, card: Card, path: Path, inputs: Singles) -> Written:
    """Write `model` to `path` with `card`; compare it on inputs (n, columns + 1) and on novel ones.

    Raises
    ------
    DifferenceError
        If a score differs by more than `TOLERANCE`.

    """
    octets = build(model, card)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    stored, novel = (difference(model, octets, rows) for rows in (inputs, perturbed(inputs)))
    if not max(stored, novel) <= TOLERANCE:
        raise DifferenceError(
            f"{path}: differs by {stored:.2g}, on novel rows {novel:.2g} from float64, at most {TOLERANCE:g}"
        )
    return Written(len(octets), stored, novel)


def build(model: Supervised | Density, card: Card) -> bytes:
    """Return the serialised graph with its card."""
    graph = GraphWriter()
    write = write_supervised(graph, model) if isinstance(model, Supervised) else write_density(graph, model)
    written = graph.detector(card, write)
    write_card(written, card)
    onnx.checker.check_model(written, full_check=True)
    octets: bytes = written.SerializeToString(deterministic=True)
    return octets


def difference(model: Supervised | Density, octets: bytes, inputs: Singles) -> float:
    """Return how far the scores of a serialised graph are from the reference on inputs (n, columns + 1)."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(octets, options, providers=["CPUExecutionProvider"])
    windows = [inputs[i : i + _BATCH, None] for i in range(0, len(inputs), _BATCH)]
    found = np.concatenate([session.run([OUTPUT_NAME], {INPUT_NAME: part})[0] for part in windows])
    return float(np.abs(found[:, 0] - model(inputs)).max())


def perturbed(inputs: Singles) -> Singles:
    """Return as many novel rows: every value up to a third off, every tenth row of an unknown channel."""
    rng = np.random.default_rng(0)
    novel = inputs * (1 + rng.uniform(-1 / 3, 1 / 3, inputs.shape))
    novel[:, -1] = np.where(np.arange(len(inputs)) % 10, inputs[:, -1], UNKNOWN_CHANNEL)
    return novel.astype(np.float32)
