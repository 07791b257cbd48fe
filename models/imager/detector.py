"""The detector of payload faults: thresholds from images without faults, and its file."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from models.card import INPUT_NAME, METADATA_KEY, Card, Output
from models.imager.payload import ANY, OUTPUTS, PayloadGraph, with_any

MARGIN: Final = 2.0
"""A fault shows this many times as much as any image without one that the thresholds were taken from."""
LEAST: Final = {"saturated": 0.02}
"""Smallest threshold of what most images have nothing of."""
_LOGARITHMS: Final = frozenset({"defocus"})
_KIND: Final = "payload-fault statistics"


def calibrate(images: Iterable[NDArray[Any]]) -> dict[str, float]:
    """Return the threshold of each output from batches of sound images (n, H, W, 3).

    That is `MARGIN` times the largest score, or the logarithm of that for an output that is one.
    """
    session, largest = None, np.full(len(OUTPUTS), -np.inf)
    for batch in images:
        if session is None:
            session = _session(_statistics(batch.shape[1], batch.shape[2]))
        (scores,) = session.run(None, {INPUT_NAME: batch[:, None].astype(np.float32)})
        largest = np.maximum(largest, scores.max(axis=0))
    return {name: _threshold(name, float(most)) for name, most in zip(OUTPUTS, largest, strict=True)}


def _threshold(name: str, most: float) -> float:
    found = most + math.log(MARGIN) if name in _LOGARITHMS else MARGIN * most
    return float(f"{max(found, LEAST.get(name, 0.0)):.3g}")


def _statistics(height: int, width: int) -> onnx.ModelProto:
    writer = PayloadGraph(height, width)
    card = _card((height, width), dict.fromkeys(OUTPUTS, 1.0), outputs=OUTPUTS)
    return writer.graph.detector(card, writer.scores())


def _session(model: onnx.ModelProto) -> ort.InferenceSession:
    return ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def write(
    path: Path,
    size: tuple[int, int],
    thresholds: Mapping[str, float],
    data: Mapping[str, str],
    command: str,
    seed: int,
) -> Card:
    """Write the detector of images of `size` (height, width); return its card.

    Parameters
    ----------
    thresholds : of each of `OUTPUTS`; the output `ANY` has those built in.
    data : digest by name of what the thresholds were taken from.

    """
    card = _card(size, thresholds, data=dict(data), command=command, seed=seed)
    writer = PayloadGraph(*size)
    model = writer.graph.detector(card, with_any(writer.graph, writer.scores(), thresholds))
    onnx.helper.set_model_props(model, {METADATA_KEY: card.model_dump_json()})
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return card


def _card(
    size: tuple[int, int],
    thresholds: Mapping[str, float],
    outputs: tuple[str, ...] = (*OUTPUTS, ANY),
    data: dict[str, str] | None = None,
    command: str = "",
    seed: int = 0,
) -> Card:
    on = {**thresholds, ANY: 1.0}
    return Card(
        kind=_KIND,
        channels=(),
        shape=(*size, 3),
        period=None,
        window=1,
        outputs=tuple(Output(name=name, on=on[name], off=on[name]) for name in outputs),
        data=data or {},
        command=command,
        seed=seed,
        version="1",
    )
